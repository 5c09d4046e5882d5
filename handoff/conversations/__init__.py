"""Conversations: who said what in which order, and who owns the conversation."""
