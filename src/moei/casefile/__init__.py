"""The case file: one per person. Desks read it and act on it; nothing else connects them."""
