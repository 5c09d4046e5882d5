"""Published articles as pages: where the bot's citations lead."""
