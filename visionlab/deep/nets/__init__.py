"""The networks, one in a file, each readable from top to bottom."""
