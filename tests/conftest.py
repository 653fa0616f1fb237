"""Puts this folder on the path, so that the packages in it (oracle) can be imported by name."""
