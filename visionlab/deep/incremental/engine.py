"""Occlusion that computes only what a patch changes, exactly.

The activations of the unoccluded picture are kept. A patch changes a box of the first map, which
changes a somewhat larger box of the second, and so on: only these are computed, many positions at
once, and where the boxes come near the whole map, whole maps are.

Nakandala, Kumar, Papakonstantinou: Incremental and Approximate Inference for Faster Occlusion-based
Deep CNN Explanations, SIGMOD 2019.
"""

import torch
from torch import Tensor, nn

from visionlab.core.errors import ModelError
from visionlab.deep.incremental.boxes import AROUND, BATCH_BYTES, Batch, Box, Sums, batches
from visionlab.deep.incremental.dense import finite, out_of_memory
from visionlab.deep.incremental.ops import LOWEST, Cells, Conv, Local, Mean, Pair
from visionlab.deep.incremental.patches import Patches
from visionlab.deep.incremental.plan import Plan, Step, changed_multiplications, follow
from visionlab.deep.incremental.tracing import trace
from visionlab.deep.memory import keep_freed

HEAD_BYTES = 128 << 20  # of vectors that wait for the head
SAMPLE = 16  # positions at which the error of bfloat16 is measured
SAMPLES = 4096  # values from which a map's usual one is taken
UNEVEN = 100  # times that one; of photographs the largest are 4 to 20 times as large


class Engine:
    """A network's answers to one picture with patches on it.

    Parameters
    ----------
    net : Module or Plan
        In evaluation mode. A plan of `trace` serves many pictures.
    x : Tensor, (1, C, H, W)
        The picture, normalised.
    bf16 : bool
        Compute in bfloat16, which some processors do faster, with an `error`.

    Attributes
    ----------
    base : Tensor, (classes,)
        Logits of the unoccluded picture, float32.

    Raises
    ------
    CannotTrace
        Changes cannot be followed through the network.
    ModelError
        The picture does not fit, or the network gives numbers that are not finite.
    """

    @torch.inference_mode()
    def __init__(self, net: nn.Module | Plan, x: Tensor, bf16: bool = False) -> None:
        keep_freed()
        plan = net if isinstance(net, Plan) else trace(net, (x.shape[1], x.shape[2], x.shape[3]))
        if tuple(x.shape) != (1, *plan.shape):
            raise ModelError(
                f"The network was traced for one picture of {plan.shape}; {tuple(x.shape)} came."
            )
        self.plan = plan.bf16 if bf16 else plan
        self.x = x.to(torch.bfloat16 if bf16 else torch.float32)
        self._exact = (plan, x) if bf16 else None
        self.base = finite(self._keep()[0].float())

    def _keep(self) -> Tensor:
        """Compute the unoccluded picture, keep its maps, and return its logits (1, classes)."""
        self._sums: dict[int, Tensor] = {}

        def keep(number: int, y: Tensor) -> None:
            self._sums[number] = _table(y)

        values = self.plan.maps(self.x, keep)
        if not all(_even(sums[AROUND:]) for sums in self._sums.values()):
            self.plan = self.plan.uneven
            values = self.plan.maps(self.x)
        self._tables = [_table(y) for y in values]
        return values[-1]

    @torch.inference_mode()
    def logits(
        self, corners: Tensor, patch: Pair, fill: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return the logits (N, classes) of the picture with a patch at each position, float32.

        Parameters
        ----------
        corners, patch, fill, mask
            As `Patches` has them.

        Raises
        ------
        ParamError
            The patches do not fit the picture.
        ModelError
            The network gives numbers that are not finite.
        """
        patches = Patches.on(self.x, corners, patch, fill, mask)
        if not len(corners):
            return self.base.new_empty(0, len(self.base))
        most = BATCH_BYTES
        while True:
            try:
                return finite(self._answers(patches, most).float())
            except RuntimeError as error:
                if not out_of_memory(error) or most < self.x.numel():
                    raise
                most //= 2

    def _answers(self, patches: Patches, most: int) -> Tensor:
        """Return the logits, computed in batches of so many bytes."""
        layout = batches(self.plan, patches.corners, patches.size, most)
        self._make_room(layout)
        order = torch.cat([batch.positions for batch in layout])
        neck = self.plan.neck(max(batch.whole_from for batch in layout))
        together = HEAD_BYTES if self.plan.steps[neck].flat else most // 2
        found: list[Tensor] = []
        waiting: list[Tensor] = []
        for batch in layout:
            waiting.append(self._run(batch, patches, neck))
            if sum(part.nbytes for part in waiting) > together:
                found.append(self.plan.after(neck, torch.cat(waiting)))
                waiting.clear()
        if waiting:
            found.append(self.plan.after(neck, torch.cat(waiting)))
        logits = torch.cat(found)
        return torch.empty_like(logits).index_copy_(0, order.to(logits.device), logits)

    def _make_room(self, layout: tuple[Batch, ...]) -> None:
        """Let the tables hold the boxes of every batch."""
        for number, step in enumerate(self.plan.steps[: self.plan.head]):
            boxes = (
                len(batch.positions) * batch.boxes[number].size[0] * batch.boxes[number].size[1]
                for batch in layout
                if batch.boxes[number].gathered
            )
            kept = AROUND + step.height * step.width
            table = self._tables[number]
            needed = kept + max(boxes, default=0)
            if needed > len(table):
                self._tables[number] = table.new_empty(needed, step.channels)
                self._tables[number][:kept] = table[:kept]

    def _run(self, batch: Batch, patches: Patches, neck: int) -> Tensor:
        """Return the whole maps, or vectors, of the neck for a batch."""
        values: dict[int, Tensor] = {}
        for number, box in enumerate(batch.boxes[: neck + 1]):
            step = self.plan.steps[number]
            if step.op is None:
                values[number] = self._patched(step, box, batch, patches)
            elif isinstance(step.op, Mean) and box.sources[0] is not None:
                values[number] = self._mean(step, box, values)
            elif box.cells is not None and isinstance(step.op, Local):
                y = self._local(number, step.op, box, box.cells, values, len(batch.positions))
                values[number] = self._place(number, step, y) if box.gathered else step.followed(y)
            else:
                inputs = self._inputs(step, box, values, len(batch.positions))
                values[number] = step.followed(step.op.whole(*inputs))
            self.plan.forget(values, number)
        in_table = self.plan.steps[neck].flat or not batch.boxes[neck].whole  # perhaps
        return values[neck].clone() if in_table else values[neck]

    def _local(
        self, number: int, op: Local, box: Box, cells: Cells, values: dict[int, Tensor], count: int
    ) -> Tensor:
        """Return what an operation gives for the boxes of a batch."""
        if box.sums is not None:
            return self._summed(number, box, box.sums, values)
        return op.local(cells, *self._inputs(self.plan.steps[number], box, values, count))

    def _inputs(self, step: Step, box: Box, values: dict[int, Tensor], count: int) -> list[Tensor]:
        """Return what a step reads: maps, or regions of them."""
        return [
            values[source] if rows is None else self._selected(source, rows, count, region)
            for source, rows, region in zip(step.inputs, box.sources, box.regions, strict=True)
        ]

    def _selected(self, number: int, rows: Tensor, count: int, size: Pair) -> Tensor:
        """Return rows of a step's table as maps."""
        table = self._tables[number]
        return _maps(table.index_select(0, rows.to(table.device)), count, size)

    def _slot(self, number: int, step: Step, count: int, size: Pair) -> Tensor:
        """Return the part of a table for the boxes of a batch, as maps."""
        kept = AROUND + step.height * step.width
        rows = self._tables[number][kept : kept + count * size[0] * size[1]]
        return _maps(rows, count, size)

    def _place(self, number: int, step: Step, y: Tensor) -> Tensor:
        """Apply what follows a step to its boxes, in its table."""
        slot = self._slot(number, step, len(y), (y.shape[2], y.shape[3]))
        *others, last = step.then or (None,)
        for function in others:
            y = function(y)
        if last is torch.relu_:
            return torch.clamp_min(y, 0, out=slot)
        return slot.copy_(y if last is None else last(y))

    def _patched(self, step: Step, box: Box, batch: Batch, patches: Patches) -> Tensor:
        """Return the boxes of the picture with the patches on them."""
        assert box.cells is not None
        cells = Cells(*(lines.to(self.x.device) for lines in box.cells))
        windows = self.x[0][:, cells.rows[:, :, None], cells.cols[:, None]].transpose(0, 1)
        y = patches.laid(windows, batch.positions, cells.rows, cells.cols)
        return self._place(0, step, y) if box.gathered else step.followed(y)

    def _mean(self, step: Step, box: Box, values: dict[int, Tensor]) -> Tensor:
        """Return the mean over a map from the kept one and what changed."""
        assert isinstance(step.op, Mean)
        (source,) = step.inputs
        before, table = self.plan.steps[source], self._tables[source]
        change = self._change(step, box, values)
        size = before.height * before.width
        y = table[AROUND : AROUND + size].mean(0) + change.sum((2, 3)) / size
        return step.followed(y[:, :, None, None] if step.op.keep else y)

    def _summed(self, number: int, box: Box, sums: Sums, values: dict[int, Tensor]) -> Tensor:
        """Return the boxes of a convolution from the kept ones and what changes add."""
        step, (height, width) = self.plan.steps[number], box.size
        assert isinstance(step.op, Conv)
        assert step.op.spread is not None
        added = step.op.spread(self._change(step, box, values))
        kept = self._sums[number].index_select(0, sums.kept)
        y = _maps(kept, len(added), box.size)
        if sums.start is not None:
            down, across = sums.start
            y += added[:, :, down : down + height, across : across + width]
        else:
            rows = added.permute(0, 2, 3, 1).reshape(-1, step.channels)
            assert sums.rows is not None
            kept += torch.cat([rows, rows.new_zeros(1, step.channels)]).index_select(0, sums.rows)
        return y

    def _change(self, step: Step, box: Box, values: dict[int, Tensor]) -> Tensor:
        """Return how the input's boxes differ from the kept ones."""
        (source,), (rows,), (region,) = step.inputs, box.sources, box.regions
        assert rows is not None
        return values[source] - self._selected(source, rows, len(values[source]), region)

    def error(
        self, corners: Tensor, patch: Pair, fill: Tensor, mask: Tensor | None = None
    ) -> float:
        """Return the largest difference from float32, over the largest change that a patch makes.

        Both are measured at up to `SAMPLE` of the positions; 0 for an engine in float32.
        """
        if self._exact is None or not len(corners):
            return 0.0
        chosen = torch.linspace(0, len(corners) - 1, min(SAMPLE, len(corners))).round().long()
        if fill.dim() == 4 and len(fill) == len(corners) > 1:
            fill = fill[chosen]
        exact = Engine(*self._exact)
        true = exact.logits(corners[chosen], patch, fill, mask) - exact.base
        own = self.logits(corners[chosen], patch, fill, mask) - self.base
        return float((own - true).abs().max() / true.abs().max().clamp(min=1e-12))

    def multiplications(self, corners: Tensor, patch: Pair) -> tuple[int, int]:
        """Return the multiplications of the plain loop, and those that exactness needs.

        Counted layer by layer: convolutions by their changed outputs, a linear layer on a flattened
        map by its changed inputs.
        """
        places = corners.cpu().numpy()
        rows, cols = (follow(self.plan, places[:, axis], patch[axis], axis) for axis in (0, 1))
        full = len(places) * sum(step.multiplications for step in self.plan.steps)
        return full, changed_multiplications(self.plan, rows, cols)


def _even(sums: Tensor) -> bool:
    """Return whether nothing is so large that small values are lost in its rounding."""
    values = sums.flatten().abs()
    some = values[:: 1 + len(values) // SAMPLES]
    some = some[some != 0]  # a dark picture has many
    largest = values.amax()
    if not len(some):
        return bool(largest == 0)
    return bool(largest < UNEVEN * some.median())  # not where any is NaN


def _table(y: Tensor) -> Tensor:
    """Return a map (1, C, H, W), or a vector (1, C), as rows of channels after those around it."""
    rows = y if y.dim() == 2 else y[0].permute(1, 2, 0).flatten(0, 1)
    table = rows.new_zeros(AROUND + len(rows), rows.shape[1])
    table[LOWEST] = -torch.inf
    table[AROUND:] = rows
    return table


def _maps(rows: Tensor, count: int, size: Pair) -> Tensor:
    """Return rows of channels as maps (N, C, H, W), channels last."""
    return rows.view(count, *size, rows.shape[1]).permute(0, 3, 1, 2)
