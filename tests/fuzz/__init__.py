"""Bytes made to break readers, guided by which lines they reach: `make fuzz`. Not part of `make test`."""
