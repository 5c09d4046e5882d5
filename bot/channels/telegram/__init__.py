"""Telegram: takes in updates, hands them to the desk, and delivers what the desk owes to each chat."""
