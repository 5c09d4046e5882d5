"""The search service: answers questions from the live snapshot over HTTP."""
