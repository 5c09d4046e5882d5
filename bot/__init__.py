"""The bot: Rasa 3.6 with the one private channel, its own tracker store and its own intent classifier (Python 3.10)."""
