"""Forward and backward passes of one picture through our networks, each in one call.

Importing it loads no PyTorch.
"""
