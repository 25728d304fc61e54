"""Set VisionLab up if need be, and check it: style, types, imports, and every test.

    python3 scripts/test.py [--torch-index URL] [PYTEST'S OWN ARGUMENTS]

Goes on after a check that fails; the exit status is 1 if any did.
"""

import argparse
import sys

from _python import ensure_fit


def main() -> int:
    """Set up, run every check, and return the exit status."""
    ensure_fit()
    from _checks import run_all
    from _setup import set_up

    parser = argparse.ArgumentParser(
        description="Set VisionLab up in .venv if need be, and check it.",
        epilog="All other arguments go to pytest.",
        allow_abbrev=False,
    )
    parser.add_argument("--torch-index", default="", metavar="URL", help="take PyTorch from there")
    options, arguments = parser.parse_known_args()
    index = options.torch_index
    python = set_up("test", torch_index=index, window=True, virtual_display=True, thorough=True)
    return run_all(python, arguments)


if __name__ == "__main__":
    sys.exit(main())
