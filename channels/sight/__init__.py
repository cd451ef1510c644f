"""What the operator sees, over HTTP: figures of this server, and the page at /admin."""
