"""What faces people: the gateway, the desk, the web page, the dialogue engine's files and the command line."""
