"""Tests of the bot: a real Rasa process and a real action server, with fake desk and search services beside them."""
