"""Where the files that ship with the program are: icons, and later weights and samples."""

from pathlib import Path

from visionlab.core.errors import VisionLabError

_PACKAGE = Path(__file__).resolve().parents[1]


def asset(name: str) -> Path:
    """Return the place of an asset, in an installed wheel or in a checkout.

    Raises
    ------
    VisionLabError
        The installation is not complete.
    """
    for folder in (_PACKAGE / "assets", _PACKAGE.parent / "assets"):
        if (folder / name).exists():
            return folder / name
    raise VisionLabError(f'The file "{name}" of VisionLab is missing; please install it again.')
