"""Plays a mass release of invented people through the same actions that the desks use."""
