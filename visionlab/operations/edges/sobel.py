"""First derivatives by Sobel's kernels."""

from typing import Annotated

import cv2

from visionlab.core.image import Grey, Image
from visionlab.core.operation import operation
from visionlab.core.params import Range
from visionlab.core.result import Result
from visionlab.operations._limits import sobel_gain
from visionlab.operations.edges._gradient import Output, gradient


@operation("Sobel edges", group="Edges", opencv="cv2.Sobel")
def sobel(
    image: Grey,
    *,
    output: Output = "magnitude",
    ksize: Annotated[int, Range(1, 31, step=2, unit="px"), "Kernel size"] = 3,
) -> Result:
    """How fast, and in which direction, brightness changes.

    gx and gy are the derivatives to the right and down, smoothed across. For ksize 3, gx has
    the kernel [-1 0 1; -2 0 2; -1 0 1] and gy its transpose: a ramp of 1 a pixel gives 8.
    Magnitude is sqrt(gx² + gy²); direction, atan2(gy, gx), points to the brighter side:
    0° right, 90° down. Outside, the picture is mirrored at its border pixels (reflect 101).

    x and y are shown blue (negative), white (0) and orange (positive). The colours end at a
    quarter of the largest possible value (255 for 8-bit pictures and ksize 3); the values
    themselves are not cut off.

    Parameters
    ----------
    output : choice
        gx, gy, the gradient's magnitude or its direction.
    ksize : int
        Side of the kernels, odd; 1 takes three pixels in a row without smoothing. Larger
        kernels smooth more and answer with larger values.

    Returns
    -------
    Result
        ``(H, W)`` float32: signed for x and y, >= 0 for the magnitude, -180..180 degrees for
        the direction (0 where gx and gy are 0).

    Raises
    ------
    ImageError
        Decimal values are so large that the answer overflows.

    References
    ----------
    I. Sobel, G. Feldman, "A 3x3 isotropic gradient operator for image processing", Stanford
    Artificial Intelligence Project, 1968. OpenCV, "Sobel derivatives", in the imgproc tutorials.
    """

    def derivative(depth: int, dx: int, dy: int) -> Image:
        return cv2.Sobel(image, depth, dx, dy, ksize=ksize)

    return gradient(image, derivative, output, sobel_gain(ksize))
