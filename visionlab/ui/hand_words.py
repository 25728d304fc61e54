"""What is found by covering a picture by hand, in sentences."""

from PySide6.QtCore import QCoreApplication

from visionlab.runtime.hand_map import HandMap
from visionlab.runtime.hand_study import HandStudy
from visionlab.ui.class_bars import percent


def answered(study: HandStudy) -> str:
    """Say what the network makes of the class in question, now and without the patch."""
    index = study.target.index
    now = percent(float(study.last.prediction.probabilities[index]))
    before = percent(float(study.whole.probabilities[index]))
    if study.reference is not None:
        text = _tr("{0}: {1} in the reference, {2} now")
    elif study.last.cover is not None:
        text = _tr("{0}: {1} without the patch, {2} with it")
    else:
        text = _tr("{0}: {2}")
    return text.format(study.labels[index], before, now)


def visited(found: HandMap) -> str:
    """Say how far the person's map has come."""
    return _tr("You have covered {0} of the picture; places so far: {1}.").format(
        percent(found.share, 0), found.positions
    )


def judged(related: float) -> str:
    """Say what a rank correlation of the person's map and the computed one means."""
    if related >= 0.7:
        text = _tr("Your map and the computed Occlusion agree well where you have been: rank "
                   "correlation {0}.")  # fmt: skip
    elif related >= 0.4:
        text = _tr("Your map and the computed Occlusion agree in part where you have been: rank "
                   "correlation {0}.")  # fmt: skip
    elif related >= 0.15:
        text = _tr("Your map and the computed Occlusion agree only a little where you have been: "
                   "rank correlation {0}.")  # fmt: skip
    else:
        text = _tr("Your map and the computed Occlusion do not agree where you have been: rank "
                   "correlation {0}.")  # fmt: skip
    return text.format(f"{related:.2f}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("HandWords", text)
