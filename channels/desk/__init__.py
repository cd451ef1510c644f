"""The agents' desk: accounts, calls, socket and page. Above: `app`. Below: the assistant's desk and copilot."""
