"""What the command `explain` does: a heatmap as a picture, an array or a table."""

import argparse
import io
import json
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from visionlab.core.display import to_rgb8
from visionlab.core.errors import ModelError, ParamError, VisionLabError
from visionlab.core.files import write_atomically
from visionlab.core.image import Image
from visionlab.deep.explain import catalogue
from visionlab.deep.explain.explainer import Explainer
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Score, Target
from visionlab.model_commands import first_frame
from visionlab.runtime.paths import models_folder
from visionlab.sources import save_picture

SUFFIXES = (".png", ".npy", ".csv")
SHOWN_SIDE = 448
"""Longer side of a saved picture, at least; networks see a few pixels only."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `parser` know what `explain` takes; its help lists the methods."""
    parser.add_argument("spec", metavar="PATH", help="picture or sample:NAME")
    parser.add_argument("--method", required=True, metavar="ID", help="how; see below")
    parser.add_argument("--model", default="pictures", metavar="ID", help="which model")
    parser.add_argument(
        "--target", metavar="CLASS", help="label or index; the most probable class by default"
    )
    parser.add_argument("--minus", metavar="CLASS", help="what speaks for it rather than for this")
    parser.add_argument("--score", choices=get_args(Score), default="logit", help="what of it")
    parser.add_argument("--layer", default="", metavar="NAME", help="for class activation maps")
    parser.add_argument(
        "--param", dest="params", action="append", default=[], metavar="K=V",
        help="a parameter of the method",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", dest="out", type=Path, required=True, metavar="OUT.{png,npy,csv}",
        help="the map over the picture, its values, or a table of them",
    )  # fmt: skip
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"methods and their parameters:\n{_methods()}"


def explain(
    spec: str,
    method: str,
    model: str,
    out: Path,
    *,
    target: str | None = None,
    minus: str | None = None,
    score: Score = "logit",
    layer: str = "",
    params: Sequence[str] = (),
    progress: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """Explain what a model says about the first page or frame of an input.

    Parameters
    ----------
    spec : str
        Path, or sample:NAME.
    method : str
        An explainer's id.
    model : str
        Id or file.
    out : Path
        Ends in '.png': the map over what the network saw; '.npy': (h, w) float32; '.csv': its
        rows.
    target, minus : str, optional
        Label or index of a class, the most probable one by default; and of another that is
        subtracted.
    score : {'logit', 'probability'}
        What is explained of them.
    layer : str
        For methods that look at one.
    params : sequence of str
        Such as 'patch=8'.
    progress : callable, optional
        Takes 0..1.

    Returns
    -------
    dict
        The report, as JSON says it.

    Raises
    ------
    VisionLabError
        Something does not fit; nothing was written.
    """
    explainer = _method(method)
    values = explainer.check_params(_given(params))
    _check_output(out, spec)
    from visionlab.deep import zoo
    from visionlab.deep.explain.layers import chosen
    from visionlab.deep.explain.subject import Subject

    classifier = zoo.load(model, own=models_folder())
    labels = classifier.card.labels
    frame = first_frame(spec)
    prediction = classifier.predict(frame.image, frame.display)
    index = prediction.top(1)[0].index if target is None else _class(target, labels)
    goal = Target(index, None if minus is None else _class(minus, labels), score)
    subject = Subject.predicted(classifier, prediction)
    started = perf_counter()
    for heatmap in explainer(subject, goal, layer, **values):
        if progress:
            progress(heatmap.progress)
    seconds = perf_counter() - started
    _write(out, heatmap, prediction.seen)
    return {
        "input": spec,
        "model": classifier.card.id,
        "method": explainer.id,
        "params": values,
        "layer": chosen(subject.net, subject.values, layer) if explainer.takes_layer else None,
        "target": {
            "index": index,
            "label": labels[index],
            "probability": round(float(prediction.probabilities[index]), 6),
            "minus": goal.minus if goal.minus is None else labels[goal.minus],
            "score": score,
        },
        "meaning": heatmap.meaning,
        "signed": heatmap.signed,
        "exact": heatmap.exact,
        "shape": list(heatmap.values.shape),
        "lowest": float(heatmap.values.min()),
        "highest": float(heatmap.values.max()),
        "box": list(prediction.box),
        "readings": [{"name": r.name, "value": r.value, "unit": r.unit} for r in heatmap.readings],
        "file": str(out),
        "ms": round(seconds * 1000, 3),
    }


def as_text(report: dict[str, Any]) -> str:
    """Return a report for people."""
    lines = [
        f"{report['input']} -> {report['file']}  {report['ms']:.1f} ms",
        report["meaning"],
        f"values from {report['lowest']:.4g} to {report['highest']:.4g}",
    ]
    for reading in report["readings"]:
        value = reading["value"]
        shown = f"{value:.4g}" if isinstance(value, float) else value
        lines.append(f"{reading['name']}: {shown} {reading['unit']}".rstrip())
    return "\n".join(lines)


def _methods() -> str:
    lines = []
    for explainer in catalogue():
        names = ", ".join(f"{p.name}={json.dumps(p.default)}" for p in explainer.params)
        lines.append(f"  {explainer.id:<22} {names}".rstrip())
    return "\n".join(lines)


def _method(name: str) -> Explainer:
    if name not in catalogue():
        known = ", ".join(one.id for one in catalogue())
        raise VisionLabError(f'There is no method "{name}"; there are {known}.')
    return catalogue()[name]


def _given(params: Sequence[str]) -> dict[str, Any]:
    """Return the values of texts such as 'patch=8': JSON where it is that, else the text."""
    values: dict[str, Any] = {}
    for text in params:
        name, sign, value = text.partition("=")
        if not sign:
            raise ParamError(f'"{text}" sets no parameter; write it as name=value.')
        try:
            values[name] = json.loads(value)
        except ValueError:
            values[name] = value
    return values


def _class(text: str, labels: tuple[str, ...]) -> int:
    """Return the index of a class by its label or its index."""
    folded = [label.casefold() for label in labels]
    if text.casefold() in folded:
        return folded.index(text.casefold())
    if text.isascii() and text.isdigit():
        if int(text[:9]) >= len(labels):
            raise ModelError(f"The class must be from 0 to {len(labels) - 1}; it was {text}.")
        return int(text)
    near = get_close_matches(text.casefold(), folded, 3, 0.5) or folded[:3]
    some = ", ".join(f'"{labels[folded.index(label)]}"' for label in near)
    raise ModelError(f'The model has no class "{text}"; it has {some} and others.')


def _check_output(out: Path, spec: str) -> None:
    """Refuse before the work what could not be written after it."""
    if out.suffix.lower() not in SUFFIXES:
        raise VisionLabError(f'The output must end in {", ".join(SUFFIXES)}; it was "{out}".')
    if not out.parent.is_dir():
        raise VisionLabError(f'There is no folder "{out.parent}"; make it or choose another.')
    if out.is_dir():
        raise VisionLabError(f'"{out}" is a folder; give the output another name.')
    if out.exists() and Path(spec).exists() and out.samefile(spec):
        raise VisionLabError(f'The output would replace "{spec}", which is read; choose another.')


def _write(out: Path, heatmap: Heatmap, seen: Image) -> None:
    if out.suffix.lower() == ".png":
        save_picture(out, overlay(heatmap, seen))
        return
    data = io.BytesIO()
    if out.suffix.lower() == ".npy":
        np.save(data, heatmap.values)
    else:
        np.savetxt(data, heatmap.values, fmt="%.9g", delimiter=",")  # enough for any float32
    try:
        write_atomically(out, data.getvalue())
    except OSError as error:
        raise VisionLabError(
            f'"{out}" cannot be written: {error.strerror or error}; choose another place.'
        ) from None


def overlay(heatmap: Heatmap, seen: Image) -> NDArray[np.uint8]:
    """Return the map's colours and what the network saw, in grey, in equal parts and large."""
    height, width = seen.shape[:2]
    factor = max(1, -(-SHOWN_SIDE // max(height, width)))
    size = (width * factor, height * factor)
    grey = seen if seen.ndim == 2 else cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY)
    picture = cv2.cvtColor(
        cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2RGB
    )
    values = cv2.resize(heatmap.values, size, interpolation=cv2.INTER_LINEAR)
    colours = to_rgb8(values, heatmap.display)
    return cv2.addWeighted(picture, 0.5, colours, 0.5, 0)  # type: ignore[return-value]
