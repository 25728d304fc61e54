"""Refusals of pictures on which OpenCV's votes for lines take long, as they cannot be stopped."""

import cv2

from visionlab.core.errors import ImageError
from visionlab.core.image import Image


def refuse_crowd(image: Image, theta: float, most: int) -> None:
    """Refuse an edge picture whose pixels have more than `most` votes for lines together.

    Parameters
    ----------
    image : Image
        Pixels that are not 0 vote for one line at each angle.
    theta : float
        Degrees between two angles.
    most : int

    Raises
    ------
    ImageError
        There are more; takes a hundredth of the time of the votes, or less.
    """
    pixels = cv2.countNonZero(image)
    if pixels * 180 / theta > most:
        raise ImageError(
            f"At this angle step, up to {int(most * theta / 180):,} pixels may vote; this picture "
            f"has {pixels:,} that are not 0: apply Canny first, raise its thresholds or choose a "
            f"larger step."
        )
