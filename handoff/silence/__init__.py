"""Users who have fallen silent in the middle of something: a nudge, then an end with a summary."""
