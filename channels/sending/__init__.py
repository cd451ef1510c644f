"""Messages that leave the house: e-mail and SMS, each by an adapter of `channels.ports.Messenger`."""
