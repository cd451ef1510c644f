"""Text messages: SMS and WhatsApp, by Twilio and by Meta."""
