"""The service agent's actions as typed, authorised tools. `service.ServiceTools` is the door; flows knock on it."""
