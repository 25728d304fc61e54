"""What the commands `models`, `classify` and `evaluate` do."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visionlab.batch import expand
from visionlab.core.errors import ModelError, SourceError
from visionlab.core.image import Frame
from visionlab.deep.card import Fit, ModelCard
from visionlab.deep.data import catalogue
from visionlab.deep.shelf import Shelf, shelf
from visionlab.runtime.data_places import roots as data_roots
from visionlab.runtime.paths import models_folder
from visionlab.sources import open_source

if TYPE_CHECKING:
    from visionlab.deep.data.dataset import Dataset
    from visionlab.deep.evaluate import Evaluation


def list_models() -> Shelf:
    """Return the models that there are; loads no PyTorch."""
    return shelf(models_folder())


def models_report(found: Shelf) -> dict[str, Any]:
    """Return the models as JSON says them."""
    models = [
        {
            "id": model.card.id,
            "name": model.card.name,
            "summary": model.card.summary,
            "bundled": model.bundled,
            "card": str(model.path),
            "classes": len(model.card.labels),
            "size": model.card.preprocess.size,
            "parameters": model.card.parameters,
            "multiplications": model.card.multiplications,
            "scores": [
                {
                    "split": score.split, "pictures": score.pictures, "top1": score.top1,
                    "top5": score.top5, "calibration_error": score.calibration_error,
                    "command": score.command,
                }
                for score in model.card.scores
            ],
        }
        for model in found.models
    ]  # fmt: skip
    return {"models": models, "errors": list(found.broken)}


def models_text(found: Shelf) -> str:
    """Return the models as a table for people."""
    lines = []
    for model in found.models:
        card = model.card
        score = card.scores[0] if card.scores else None
        measured = f"{score.top1:.1%} top-1 on {score.split}" if score else "not measured"
        lines.append(f"{card.id:<12} {len(card.labels):>4} classes  {measured}")
        if card.summary:
            lines.append(f"{'':<12} {card.summary}")
    return "\n".join(lines)


class Naming:
    """One model, for any number of inputs.

    Attributes
    ----------
    inputs : list of str
        What to give to `process`: folders and patterns are replaced by the pictures in them.

    Raises
    ------
    ModelError
        There is no such model, or it cannot be used.
    """

    def __init__(self, model: str, specs: Sequence[str], fit: Fit | None, top: int) -> None:
        from visionlab.deep import zoo

        self.inputs = [path for spec in specs for path in expand(spec)]
        self._classifier = zoo.load(model, own=models_folder())
        self._fit = fit
        self._top = top

    def process(self, spec: str) -> dict[str, Any]:
        """Return what is on the first page or frame of one input.

        Raises
        ------
        VisionLabError
            The input gives no picture.
        """
        frame = first_frame(spec)
        found = self._classifier.predict(frame.image, frame.display, self._fit)
        return {
            "input": spec,
            "model": found.model_id,
            "ms": round(found.seconds * 1000, 3),
            "top": [
                {"index": r.index, "label": r.label, "probability": round(r.probability, 6)}
                for r in found.top(self._top)
            ],
        }


def first_frame(spec: str | Path) -> Frame:
    """Return the first page or frame of an input.

    Raises
    ------
    VisionLabError
        It gives no picture.
    """
    with closing(open_source(str(spec))) as source:
        frame = source.read()
    if frame is None:
        raise SourceError(f'"{spec}" gives no picture; choose another one.')
    return frame


def evaluate(
    model: str,
    folder: Path | None,
    limit: int | None,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Any]:
    """Measure a model on a data set.

    Parameters
    ----------
    model : str
        Id or file.
    folder : Path, optional
        Holds MNIST's or Fashion-MNIST's files, Tiny ImageNet's tree, these sets' folders, or one
        folder for each class. Without it, the known sets of this computer are looked through.
    limit : int, optional
        Only so many pictures, drawn at random.
    seed : int
        Of the drawing.
    progress : callable, optional
        Takes the number of pictures done and their total.

    Raises
    ------
    VisionLabError
        The model or the data cannot be used, or they do not belong together.
    """
    from visionlab.deep import zoo
    from visionlab.deep.data.folder import read_folder
    from visionlab.deep.evaluate import evaluation, logits_of

    classifier = zoo.load(model, own=models_folder())
    card = classifier.card
    problems: list[str] = []
    known = _known_data(card, folder)
    if known is not None:
        folder, data = known
    else:
        assert folder is not None
        data, problems = read_folder(folder, card.preprocess, first_frame, card.labels)
    if limit is not None:
        data = data.sample(limit, seed)
    logits = logits_of(classifier, data, progress)
    found = evaluation(logits, data.targets.numpy(), data.labels, card.temperature)
    return _evaluation_report(card, folder, found, problems)


def _known_data(card: ModelCard, folder: Path | None) -> tuple[Path, "Dataset"] | None:
    """Return the known set in `folder` that has the model's classes, and where it lies.

    None where there is no known set in `folder`.
    """
    from visionlab.deep.data import idx

    roots = [folder] if folder is not None else data_roots()
    found = [
        (entry, place)
        for root in roots
        for entry in catalogue.SETS
        if (place := catalogue.locate(entry, root)) is not None
    ]
    for entry, place in found:
        if catalogue.labels(entry, place) == card.labels:
            return place, catalogue.read(entry, "test", place)
    if folder is None:
        raise SourceError(
            f"No data set with the classes of {card.name} is on this computer; name a folder with "
            "--data, or see `visionlab data`."
        )
    if not found:
        return None
    entry, place = found[0]
    names = catalogue.labels(entry, place)
    one_place = len({place for _, place in found}) == 1
    renamed = card.labels not in (idx.DIGITS, idx.CLOTHING)  # a model of the person's own
    if one_place and renamed and len(names) == len(card.labels):
        return place, replace(catalogue.read(entry, "test", place), labels=card.labels)
    raise ModelError(
        f'The classes in "{place}" ({len(names)}, "{names[0]}" first) are not '
        f'those of {card.name} ({len(card.labels)}, "{card.labels[0]}" first).'
    )


def _evaluation_report(
    card: ModelCard, folder: Path, found: "Evaluation", problems: list[str]
) -> dict[str, Any]:
    return {
        "model": card.id,
        "data": str(folder),
        "pictures": found.pictures,
        "top1": round(found.top1, 6),
        "top5": round(found.top5, 6),
        "calibration_error": round(found.calibration_error, 6),
        "per_class": {
            label: None if accuracy != accuracy else round(float(accuracy), 6)
            for label, accuracy in zip(found.labels, found.per_class, strict=True)
        },
        "reliability": [
            {"confidence": round(confidence, 6), "accuracy": round(right, 6), "pictures": int(n)}
            for confidence, right, n in found.reliability.tolist()
            if n
        ],
        "confusion": found.confusion.tolist(),
        "errors": problems,
    }


def evaluation_text(report: dict[str, Any]) -> str:
    """Return an evaluation for people: the figures, and the classes that are hardest."""
    lines = [
        f"{report['model']} on {report['data']}, {report['pictures']:,} pictures",
        f"top-1               {report['top1']:.2%}",
        f"top-5               {report['top5']:.2%}",
        f"calibration error   {report['calibration_error']:.2%}",
    ]
    known = {label: part for label, part in report["per_class"].items() if part is not None}
    hardest = sorted(known, key=known.__getitem__)[:5]
    lines += ["hardest classes     " + ", ".join(f"{c} {known[c]:.0%}" for c in hardest)]
    return "\n".join(lines)
