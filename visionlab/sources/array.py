"""A picture that is already in memory: pasted, dropped, or computed."""

import numpy as np

from visionlab.core.image import Display, Frame, Image, as_image
from visionlab.core.source import Source


class ArraySource(Source):
    """One still picture.

    Parameters
    ----------
    image : Image
        Checked against the Image contract; a float picture is shown from its smallest to its
        largest value unless `display` says otherwise.
    title : str
    alpha : Image, optional
        Opacity, ``(H, W)`` uint8.
    display : Display, optional
    spec : str
        The text that opens it again; "" where nothing does.
    """

    def __init__(
        self,
        image: Image,
        title: str,
        *,
        alpha: Image | None = None,
        display: Display | None = None,
        spec: str = "",
    ) -> None:
        self.title = title
        self.spec = spec
        image = as_image(image)
        if display is None and image.dtype == np.float32:
            display = Display(float(image.min()), float(image.max()))
        self._frame = Frame(image, alpha, display, name=title)
        self._done = False

    def read(self) -> Frame | None:
        """Return the picture, once."""
        if self._done:
            return None
        self._done = True
        return self._frame

    def seek(self, index: int) -> None:  # noqa: ARG002  there is one page only
        """Make the picture the next frame again."""
        self._done = False
