"""The phone: calls that come by Twilio or by an Asterisk, each as a line that the voice session talks on."""
