"""What a channel shows or says of an event, by its Capabilities alone (pure)."""
