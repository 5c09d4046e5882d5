"""Services that are known to be down, and who wants to be told when they are back."""
