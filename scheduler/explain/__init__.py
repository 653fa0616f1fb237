"""Why there is no plan, and what would make one: counting, conflicts told in words, and remedies. No solver in here."""
