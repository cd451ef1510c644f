"""Analytics: one row of facts a conversation, and what they say together. `conversation_facts` says what a row holds."""
