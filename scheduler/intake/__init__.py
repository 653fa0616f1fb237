"""The next intake: newcomers in an instance, how many there is room for, and what stands in the way of more."""
