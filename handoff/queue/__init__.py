"""The waiting list of conversations by group."""
