"""What one answer of the network lane hands on to the next; used in its thread alone."""

from dataclasses import dataclass, field
from math import exp
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visionlab.deep.card import Fit
from visionlab.deep.prediction import Prediction
from visionlab.runtime.explaining import Possible, Refining

if TYPE_CHECKING:
    from visionlab.deep.model import Classifier
    from visionlab.runtime.answers import Predicted

MOST = 25
"""Answers a second about moving pictures; more are not seen and take the picture lane's time."""
CROWDED = 0.6
"""The part of the time at work from which the picture lane counts as wanting more of it."""
REST, LONGEST = 2.0, 0.4
"""Beside such a lane, the rest after answer and explanation: so many times as long; seconds."""


@dataclass
class Memory:
    """The model, the last answer, and what goes on from there."""

    loaded: tuple[str, str] | None = None
    refused: tuple[str, str] | None = None
    classifier: "Classifier | None" = None
    notice: str = ""
    possible: Possible | None = None
    last: "Predicted | None" = None
    fit: Fit | None = None
    refining: Refining | None = None
    at: float = 0.0
    beside: tuple[float, float] = (0.0, 0.0)
    intervals: list[float] = field(default_factory=list)


def smoothed(
    prediction: Prediction, memory: Memory, now: float, seconds: float
) -> NDArray[np.float32]:
    """Return the exponential moving average of the probabilities."""
    last, new = memory.last, prediction.probabilities
    if seconds <= 0 or last is None or last.prediction.model_id != prediction.model_id:
        return new
    kept = np.float32(exp(-(now - memory.at) / seconds))
    return new + (last.smoothed - new) * kept


def pause(memory: Memory, now: float, beside: float, explained: bool) -> float:
    """Return the seconds to wait before the next moving picture is asked about.

    Parameters
    ----------
    memory : Memory
    now : float
        The time.
    beside : float
        For how many seconds the picture lane has worked so far.
    explained : bool
        Whether the last picture was not only answered but explained.
    """
    (then, before), memory.beside = memory.beside, (now, beside)
    if memory.last is None:
        return 0.0
    begun = memory.at - memory.last.prediction.seconds
    crowded = beside - before > CROWDED * (now - then)
    rest = min(REST * (now - begun), LONGEST) if crowded and explained else 0.0
    return max(rest, begun + 1 / MOST - now, 0.0)


def rate(memory: Memory, now: float) -> float:
    """Return answers a second over the last second or so."""
    if memory.last is not None:
        memory.intervals.append(now - memory.at)
        while len(memory.intervals) > 2 and sum(memory.intervals[1:]) > 1:
            del memory.intervals[0]
    total = sum(memory.intervals)
    return len(memory.intervals) / total if total > 0 else 0.0
