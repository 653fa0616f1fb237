"""Only those who stand in each other's way are planned together."""
