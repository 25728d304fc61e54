"""Freed memory kept for the next maps.

The C library gives large freed pieces back to the system at once and fetches them anew, page by
page and zeroed, for the next map: a tenth of the time of an exact occlusion map.
"""

import ctypes
import sys
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as in glibc's malloc.h
_LARGEST = 32 << 20  # of a piece that may be kept, the most that glibc allows
_MOST = 256 << 20  # kept in all


@cache
def keep_freed() -> None:
    """Let this process keep freed memory where the C library can (glibc); once is enough."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _LARGEST)
        set_option(_TRIM_THRESHOLD, _MOST)
