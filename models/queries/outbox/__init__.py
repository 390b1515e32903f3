"""What was said and waits to be said: the outbox, messages, lists that they are made of."""
