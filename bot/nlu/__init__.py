"""Understanding what people type: folding of text and the classifier of dialogue intents."""
