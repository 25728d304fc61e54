"""What cameras and streams share: frames from a grabber, and a sentence when it falls silent."""

from visionlab.core.errors import SourceError
from visionlab.core.image import Frame
from visionlab.core.source import Source
from visionlab.sources.grabber import Grabber
from visionlab.sources.values import from_camera


class LiveSource(Source):
    """A source without end whose frames a `Grabber` delivers.

    Parameters
    ----------
    grabber : Grabber
    title, spec : str
    refused : str
        The sentence for a device that does not open.
    lost : str
        The sentence for one that falls silent later.

    Raises
    ------
    SourceError
        It did not open.
    """

    kind = "live"
    count = 0

    def __init__(self, grabber: Grabber, title: str, spec: str, refused: str, lost: str) -> None:
        self.title = title
        self.spec = spec
        self._grabber = grabber
        self._lost = lost
        if not grabber.wait_until_open():
            self.close()
            raise SourceError(refused)
        self.fps = grabber.fps if 0 < grabber.fps < 1000 else 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that the device chose."""
        return self._grabber.width, self._grabber.height

    def read(self) -> Frame | None:
        """Wait for the next frame."""
        grabbed = self._grabber.read()
        if grabbed is None:
            raise SourceError(self._lost)
        picture, number, time = grabbed
        image = from_camera(picture, mirror=self.mirror, name=self.title)
        return Frame(image, index=number, name=self.title, time=time)

    def seek(self, index: int) -> None:
        """Do nothing: the present cannot be wound."""

    def close(self) -> None:
        """Give the device back."""
        self._grabber.close()
