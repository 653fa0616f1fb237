"""Puts this folder on the path, so that the helpers shared by its folders (tiny, planting) can be imported."""
