"""The kiosk: a screen in the store where someone can stand and talk. Its page speaks protocol.md like every other channel."""
