"""The app as a person meets it: a server and a real browser."""
