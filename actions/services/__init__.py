"""What the assistant can do, without Rasa and without HTTP: usable from a test, a script and a channel alike."""
