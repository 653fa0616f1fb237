"""Clearly different paths for one candidate, and what each costs whom."""
