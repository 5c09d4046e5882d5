"""The only code that calls the desk and the search service."""
