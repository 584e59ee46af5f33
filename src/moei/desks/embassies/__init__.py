"""Embassies: what they are asked, what they answer, papers for the journey."""
