"""What every source of pictures offers: files, cameras, streams, generated scenes."""

from abc import ABC, abstractmethod
from typing import Literal, TypeAlias

from visionlab.core.image import Frame

SourceKind: TypeAlias = Literal["still", "video", "live"]


class Source(ABC):
    """Delivers frames, one at a time. Used by one thread at a time.

    Attributes
    ----------
    title : str
        A file's name, a camera's name.
    spec : str
        The text that opens this source again.
    kind : {"still", "video", "live"}
        A still may have several pages; a video or animation has an end; a live source has none.
    count : int
        Pages or frames; 0 where unknown or without end.
    fps : float
        Frames a second at normal speed; 0 for plain stills.
    mirror : bool
        Whether `read` flips the picture left to right; true at first for live cameras.
    """

    title: str = ""
    spec: str = ""
    kind: SourceKind = "still"
    count: int = 1
    fps: float = 0.0
    mirror: bool = False

    @abstractmethod
    def read(self) -> Frame | None:
        """Return the next frame, or None at the end; waits for a live one.

        Raises
        ------
        SourceError
            There is none, in one sentence for the person.
        """

    @abstractmethod
    def seek(self, index: int) -> None:
        """Make `index` (clamped to the range) the next frame that `read` returns."""

    def close(self) -> None:  # noqa: B027 - most sources hold nothing open
        """Give the file or device back. May be called twice."""
