"""Adapters of outside channels. They run with the desk, on Python 3.11, and speak to it over HTTP."""
