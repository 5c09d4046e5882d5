"""Tickets: tracked cases with a protocol number."""
