"""The inbox of the bot, and the dispatcher that works it off."""
