"""When a person is needed and which one: signals, mood, queue, routing, presence, and the brief that the person reads first."""
