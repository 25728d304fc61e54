"""Which models there are: the cards that ship with the program and the person's. No PyTorch."""

from dataclasses import dataclass
from pathlib import Path

from visionlab.core.assets import asset
from visionlab.core.errors import ModelError, VisionLabError
from visionlab.deep.card import ModelCard, read_card


@dataclass(frozen=True)
class Shelved:
    """A card and where it lies.

    Attributes
    ----------
    card : ModelCard
        The card.
    path : Path
        Its file.
    bundled : bool
        Whether it ships with the program.
    """

    card: ModelCard
    path: Path
    bundled: bool = False

    @property
    def weights(self) -> Path:
        """Return the place of the weights."""
        return self.path.with_name(self.card.weights)


@dataclass(frozen=True)
class Shelf:
    """All models.

    Attributes
    ----------
    models : tuple of Shelved
        The bundled ones first, each by its id.
    broken : tuple of str
        One sentence for each card that cannot be used.
    """

    models: tuple[Shelved, ...]
    broken: tuple[str, ...]


def shelf(own: Path | None = None) -> Shelf:
    """Look at the bundled cards and at those in the person's folder; weights are not read.

    Parameters
    ----------
    own : Path, optional
        The person's folder; it need not exist.
    """
    models: dict[str, Shelved] = {}
    broken: list[str] = []
    try:
        _look(asset("models"), True, models, broken)
    except VisionLabError as error:
        broken.append(str(error))
    if own is not None:
        _look(own, False, models, broken)
    return Shelf(tuple(models.values()), tuple(broken))


def find(which: str | Path, own: Path | None = None) -> Shelved:
    """Return a model by its id, or by the path of its card or of the weights beside it.

    Raises
    ------
    ModelError
        There is none, or its card cannot be used.
    """
    found = shelf(own)
    for model in found.models:
        if model.card.id == which:
            return model
    path = Path(which)
    if len(path.parts) > 1 or path.suffix:
        card = path if path.suffix == ".json" else path.with_suffix(".json")
        if not card.exists() and path.exists():
            raise ModelError(
                f"{path.name} has no model card beside it; add it in the window first, by "
                "Network > Add Model."
            )
        return _shelved(card, bundled=False)
    known = ", ".join(model.card.id for model in found.models) or "none"
    reasons = " ".join(["", *found.broken])
    raise ModelError(f'There is no model "{which}"; there are: {known}.{reasons}')


def _look(folder: Path, bundled: bool, models: dict[str, Shelved], broken: list[str]) -> None:
    """Add the folder's models, and a sentence for each that cannot be used."""
    for path in sorted(folder.glob("*.json")):
        try:
            model = _shelved(path, bundled)
            if model.card.id in models:
                raise ModelError(f'{path.name} is left out: its id "{model.card.id}" is taken.')
            models[model.card.id] = model
        except ModelError as error:
            broken.append(str(error))


def _shelved(path: Path, bundled: bool) -> Shelved:
    model = Shelved(read_card(path), path, bundled)
    if not model.weights.is_file():
        raise ModelError(
            f"{path.name} is left out: its file of weights {model.card.weights} is missing."
        )
    if bundled and not model.card.sha256:
        raise ModelError(f"{path.name} is left out: it has no checksum for its weights.")
    return model
