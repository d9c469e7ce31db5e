"""What the bot can do besides answering from articles: look up an order, book an appointment. One registry; rules or a model choose."""
