"""The web app for a customer's own phone."""
