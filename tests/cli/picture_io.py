"""Write and read pictures without VisionLab."""

import numpy as np
from PIL import Image


def save(path, array, **options):
    """Write an array as a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(array, np.uint8)).save(path, **options)
    return path


def load(path):
    """Return the pixels of a picture as Pillow reads them."""
    with Image.open(path) as picture:
        return np.asarray(picture)
