"""The way home: journeys, seats, and what follows."""
