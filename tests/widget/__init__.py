"""The web widget in a real Chromium, against a desk of the tests' own."""
