"""Corners by Shi and Tomasi."""

from typing import Annotated

import cv2
import numpy as np

from visionlab.core.image import Display, Grey, Image
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import LazyView, Points, Reading, Result, Table
from visionlab.operations._limits import largest, steady, too_large
from visionlab.operations.corners._overflow import may_overflow


@operation("Shi-Tomasi corners", group="Corners", opencv="cv2.goodFeaturesToTrackWithQuality")
def shi_tomasi(
    image: Grey,
    *,
    max_count: Annotated[int, Range(1, 5000), "Most corners"] = 200,
    quality: Annotated[float, Range(0.001, 1, step=0.001), "Quality level"] = 0.01,
    min_distance: Annotated[int, Range(0, 100, unit="px"), "Distance"] = 10,
    block_size: Annotated[int, Range(2, 31, unit="px"), "Block size"] = 3,
    ksize: Annotated[int, Range(3, 31, step=2, unit="px"), "Sobel kernel size"] = 3,
) -> Result:
    """Points that can be followed from picture to picture: good features to track.

    Sums gx², gy² and gx gy (Sobel) over a block into a 2x2 matrix M, as Harris does; the
    response is M's smaller eigenvalue, which is large only where the picture changes in every
    direction. Corners are its peaks, the strongest first.

    Parameters
    ----------
    max_count : int
        Of more corners, only the strongest are kept.
    quality : float
        A corner's response is above this share of the largest one.
    min_distance : int
        Two corners are at least this far apart.
    block_size : int
        Side of the block over which M is summed.
    ksize : int
        Side of the Sobel kernels, odd.

    Returns
    -------
    Result
        The picture unchanged; the corners; the view of the smaller eigenvalue, ``(H, W)``
        float32, whose colours end at a quarter of the largest value.

    Raises
    ------
    ImageError
        Decimal values are so large that the response overflows.

    References
    ----------
    J. Shi, C. Tomasi, "Good features to track", CVPR 1994. OpenCV, "Shi-Tomasi corner
    detector", in the features2d tutorials.
    """

    def response() -> Image:
        return cv2.cornerMinEigenVal(image, block_size, ksize=ksize)

    def shown() -> tuple[Image, Display]:
        picture = response()
        return picture, Display(0, steady(largest(picture) / 4), "sequential")

    if may_overflow(image, ksize) and not np.isfinite(response()).all():
        raise too_large(image)
    corners, strengths = cv2.goodFeaturesToTrackWithQuality(
        image,
        max_count,
        quality,
        min_distance,
        None,  # type: ignore[call-overload]  # no mask: OpenCV's stub wants one
        blockSize=block_size,
        gradientSize=ksize,
    )
    xy = np.empty((0, 2), np.float32) if corners is None else corners.reshape(-1, 2)
    values = np.empty(0) if strengths is None else strengths.ravel()
    places = xy.astype(int).tolist()
    rows = tuple((x, y, v) for (x, y), v in zip(places, values.tolist(), strict=True))
    return Result(
        image,
        overlays=(Points("Corners", xy),),
        tables=(Table("Corners", ("x", "y", "response"), rows, overlay="Corners"),),
        views=(LazyView("Response", shown),),
        readings=(Reading("Corners", len(rows)),),
    )
