"""Files that leave: one way out for all of them, and a register of each (P21)."""
