"""Waking those who wait for news, and the sockets of the channels."""
