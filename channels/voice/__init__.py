"""Voice: the same conversation by speech."""
