"""What statements say of the network, under pseudonyms; evidence with its custody."""
