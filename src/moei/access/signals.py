"""What parts of the program above this one want to hear of."""

from __future__ import annotations

from django.dispatch import Signal

# Somebody else knows the password of `staff`: it was made for them and shown once. Sent in the same transaction.
password_given = Signal()
