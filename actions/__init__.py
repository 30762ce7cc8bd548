"""The action server: what the assistant does when the dialogue engine has decided."""
