"""What lies beyond a picture's edge, for the filters beside this."""

from typing import Literal, TypeAlias

import cv2

Border: TypeAlias = Literal["reflect 101", "reflect", "replicate", "black"]

BORDERS = {
    "reflect 101": cv2.BORDER_REFLECT_101,
    "reflect": cv2.BORDER_REFLECT,
    "replicate": cv2.BORDER_REPLICATE,
    "black": cv2.BORDER_CONSTANT,
}
