"""All operations: one folder per group, one file per operation. cv2 and numpy only.

To add an operation, add a file; nothing else is edited. `catalogue` finds it.
"""

import sys
from functools import cache

from visionlab.core.operation import Catalogue, discover


@cache
def catalogue() -> Catalogue:
    """Return every operation, loaded once."""
    return discover(sys.modules[__name__])
