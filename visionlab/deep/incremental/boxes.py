"""Which boxes of which maps are computed for which positions, and where their inputs lie.

The kept activations of a step and the changed boxes of a batch lie in one table, a row for each
place of the map: first a row of zeros and one of the lowest value (what stands around a map), then
the kept map, then the boxes. So what a window sees of a changed map is one selection of rows,
whatever the borders, strides and offsets.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visionlab.deep.incremental.ops import Cells, Conv, Local, Mean, Pair, Window
from visionlab.deep.incremental.plan import Ints, Plan, Spans, Step, follow

AROUND = 2  # rows of the table before those of the kept map
MOVE = 70  # moving one value through memory takes as long as so many multiplications
ADDED = 3  # times that an output made from changes is moved
CALL = 2_000_000  # one operation's call, as long as so many
WEIGHT = 32  # reading one weight at every call, as so many
BANDS = (1, 2, 3, 4, 6, 8)  # into how many sizes of boxes each axis may be sorted
BATCH_BYTES = 8 << 20  # of the largest map of a batch
KEPT_ROWS = 16_000_000  # of all layouts that are kept, 4 bytes each


@dataclass(frozen=True, eq=False)
class Sums:
    """How changes come to the boxes of a step.

    Attributes
    ----------
    kept : Tensor, (N * h * w,)
        The rows of a table at the places of the boxes.
    start : tuple of int, or None
        The row and column of what is added at which every box begins; None where that differs.
    rows : Tensor or None, (N * h * w,)
        Then for each place the number of what is added to it, counted over all boxes; the number
        after the last stands for nothing.
    """

    kept: Tensor
    start: Pair | None
    rows: Tensor | None


@dataclass(frozen=True, eq=False)
class Box:
    """What a step computes for a batch of positions.

    Attributes
    ----------
    whole : bool
        Whether whole maps are computed.
    size : tuple of int
        Height and width of what is computed for each position.
    cells : Cells or None
        Where in the map the boxes lie.
    sources : tuple of (Tensor or None)
        For each input the rows of its table, (N * h * w,); None where it is used as it is.
    regions : tuple of tuple of int
        Height and width of what those rows make.
    sums : Sums or None
        How changes of the input come to the boxes; None where these are computed from all that they
        see.
    gathered : bool
        Whether a later step selects rows of these boxes, which must be in the table for that.
    """

    whole: bool
    size: Pair
    cells: Cells | None
    sources: tuple[Tensor | None, ...]
    regions: tuple[Pair, ...]
    sums: Sums | None = None
    gathered: bool = False


@dataclass(frozen=True, eq=False)
class Batch:
    """Positions that are computed together, and a box for each step up to the head."""

    positions: Tensor
    boxes: tuple[Box, ...]

    @property
    def whole_from(self) -> int:
        """The step from which on all boxes are whole maps, or the last one."""
        parts = [number for number, box in enumerate(self.boxes[:-1]) if not box.whole]
        return parts[-1] + 1


def batches(plan: Plan, corners: Ints, patch: Pair, most: int = BATCH_BYTES) -> tuple[Batch, ...]:
    """Return batches that together hold every position once.

    The last ones are remembered with the plan.

    Parameters
    ----------
    plan : Plan
    corners : array (N, 2)
        Row and column of the patches' upper left places.
    patch : tuple of int
        Height and width.
    most : int
        Bytes of the largest map of a batch of more than one position.
    """
    name = (corners.tobytes(), patch, most)
    kept: dict[tuple[bytes, Pair, int], tuple[Batch, ...]] = plan.layouts
    if name not in kept:
        while kept and sum(map(_rows, kept.values())) > KEPT_ROWS:
            del kept[next(iter(kept))]  # the oldest
        kept[name] = _batches(plan, corners, patch, most)
    return kept[name]


def _rows(layout: tuple[Batch, ...]) -> int:
    """Return how many rows are selected and added, over all steps."""
    boxes = [box for batch in layout for box in batch.boxes]
    found = [source for box in boxes for source in box.sources]
    found += [rows for box in boxes if box.sums for rows in (box.sums.kept, box.sums.rows)]
    return sum(len(rows) for rows in found if rows is not None)


def _batches(plan: Plan, corners: Ints, patch: Pair, most: int) -> tuple[Batch, ...]:
    """Lay out the batches."""
    spans = (follow(plan, corners[:, 0], patch[0], 0), follow(plan, corners[:, 1], patch[1], 1))
    lengths = np.array([[one.lengths for one in axis] for axis in spans])  # (2, steps, N)
    groups = _groups(plan, lengths)
    parts = [part for group in groups for part in _cut(plan, lengths, group, most)]
    return tuple(_batch(plan, spans, part) for part in parts)


def _cost(plan: Plan, lengths: Ints, count: int) -> tuple[int, float]:
    """Return from which step on whole maps are cheaper, and the cost of a position then.

    Parameters
    ----------
    plan : Plan
    lengths : array (2, steps)
        Height and width of each step's boxes.
    count : int
        Positions whose boxes are computed at once; whole maps are of all of them.
    """
    steps = plan.steps[: plan.head + 1]
    sizes = [(int(h), int(w)) for h, w in lengths.T]
    boxes = [
        min(_ways(plan, one, sizes[number], [sizes[source] for source in one.inputs], count))
        for number, one in enumerate(steps)
    ]
    whole = [  # nothing is gathered
        (one.op.cost(one.height, one.width) if one.op else 0)
        + MOVE // 2 * one.channels * one.height * one.width
        for one in steps
    ]
    total = np.concatenate([[0], np.cumsum(boxes)]) + np.append(np.cumsum(whole[::-1])[::-1], 0)
    start = int(np.argmin(total[1:])) + 1
    return start, float(total[start])


def _ways(plan: Plan, step: Step, size: Pair, seen: list[Pair], count: int) -> tuple[float, float]:
    """Return what a box costs computed from all that it sees, and from changes of the input.

    Parameters
    ----------
    plan, step
    size : tuple of int
        Of the box.
    seen : list of tuple of int
        Of the inputs' boxes.
    count : int
        Boxes that are computed at once.
    """
    height, width = size
    moved = MOVE * step.channels * height * width
    computed = step.op.cost(height, width, count) if step.op else 0
    if not isinstance(step.op, Conv) or step.op.spread is None:
        return computed + moved, np.inf
    channels, reach = plan.steps[step.inputs[0]].channels, step.op.spread.reach
    gathered = MOVE * channels * (height + reach[0]) * (width + reach[1])
    (changed,) = seen
    added = step.op.spread.cost(*changed, count) + MOVE * channels * changed[0] * changed[1]
    return computed + gathered + moved, added + ADDED * moved


def _groups(plan: Plan, lengths: Ints) -> list[Ints]:
    """Sort the positions by the sizes of their boxes, into the groups that cost least."""
    best: tuple[float, list[Ints]] = (np.inf, [])
    steps = plan.steps[: plan.head + 1]
    calls = sum(CALL + WEIGHT * (one.op.weights if one.op else 0) for one in steps)
    weight = np.sqrt([(one.op.per_place if one.op else 0) + one.channels for one in plan.steps])
    key = np.einsum("s,asn->an", weight, lengths)  # (2, N)
    for count in BANDS:
        low, high = key.min(1, keepdims=True), key.max(1, keepdims=True)
        band = np.minimum((key - low) / np.maximum(high - low, 1e-9) * count, count - 1)
        names = band[0].astype(int) * count + band[1].astype(int)
        groups = [np.flatnonzero(names == name) for name in np.unique(names)]
        cost = 0.0
        for group in groups:
            cost += _cost(plan, lengths[:, :, group].max(2), len(group))[1] * len(group)
            cost += calls
        if cost < best[0]:
            best = (cost, groups)
    return best[1]


def _cut(plan: Plan, lengths: Ints, group: Ints, most: int) -> list[Ints]:
    """Cut a group into batches whose maps fit the cache."""
    height, width = longest = lengths[:, :, group].max(2)
    start, _ = _cost(plan, longest, len(group))
    largest = 1
    for number, step in enumerate(plan.steps[: plan.head + 1]):
        places = step.height * step.width if number >= start else height[number] * width[number]
        largest = max(largest, int(places) * step.channels)
    size = max(1, most // (4 * largest))
    return np.array_split(group, -(-len(group) // size))


def _batch(plan: Plan, spans: tuple[list[Spans], list[Spans]], chosen: Ints) -> Batch:
    """Lay out the boxes of some positions."""
    axes = [[one[chosen] for one in axis] for axis in spans]
    longest = np.array([[one.lengths.max() for one in axis] for axis in axes])
    start, _ = _cost(plan, longest, len(chosen))
    boxes: list[Box] = []
    grids: list[tuple[Ints, Ints]] = []  # rows and columns of the boxes
    for number, step in enumerate(plan.steps[: plan.head + 1]):
        rows, cols = (
            _lines(axis[number], size)
            for axis, size in zip(axes, (step.height, step.width), strict=True)
        )
        whole = step.op is not None and (
            number >= start
            or not isinstance(step.op, Local)
            or any(boxes[source].whole for source in step.inputs)
        )
        if whole:
            rows, cols = (_all(chosen, size) for size in (step.height, step.width))
        grids.append((rows, cols))
        boxes.append(_box(plan, number, boxes, grids, whole))
    gathered = {
        source
        for step, box in zip(plan.steps, boxes, strict=False)
        for source, rows in zip(step.inputs, box.sources, strict=True)
        if rows is not None and not isinstance(step.op, Mean) and box.sums is None
    }
    return Batch(
        torch.from_numpy(chosen),
        tuple(replace(box, gathered=n in gathered) for n, box in enumerate(boxes)),
    )


def _box(
    plan: Plan, number: int, boxes: list[Box], grids: list[tuple[Ints, Ints]], whole: bool
) -> Box:
    """Lay out one step, whose own grid and those of the steps before it are known."""
    step, grid = plan.steps[number], grids[number]
    sources: list[Tensor | None] = []
    regions: list[Pair] = []
    sums = None if whole else _sums(plan, number, boxes, grids)
    for source in step.inputs:
        before = plan.steps[source]
        if boxes[source].whole:
            rows, cols = grids[source]
        elif sums is not None or isinstance(step.op, Mean):
            rows, cols = grids[source]
            sources.append(_kept(before, rows, cols))
            regions.append((rows.shape[1], cols.shape[1]))
            continue
        elif whole:
            rows, cols = (_all(grid[0], size) for size in (before.height, before.width))
        else:
            assert isinstance(step.op, Local)
            rows, cols = (_seen(lines, step.op.window, axis) for axis, lines in enumerate(grid))
        as_it_is = np.array_equal(rows, grids[source][0]) and np.array_equal(cols, grids[source][1])
        around = step.op.around if step.op else 0
        sources.append(None if as_it_is else _select(before, grids[source], rows, cols, around))
        regions.append((rows.shape[1], cols.shape[1]))
    size = (grid[0].shape[1], grid[1].shape[1])
    cells = None if whole else Cells(*(torch.from_numpy(lines) for lines in grid))
    return Box(whole, size, cells, tuple(sources), tuple(regions), sums)


def _sums(plan: Plan, number: int, boxes: list[Box], grids: list[tuple[Ints, Ints]]) -> Sums | None:
    """Lay out how changes of the input come to a step's boxes; None where that is not sooner."""
    step, (rows, cols) = plan.steps[number], grids[number]
    if not isinstance(step.op, Conv) or step.op.spread is None or boxes[step.inputs[0]].whole:
        return None
    seen = grids[step.inputs[0]]
    sizes = [(down.shape[1], across.shape[1]) for down, across in ((rows, cols), seen)]
    from_all, from_changes = _ways(plan, step, sizes[0], sizes[1:], len(rows))
    if from_all <= from_changes:
        return None
    reach, before = step.op.spread.reach, step.op.window.before
    height, width = (size + more for size, more in zip(sizes[1], reach, strict=True))
    down = rows - (seen[0][:, :1] + before[0] - reach[0])  # places among what the changes add
    across = cols - (seen[1][:, :1] + before[1] - reach[1])
    kept = _kept(step, rows, cols)
    inside = _within(down, height)[:, :, None] & _within(across, width)[:, None]
    if inside.all() and (down == down[:1]).all() and (across == across[:1]).all():
        return Sums(kept, (int(down[0, 0]), int(across[0, 0])), None)
    first = np.arange(len(rows))[:, None, None] * (height * width)
    index = first + down[:, :, None] * width + across[:, None]
    index = np.where(inside, index, len(rows) * height * width)
    return Sums(kept, None, torch.from_numpy(index.astype(np.int32).ravel()))


def _all(positions: Ints, size: int) -> Ints:
    """Return every row or column, for each position."""
    return np.broadcast_to(np.arange(size), (len(positions), size))


def _seen(lines: Ints, window: Window, axis: int) -> Ints:
    """Return the input rows or columns that windows on these output rows or columns see."""
    stride = window.stride[axis]
    first = lines[:, :1] * stride - window.before[axis]
    if window.kernel == (1, 1):  # the places between are not looked at
        return first + np.arange(lines.shape[1]) * stride
    reach = (window.kernel[axis] - 1) * window.dilation[axis]
    return first + np.arange((lines.shape[1] - 1) * stride + reach + 1)


def _kept(step: Step, rows: Ints, cols: Ints) -> Tensor:
    """Return the rows of a step's table that hold the kept activations of these places."""
    index = (AROUND + rows * step.width)[:, :, None] + cols[:, None, :]
    return torch.from_numpy(index.astype(np.int32).ravel())


def _select(step: Step, grid: tuple[Ints, Ints], rows: Ints, cols: Ints, around: int) -> Tensor:
    """Return the rows of a step's table for these places: changed, kept, or around the map."""
    rows, cols = rows.astype(np.int32), cols.astype(np.int32)
    top, left = (lines[:, :1].astype(np.int32) for lines in grid)
    height, width = (lines.shape[1] for lines in grid)
    own_row, own_col = rows - top, cols - left
    changed_row, changed_col = _within(own_row, height), _within(own_col, width)
    in_row, in_col = _within(rows, step.height), _within(cols, step.width)
    kept = (AROUND + rows * step.width)[:, :, None] + cols[:, None, :]
    index = np.where(in_row[:, :, None] & in_col[:, None, :], kept, np.int32(around))
    start = AROUND + step.height * step.width
    first = (start + np.arange(len(rows), dtype=np.int32) * (height * width))[:, None]
    changed = (first + own_row * width)[:, :, None] + own_col[:, None, :]
    index = np.where(changed_row[:, :, None] & changed_col[:, None, :], changed, index)
    return torch.from_numpy(index.astype(np.int32, copy=False).ravel())


def _within(lines: Ints, size: int) -> NDArray[np.bool_]:
    """Return which of them are 0 to size - 1."""
    return (lines >= 0) & (lines < size)


def _lines(spans: Spans, size: int) -> Ints:
    """Return the rows or columns to compute, as many for each position, all in the map: (N, h)."""
    count = max(1, int(spans.lengths.max()))
    first = np.minimum(spans.low, size - count)
    return first[:, None] + np.arange(count)
