"""The bot's actions: what it decides to say and do. The only part that the bot asks, and the one that asks desk and search."""
