"""``python -m visionlab`` is the command ``visionlab``."""

import sys

from visionlab.cli import main

sys.exit(main())
