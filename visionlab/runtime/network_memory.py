"""What one answer of the network lane hands on to the next; used in its thread alone."""

from dataclasses import dataclass, field
from math import exp
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visionlab.deep.card import Fit
from visionlab.deep.prediction import Prediction
from visionlab.runtime.explaining import Possible, Refining
from visionlab.runtime.pace import Pace

if TYPE_CHECKING:
    from visionlab.deep.model import Classifier
    from visionlab.runtime.answers import Predicted


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
    pace: Pace = field(default_factory=Pace)
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


def rate(memory: Memory, now: float) -> float:
    """Return answers a second over the last second or so."""
    if memory.last is not None:
        memory.intervals.append(now - memory.at)
        while len(memory.intervals) > 2 and sum(memory.intervals[1:]) > 1:
            del memory.intervals[0]
    total = sum(memory.intervals)
    return len(memory.intervals) / total if total > 0 else 0.0
