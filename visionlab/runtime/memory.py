"""Freed memory handed back to the system, which the C library would keep for later."""

import ctypes
import sys


def hand_back() -> None:
    """Hand freed memory back where the C library can (glibc); takes some milliseconds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
