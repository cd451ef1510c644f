"""The conversation itself: log, understanding, flows, answering. Channels lie above; retrieval and models below."""
