"""Official sanctions lists, and who may be meant by an entry on them."""
