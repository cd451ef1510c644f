"""OpenAI's Realtime protocol, so that its clients are clients of ours."""
