"""Texts to vectors: the models, where their vectors are kept, and how one model takes over from another."""
