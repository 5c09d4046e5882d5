"""Articles: their versions, life cycle, timeline, and import from files."""
