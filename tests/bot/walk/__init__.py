"""A random walk through the conversation: scripted, garbled and hostile users talk with the running bot.

``python -m tests.bot.walk --turns 20000 --seed 1`` walks; a failure prints the seed, the conversation's number and its transcript,
and ``--only NUMBER`` plays that conversation alone. It talks over the bot's own channel, with the fake desk and search of the other
tests: that is some fifty turns a second, where the desk's API adds its queue, the wait for pieces and the socket to each turn
without adding a state to the conversation. What the desk does between two turns is done in :mod:`tests.bot.walk.conversation`.
"""
