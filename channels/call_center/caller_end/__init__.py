"""The other end of a line: a caller of ours, who plays, hears and records in real time as a phone or a kiosk does."""
