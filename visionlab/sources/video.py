"""Video files, with every frame at its exact place."""

from bisect import bisect_left
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import cv2

from visionlab.core.errors import SourceError
from visionlab.core.image import MAX_PIXELS, Frame
from visionlab.core.source import Source
from visionlab.sources.ffmpeg import open_capture
from visionlab.sources.files import describe, is_video, read_head
from visionlab.sources.values import from_camera

_DEFAULT_FPS = 25.0
_SCAN_SECONDS = 2.0
_NEAR = 8  # frames; skipping so few is cheaper than seeking
_MARGINS = (0, 16, 128)  # frames before the wanted one at which a seek is tried


class VideoFile(Source):
    """A video file.

    A frame's index is its rank by presentation time. The times are read from the packets when
    the file is opened, without decoding; seeking goes by time and checks where it came out, so
    it is exact for variable frame rates too.

    Raises
    ------
    SourceError
        The file is missing, no video, damaged, or holds sound only.
    """

    kind = "video"

    def __init__(self, path: Path | str) -> None:
        path = Path(path)
        self.title = path.name
        self.spec = str(path)
        head = read_head(path)
        if not is_video(head):
            raise SourceError(
                f'"{path.name}" must be a video (MP4, MOV, AVI, MKV, WebM, MPEG, OGG, FLV or WMV); '
                f"it seems to be {describe(head)}: choose another file."
            )
        self._next = 0
        self._position = -1  # index of the frame grabbed last
        self._capture = self._open()
        self.fps = self._property(cv2.CAP_PROP_FPS)
        if not 0 < self.fps < 1000:
            self.fps = _DEFAULT_FPS
        self._times = self._scan()
        self.count = len(self._times) or max(int(self._property(cv2.CAP_PROP_FRAME_COUNT)), 0)
        if not (self.count and self._grab()):
            self.close()
            raise SourceError(
                f'"{path.name}" has no picture that can be decoded; it is cut off, damaged, '
                f"or in an unknown coding: convert it to MP4 or choose another file."
            )

    def read(self) -> Frame | None:
        """Decode the next frame; None at the end."""
        index = self._next
        if index >= self.count or not self._go_to(index):
            self._next = self.count
            return None
        ok, picture = self._capture.retrieve()
        if not ok:
            raise SourceError(f'Frame {index} of "{self.title}" is damaged; go on to another one.')
        self._next = self._position + 1
        image = from_camera(picture, mirror=self.mirror, name=f'"{self.title}"')
        return Frame(image, index=self._position, name=self.title)

    def seek(self, index: int) -> None:
        """Make frame `index` the next one."""
        self._next = min(max(index, 0), self.count - 1)

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _open(self, *params: int) -> cv2.VideoCapture:
        capture = open_capture(self.spec, params=params)
        size = [capture.get(p) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)]
        if not capture.isOpened() or size[0] * size[1] > MAX_PIXELS:
            capture.release()
            raise SourceError(
                f'"{self.title}" cannot be opened as a video; it is damaged, larger than 100 '
                f"megapixels, holds sound only, or is in an unknown coding."
            )
        return capture

    def _property(self, which: int) -> float:
        return float(self._capture.get(which))

    def _scan(self) -> list[float]:
        """Return the frames' times in ms, in order; none if the file lacks them.

        A file that takes long to look through is taken to have a constant frame rate.
        """
        packets = self._open(cv2.CAP_PROP_FORMAT, -1)
        end = perf_counter() + _SCAN_SECONDS
        times: list[float] = []
        while packets.grab():
            times.append(packets.get(cv2.CAP_PROP_POS_MSEC))
            if perf_counter() > end:
                frames = max(int(packets.get(cv2.CAP_PROP_FRAME_COUNT)), 0)
                times = [1000 * i / self.fps for i in range(frames)]
                break
        packets.release()
        times.sort()
        distinct = all(a < b for a, b in pairwise(times))
        return times if distinct else []

    def _grab(self) -> bool:
        """Decode the next frame of the file and note which one it is."""
        if not self._capture.grab():
            return False
        self._position += 1
        if self._times:
            time = self._property(cv2.CAP_PROP_POS_MSEC)
            after = min(bisect_left(self._times, time), self.count - 1)
            before = max(after - 1, 0)
            nearer = time - self._times[before] < self._times[after] - time
            self._position = before if nearer else after
        return True

    def _go_to(self, index: int) -> bool:
        """Grab frame `index`, or the first one after it that can be decoded."""
        if self._position == index:
            return True
        if 0 < index - self._position <= _NEAR:
            return self._forward(index)
        for margin in _MARGINS if self._times else ():
            self._jump(index, margin)
            if self._forward(index) and self._position == index:
                return True
        self._capture.release()
        self._capture = self._open()
        self._position = -1
        return self._forward(index)

    def _jump(self, index: int, margin: int) -> None:
        """Seek to `margin` frames before `index`, or beyond it where the file misleads."""
        seconds = (self._times[index] - self._times[0]) / 1000
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, max(round(seconds * self.fps) - margin, 0))
        self._position = -1

    def _forward(self, index: int) -> bool:
        while self._position < index:
            if not self._grab():
                return False
        return True
