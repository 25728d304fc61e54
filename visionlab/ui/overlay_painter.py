"""Paints overlays over a picture: vectors in colours that colour-blind people tell apart.

Everything but points becomes one array of short segments, which goes to Qt as one path: ten
thousand items cost a few drawing calls, not ten thousand. The dark halo is opaque because
blending it takes Qt five times as long. However much there is, painting stays below 30 ms.
"""

from dataclasses import replace
from math import ceil, floor, log2

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from visionlab.core.result import Array, Circles, Overlay, Points, Segments
from visionlab.runtime.outlines import MOST, Outlined, Outlines, outlined
from visionlab.runtime.tracing import traced
from visionlab.ui.view_transform import Placement

# From Okabe and Ito's palette, "Color Universal Design", 2008: those that stand out on grey.
_COLOURS = tuple(QColor(c) for c in ("#f0e442", "#56b4e9", "#e69f00", "#cc79a7", "#009e73"))
_HALO = QColor("#181818")
_WHITE = QColor("#ffffff")

_MANY = 2000
"""More points than this are drawn as squares."""
_SMOOTH = 12_000
"""Effort, about a microsecond each, from which segments are drawn without antialiasing."""
_LONGEST = 1_500_000
"""Length in device pixels of all segments drawn: more would cover any screen several times."""
_ROUND = 16_000
"""Circles are drawn with fewer corners to stay below this many segments."""

Strokes = tuple[tuple[float, QColor], ...]


class OverlayPainter:
    """Holds the overlays of one picture and paints those parts that are seen."""

    def __init__(self) -> None:
        self._overlays: tuple[Overlay, ...] = ()
        self._highlight: tuple[str, int] | None = None
        self._emphasised: dict[int, Overlay] = {}

    def __bool__(self) -> bool:
        """Whether there is anything to paint."""
        return bool(self._overlays)

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        """Replace the overlays; coordinates are pixels, (0, 0) the centre of the first."""
        self._overlays = tuple(outlined(overlay) for overlay in overlays)
        self._emphasise()

    def highlight(self, name: str | None, row: int = 0) -> None:
        """Emphasise item `row` of the overlay called `name`; None ends it."""
        self._highlight = None if name is None else (name, row)
        self._emphasise()

    def _emphasise(self) -> None:
        name, row = self._highlight or (None, -1)
        named = [(i, o) for i, o in enumerate(self._overlays) if o.name == name]
        self._emphasised = {i: _item(overlay, row) for i, overlay in named}

    def draw(self, painter: QPainter, place: Placement, visible: QRectF) -> None:
        """Paint what lies in the widget rectangle `visible`."""
        if not self._overlays:
            return
        painter.save()
        box = _box(place, visible)
        for i, overlay in enumerate(self._overlays):
            colour = _COLOURS[i % len(_COLOURS)]
            if isinstance(overlay, Points):
                _draw_points(painter, place, _points_in(overlay.xy, box), colour)
            else:
                _draw_lines(painter, place, visible, overlay, ((4.0, _HALO), (2.0, colour)))
        for i, item in self._emphasised.items():
            _draw_emphasised(painter, place, visible, item, _COLOURS[i % len(_COLOURS)])
        painter.restore()


def _box(place: Placement, visible: QRectF) -> Array:
    """Return `visible` as left, top, right, bottom of overlay coordinates, with a margin."""
    margin = 8 / place.scale + 0.5
    low, high = place.to_picture(visible.topLeft()), place.to_picture(visible.bottomRight())
    return np.array([low[0] - margin, low[1] - margin, high[0] + margin, high[1] + margin])


def _points_in(xy: Array, box: Array) -> Array:
    xy = np.asarray(xy, float).reshape(-1, 2)
    return xy[(xy >= box[:2]).all(1) & (xy <= box[2:]).all(1)]


def _segments_in(segments: Array, box: Array) -> Array:
    """Return the segments whose bounding boxes touch `box`."""
    start, end = segments[:, :2], segments[:, 2:]
    seen = (np.maximum(start, end) >= box[:2]) & (np.minimum(start, end) <= box[2:])
    return segments[seen[:, 0] & seen[:, 1]]


def _item(overlay: Overlay, row: int) -> Overlay:
    """Return `overlay` with item `row` alone; empty where there is none."""
    rows = slice(row, row + 1)
    if isinstance(overlay, Points):
        return replace(overlay, xy=overlay.xy[rows])
    if isinstance(overlay, Segments):
        return replace(overlay, ends=overlay.ends[rows])
    if isinstance(overlay, Circles):
        return replace(overlay, xyr=overlay.xyr[rows])
    assert isinstance(overlay, Outlined)
    return overlay.part(row)


def _draw_lines(
    painter: QPainter, place: Placement, visible: QRectF, overlay: Overlay, strokes: Strokes
) -> None:
    box = _box(place, visible)
    if isinstance(overlay, Outlined):
        ratio = painter.device().devicePixelRatioF()
        outlines = overlay.at(floor(-log2(place.scale * ratio)), box)
        if outlines.about(box) <= MOST:
            _draw_segments(painter, place, _segments_in(outlines.sides(box), box), strokes)
        else:
            _trace(painter, place, visible, outlines, strokes)
    elif isinstance(overlay, Circles):
        circles = _circle_segments(overlay.xyr, place.scale, box)
        _draw_segments(painter, place, circles, strokes)
    elif isinstance(overlay, Segments):
        ends = np.asarray(overlay.ends, float).reshape(-1, 4)
        _draw_segments(painter, place, _segments_in(ends, box), strokes)


def _trace(
    painter: QPainter, place: Placement, visible: QRectF, outlines: Outlines, strokes: Strokes
) -> None:
    """Draw outlines pixel by pixel."""
    ratio = painter.device().devicePixelRatioF()
    margin = ceil(max(width for width, _ in strokes))  # a line beside it is half seen
    area = visible.toAlignedRect().adjusted(-margin, -margin, margin, margin)
    size = ceil(area.width() * ratio), ceil(area.height() * ratio)
    xy, first = outlines.lines(_box(place, visible))
    origin = np.array([[place.x - area.x()], [place.y - area.y()]], np.float32)
    at = ((xy + 0.5) * np.float32(place.scale) + origin) * np.float32(ratio)
    depth = traced(at, first, size, tuple(round(width * ratio) for width, _ in strokes))
    image = QImage(depth.data, *size, depth.strides[0], QImage.Format.Format_Indexed8)
    image.setColorTable([0, *(colour.rgba() for _, colour in strokes)])
    image.setDevicePixelRatio(ratio)
    painter.drawImage(area.topLeft(), image)


def _circle_segments(xyr: Array, scale: float, box: Array) -> Array:
    """Return the visible circles as polygons that stay within a fifth of a screen pixel."""
    xyr = np.asarray(xyr, float).reshape(-1, 3)
    centre, radius = xyr[:, :2], xyr[:, 2:]
    seen = (centre + radius >= box[:2]) & (centre - radius <= box[2:])
    xyr = xyr[seen[:, 0] & seen[:, 1]]
    needed = 5 * np.sqrt(np.maximum(xyr[:, 2] * scale, 1))
    most = max(8, _ROUND // max(len(xyr), 1))
    sides = np.clip(2 ** np.ceil(np.log2(needed)), 8, min(1024, most)).astype(int)
    parts = [np.empty((0, 4))]
    for count in np.unique(sides):
        same = xyr[sides == count]
        angle = np.linspace(0, 2 * np.pi, count + 1)
        unit = np.stack((np.cos(angle), np.sin(angle)), axis=1)
        corners = same[:, None, :2] + same[:, None, 2:] * unit
        parts.append(np.concatenate((corners[:, :-1], corners[:, 1:]), axis=2).reshape(-1, 4))
    return np.concatenate(parts)


def _to_widget(place: Placement, coordinates: Array) -> Array:
    """Return x, y, x, y, ... columns in widget pixels; a pixel's centre is half a pixel in."""
    corner = np.tile((place.x, place.y), coordinates.shape[1] // 2)
    return (coordinates + 0.5) * place.scale + corner  # type: ignore[no-any-return]


def _path(segments: Array) -> QPainterPath:
    """Return ``(N, 4)`` segments as one path, by way of Qt's serialised form of it."""
    count = 2 * len(segments)
    elements = np.zeros(count, [("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
    elements["kind"][1::2] = 1  # move to, line to, move to, ...
    elements["x"] = segments[:, 0::2].ravel()
    elements["y"] = segments[:, 1::2].ravel()
    start_and_fill = bytes(8)
    path = QPainterPath()
    data = np.array(count, ">i4").tobytes() + elements.tobytes() + start_and_fill
    QDataStream(QByteArray(data)) >> path
    return path


def _draw_segments(painter: QPainter, place: Placement, segments: Array, strokes: Strokes) -> None:
    """Stroke once per (width, colour), the last one on top."""
    if not len(segments):
        return
    at = _to_widget(place, segments)
    length = _length(at, painter.device().devicePixelRatioF())
    at = at[:: max(1, ceil(len(at) / (2 * MOST)), ceil(length / _LONGEST))]
    many = 3 * len(at) + 0.06 * length > _SMOOTH
    if many:  # without caps a dot would not be seen
        at[(at[:, :2] == at[:, 2:]).all(axis=1), 2] += 1
    path = _path(at)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not many)
    for width, colour in strokes:
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap if many else Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        painter.drawPath(path)


def _length(at: Array, ratio: float) -> float:
    """Return about how long the parts seen of segments are together, as one of a device pixel."""
    lengths = np.hypot(at[:, 2] - at[:, 0], at[:, 3] - at[:, 1])
    return float(lengths.clip(max=2000).sum()) * ratio**2


def _draw_points(painter: QPainter, place: Placement, xy: Array, colour: QColor) -> None:
    """Draw dots; of many, small squares."""
    at = _to_widget(place, xy[:: max(1, ceil(len(xy) / (2 * MOST)))])
    if len(at) <= _MANY:
        _stamp(painter, at, ((3.75, _HALO), (2.5, colour)))
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for reach, ink in ((2.0, _HALO), (1.0, colour)):
        pen = QPen(ink, 2 * reach)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        aside = np.array((reach, 0.0))
        painter.drawPath(_path(np.concatenate((at - aside, at + aside), axis=1)))


def _draw_emphasised(
    painter: QPainter, place: Placement, visible: QRectF, one: Overlay, colour: QColor
) -> None:
    """Paint an item broad, with white around its colour."""
    if isinstance(one, Points):
        at = _to_widget(place, _points_in(one.xy, _box(place, visible)))
        _stamp(painter, at, ((8.5, _HALO), (7.0, _WHITE), (4.5, colour)))
    else:
        strokes = ((8.0, _HALO), (6.0, _WHITE), (3.0, colour))
        _draw_lines(painter, place, visible, one, strokes)


def _stamp(painter: QPainter, at: Array, discs: Strokes) -> None:
    """Draw the same concentric discs, (radius, colour), at widget positions ``(N, 2)``."""
    ratio = painter.device().devicePixelRatioF()
    side = 2 * discs[0][0] + 2
    stamp = QPixmap(round(side * ratio), round(side * ratio))
    stamp.setDevicePixelRatio(ratio)
    stamp.fill(Qt.GlobalColor.transparent)
    brush = QPainter(stamp)
    brush.setRenderHint(QPainter.RenderHint.Antialiasing)
    brush.setPen(Qt.PenStyle.NoPen)
    for radius, colour in discs:
        brush.setBrush(colour)
        brush.drawEllipse(QPointF(side / 2, side / 2), radius, radius)
    brush.end()
    for left, top in (at - side / 2).tolist():
        painter.drawPixmap(QPointF(left, top), stamp)
