"""First derivatives by Scharr's kernels."""

import cv2

from visionlab.core.image import Grey, Image
from visionlab.core.operation import operation
from visionlab.core.result import Result
from visionlab.operations.edges._gradient import Output, gradient


@operation("Scharr edges", group="Edges", opencv="cv2.Scharr")
def scharr(image: Grey, *, output: Output = "magnitude") -> Result:
    """Sobel's gradient with 3x3 weights that keep its direction truer.

    gx has the kernel [-3 0 3; -10 0 10; -3 0 3] and gy its transpose: a ramp of 1 a pixel
    gives 32, four times Sobel's 8. Magnitude is sqrt(gx² + gy²); direction, atan2(gy, gx),
    points to the brighter side: 0° right, 90° down. Outside, the picture is mirrored at its
    border pixels (reflect 101).

    x and y are shown blue (negative), white (0) and orange (positive). The colours end at a
    quarter of the largest possible value (1020 for 8-bit pictures); the values themselves are
    not cut off.

    Parameters
    ----------
    output : choice
        gx, gy, the gradient's magnitude or its direction.

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
    H. Scharr, "Optimale Operatoren in der digitalen Bildverarbeitung", Heidelberg, 2000.
    OpenCV, "Sobel derivatives", in the imgproc tutorials.
    """

    def derivative(depth: int, dx: int, dy: int) -> Image:
        return cv2.Scharr(image, depth, dx, dy)

    return gradient(image, derivative, output, gain=3 + 10 + 3)
