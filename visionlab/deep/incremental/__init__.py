"""Exact occlusion at the price of what changes.

`trace` reads a network into a `Plan`; `Engine` answers for one picture with patches at many
positions; `occluded_logits` is the plain loop, for networks that raise `CannotTrace`; `refine` puts
the positions in order, a coarse map first.
"""

from visionlab.deep.incremental.dense import occluded_logits
from visionlab.deep.incremental.engine import Engine
from visionlab.deep.incremental.orders import Sketch, refine
from visionlab.deep.incremental.patches import Patches, grid
from visionlab.deep.incremental.plan import CannotTrace, Plan
from visionlab.deep.incremental.tracing import trace

__all__ = [
    "CannotTrace", "Engine", "Patches", "Plan", "Sketch", "grid", "occluded_logits", "refine",
    "trace",
]  # fmt: skip
