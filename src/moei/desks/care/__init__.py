"""Care: what people need, services there are, referrals, support plans."""
