"""Sources of pictures: files, folders, samples, videos, cameras, streams, a test camera.

OpenCV's channel order (BGR) ends here: every source delivers RGB.
"""

from visionlab import environment  # noqa: F401  (settles OpenCV before it is imported)
from visionlab.sources.array import ArraySource
from visionlab.sources.camera import SIZES, CameraInfo, cameras
from visionlab.sources.files import is_folder
from visionlab.sources.folder import pictures_in, suffixes
from visionlab.sources.gallery import Sample, samples
from visionlab.sources.save import save_picture
from visionlab.sources.spec import device_of, is_address, open_source, with_size
from visionlab.sources.stream import without_password
from visionlab.sources.synthetic_camera import RATES, TestCamera

__all__ = [
    "RATES",
    "SIZES",
    "ArraySource",
    "CameraInfo",
    "Sample",
    "TestCamera",
    "cameras",
    "device_of",
    "is_address",
    "is_folder",
    "open_source",
    "pictures_in",
    "samples",
    "save_picture",
    "suffixes",
    "with_size",
    "without_password",
]
