"""Whether an answer was useful: by article and version, for those who write them."""
