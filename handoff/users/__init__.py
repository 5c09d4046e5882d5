"""People who write to the desk."""
