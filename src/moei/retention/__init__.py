"""Retention (P18): what is kept how long and on which basis, who holds it back, and how a person is erased."""
