"""On top of a published plan: whom new data concern, how much may move, and what has moved."""
