"""What conversations teach: candidates that a person decides on, numbered sets of what was accepted, promoted and taken back."""
