"""How an alert reaches people: who is told, by which channel, and an outbox that loses nothing."""
