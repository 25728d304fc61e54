"""Paints overlays over a picture: vectors in colours that colour-blind people tell apart.

Everything but points becomes one array of short segments, which goes to Qt as one path: ten
thousand items cost two drawing calls, not ten thousand.
"""

import numpy as np
from PySide6.QtCore import QByteArray, QDataStream, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from visionlab.core.result import Array, Circles, Overlay, Points, Polygons, Segments
from visionlab.ui.view_transform import Placement

# From Okabe and Ito's palette, "Color Universal Design", 2008: those that stand out on grey.
_COLOURS = ("#f0e442", "#56b4e9", "#e69f00", "#cc79a7", "#009e73")
_HALO = QColor(0, 0, 0, 190)
_WIDTH = 2.0
_MANY = 5000
"""More segments than this are drawn thinner, and their halo without antialiasing."""


class OverlayPainter:
    """Holds the overlays of one picture and paints those parts that are seen."""

    def __init__(self) -> None:
        self._overlays: tuple[Overlay, ...] = ()
        self._segments: dict[int, Array] = {}
        self._highlight: tuple[str, int] | None = None

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        """Replace the overlays; coordinates are pixels, (0, 0) the centre of the first."""
        self._overlays = overlays
        self._segments = {
            i: _ring_segments(overlay)
            for i, overlay in enumerate(overlays)
            if isinstance(overlay, Polygons)
        }

    def highlight(self, name: str | None, row: int = 0) -> None:
        """Emphasise item `row` of the overlay called `name`; None ends it."""
        self._highlight = None if name is None else (name, row)

    def draw(self, painter: QPainter, place: Placement, visible: QRectF) -> None:
        """Paint what lies in the widget rectangle `visible`."""
        painter.save()
        for i, overlay in enumerate(self._overlays):
            colour = QColor(_COLOURS[i % len(_COLOURS)])
            if isinstance(overlay, Points):
                _draw_points(painter, place, visible, overlay.xy, colour)
            else:
                segments = self._segments.get(i)
                if segments is None:
                    segments = _segments(overlay, place.scale, _box(place, visible))
                _draw_segments(painter, place, visible, segments, colour)
        for i, overlay in enumerate(self._overlays):
            if self._highlight and overlay.name == self._highlight[0]:
                colour = QColor(_COLOURS[i % len(_COLOURS)])
                _draw_one(painter, place, visible, overlay, self._highlight[1], colour)
        painter.restore()


def _box(place: Placement, visible: QRectF) -> tuple[float, float, float, float]:
    """Return `visible` in overlay coordinates, a marker's size larger."""
    margin = 8 / place.scale + 0.5
    left, top = place.to_picture(visible.topLeft())
    right, bottom = place.to_picture(visible.bottomRight())
    return left - margin, top - margin, right + margin, bottom + margin


def _on_screen(place: Placement, coordinates: Array) -> Array:
    """Return x, y, x, y, ... columns in widget pixels; a pixel's centre is half a pixel in."""
    offset = np.tile((place.x, place.y), coordinates.shape[1] // 2)
    return (coordinates + 0.5) * place.scale + offset  # type: ignore[no-any-return]


def _segments(overlay: Overlay, scale: float, box: tuple[float, float, float, float]) -> Array:
    """Return an overlay's outlines as ``(N, 4)`` segments."""
    if isinstance(overlay, Polygons):
        return _ring_segments(overlay)
    if isinstance(overlay, Circles):
        return _circle_segments(overlay.xyr, scale, box)
    assert isinstance(overlay, Segments)
    return np.asarray(overlay.ends, float).reshape(-1, 4)


def _ring_segments(overlay: Polygons) -> Array:
    rings = [ring for ring in overlay.rings if len(ring)]
    if not rings:
        return np.empty((0, 4))
    corners = np.concatenate(rings).astype(float).reshape(-1, 2)
    ends = np.cumsum([len(ring) for ring in rings])
    following = np.arange(1, len(corners) + 1)
    following[ends - 1] = np.concatenate(([0], ends[:-1]))
    return np.concatenate((corners, corners[following]), axis=1)


def _circle_segments(xyr: Array, scale: float, box: tuple[float, float, float, float]) -> Array:
    """Return the visible circles as polygons that stay within a fifth of a screen pixel."""
    xyr = np.asarray(xyr, float).reshape(-1, 3)
    x, y, r = xyr.T
    xyr = xyr[(x + r >= box[0]) & (x - r <= box[2]) & (y + r >= box[1]) & (y - r <= box[3])]
    needed = 5 * np.sqrt(np.maximum(xyr[:, 2] * scale, 1))
    sides = np.clip(2 ** np.ceil(np.log2(needed)), 8, 1024).astype(int)
    parts = [np.empty((0, 4))]
    for count in np.unique(sides):
        same = xyr[sides == count]
        angle = np.linspace(0, 2 * np.pi, count + 1)
        unit = np.stack((np.cos(angle), np.sin(angle)), axis=1)
        corners = same[:, None, :2] + same[:, None, 2:] * unit
        parts.append(np.concatenate((corners[:, :-1], corners[:, 1:]), axis=2).reshape(-1, 4))
    return np.concatenate(parts)


def _path(segments: Array) -> QPainterPath:
    """Return ``(N, 4)`` segments as one path, by way of Qt's serialised form of it."""
    count = 2 * len(segments)
    elements = np.zeros(count, [("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
    elements["kind"][1::2] = 1  # move to, line to, move to, ...
    elements["x"] = segments[:, 0::2].ravel()
    elements["y"] = segments[:, 1::2].ravel()
    start_and_fill = np.zeros(2, ">i4").tobytes()
    path = QPainterPath()
    data = np.array(count, ">i4").tobytes() + elements.tobytes() + start_and_fill
    QDataStream(QByteArray(data)) >> path
    return path


def _draw_segments(
    painter: QPainter,
    place: Placement,
    visible: QRectF,
    segments: Array,
    colour: QColor,
    strokes: tuple[tuple[float, QColor | None], ...] = ((_WIDTH + 2, _HALO), (_WIDTH, None)),
) -> None:
    """Stroke the visible ones once per (width, colour); None stands for `colour`."""
    box = _box(place, visible)
    x, y = segments[:, 0::2], segments[:, 1::2]
    seen = (x.max(1) >= box[0]) & (x.min(1) <= box[2])
    seen &= (y.max(1) >= box[1]) & (y.min(1) <= box[3])
    segments = segments[seen]
    if not len(segments):
        return
    many = len(segments) > _MANY
    path = _path(_on_screen(place, segments))
    cap = Qt.PenCapStyle.FlatCap if many else Qt.PenCapStyle.SquareCap
    for width, ink in strokes:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not (many and ink))
        pen = QPen(ink or colour, min(width, 1) if many and not ink else width)
        pen.setCapStyle(cap)
        painter.setPen(pen)
        painter.drawPath(path)


def _draw_points(
    painter: QPainter,
    place: Placement,
    visible: QRectF,
    xy: Array,
    colour: QColor,
    radius: float = 2.5,
) -> None:
    """Stamp a dot on every visible point, once per screen pixel."""
    box = _box(place, visible)
    xy = np.asarray(xy, float).reshape(-1, 2)
    x, y = xy.T
    xy = xy[(x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])]
    if len(xy) > _MANY:
        _, first = np.unique(np.round(xy * place.scale), axis=0, return_index=True)
        xy = xy[first]
    dot = _dot(radius, colour, painter.device().devicePixelRatioF())
    half = dot.deviceIndependentSize().width() / 2
    for left, top in (_on_screen(place, xy) - half).tolist():
        painter.drawPixmap(QPointF(left, top), dot)


def _dot(radius: float, colour: QColor, ratio: float) -> QPixmap:
    """Return a disc with a dark rim."""
    side = 2 * radius + 4
    dot = QPixmap(round(side * ratio), round(side * ratio))
    dot.setDevicePixelRatio(ratio)
    dot.fill(Qt.GlobalColor.transparent)
    painter = QPainter(dot)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    centre = QPointF(side / 2, side / 2)
    for reach, ink in ((radius + 1.25, _HALO), (radius, colour)):
        painter.setBrush(ink)
        painter.drawEllipse(centre, reach, reach)
    painter.end()
    return dot


def _draw_one(
    painter: QPainter,
    place: Placement,
    visible: QRectF,
    overlay: Overlay,
    row: int,
    colour: QColor,
) -> None:
    """Paint one item broad, white around its colour."""
    white = QColor(Qt.GlobalColor.white)
    if isinstance(overlay, Points):
        for reach, ink in ((7.0, white), (4.5, colour)):
            _draw_points(painter, place, visible, overlay.xy[row : row + 1], ink, reach)
        return
    one: Overlay
    if isinstance(overlay, Segments):
        one = Segments(overlay.name, overlay.ends[row : row + 1])
    elif isinstance(overlay, Circles):
        one = Circles(overlay.name, overlay.xyr[row : row + 1])
    else:
        one = Polygons(overlay.name, overlay.rings[row : row + 1])
    segments = _segments(one, place.scale, _box(place, visible))
    strokes = ((8.0, _HALO), (6.0, white), (3.0, None))
    _draw_segments(painter, place, visible, segments, colour, strokes)
