"""Searches in processes of their own: they outlive a reload, and a server that is killed."""
