"""Own data: what a customer may see, take and delete of what is kept of them, and choose what it is used for."""
