"""The ``@explainer`` decorator and the catalogue of all explainers. Needs no PyTorch.

An explainer is a generator ``(subject, target, *, ...) -> Iterator[Heatmap]`` that yields ever
finer heatmaps; closing it stops the work. As with operations its signature and docstring are the
only declaration. One that looks at a layer takes ``layer: str`` as its third argument: which
layers there are depends on the network, so that it is no parameter of the form.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, TypeAlias, get_type_hints

from visionlab.core.errors import ModelError
from visionlab.core.operation import sections
from visionlab.core.params import Param, check_params, read_param
from visionlab.deep.explain.heatmap import Heatmap
from visionlab.deep.explain.subject import Subject, Target

Need: TypeAlias = Literal["gradients", "convolutions", "rectifiers"]


@dataclass(frozen=True, eq=False)
class Explainer:
    """A way to explain an answer, with all that its signature and docstring say.

    Attributes
    ----------
    id : str
        The function's name.
    needs : tuple of {'gradients', 'convolutions', 'rectifiers'}
        What it asks of a network; see `needs.why_not`.
    takes_layer : bool
        Whether it looks at one layer.
    """

    id: str
    title: str
    group: str
    function: Callable[..., Iterator[Heatmap]]
    params: tuple[Param, ...]
    needs: tuple[Need, ...]
    takes_layer: bool
    summary: str
    doc: str

    def check_params(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the full set of values: `values` checked, defaults for the rest.

        Raises
        ------
        ParamError
            A name is unknown or a value does not fit.
        """
        return check_params(self.title, self.params, values)

    def __call__(
        self, subject: Subject, target: Target, layer: str = "", **params: Any
    ) -> Generator[Heatmap, None, None]:
        """Check everything, then yield heatmaps, coarse to fine; closing stops the work.

        Parameters
        ----------
        subject : Subject
            A network and what went in.
        target : Target
            What is to be explained.
        layer : str
            A layer's name, for explainers that take one; '' is the last.
        **params
            Those of `params`.

        Raises
        ------
        ParamError
            A parameter does not fit.
        ModelError
            The network cannot be explained so, or fails; the last two while it runs.
        """
        from visionlab.deep.explain.needs import why_not

        checked = self.check_params(params)
        target.check(subject.labels)
        if reason := why_not(subject.net, self):
            raise ModelError(f"{self.title} cannot explain {subject.name}: {reason}")
        if self.takes_layer:
            return self._run(subject, target, layer, **checked)
        if layer:
            raise ModelError(f"{self.title} looks at the whole network; leave out the layer.")
        return self._run(subject, target, **checked)

    def _run(self, subject: Subject, *args: Any, **params: Any) -> Generator[Heatmap, None, None]:
        try:
            yield from self.function(subject, *args, **params)
        except (RuntimeError, MemoryError) as error:  # PyTorch's own
            reason = (str(error).splitlines() or ["too little memory"])[0].rstrip(".")
            raise ModelError(f"{self.title} failed with {subject.name}: {reason}.") from error


def explainer(
    title: str, *, group: str, needs: tuple[Need, ...] = ()
) -> Callable[[Callable[..., Iterator[Heatmap]]], Explainer]:
    """Turn a generator ``(subject, target, *, ...) -> Iterator[Heatmap]`` into an Explainer."""

    def decorate(function: Callable[..., Iterator[Heatmap]]) -> Explainer:
        doc = inspect.getdoc(function) or ""
        summary, texts = sections(doc)
        hints = get_type_hints(function, include_extras=True)
        given = inspect.signature(function).parameters.values()
        params = tuple(
            read_param(p.name, p, hints[p.name], texts.get(p.name, ""))
            for p in given
            if p.kind is p.KEYWORD_ONLY
        )
        takes_layer = any(p.name == "layer" for p in given)
        return Explainer(
            function.__name__, title, group, function, params, needs, takes_layer, summary, doc
        )

    return decorate


@dataclass(frozen=True)
class Explainers:
    """Every explainer by its id, in teaching order."""

    explainers: Mapping[str, Explainer]

    def __getitem__(self, explainer_id: str) -> Explainer:
        return self.explainers[explainer_id]

    def __contains__(self, explainer_id: object) -> bool:
        return explainer_id in self.explainers

    def __iter__(self) -> Iterator[Explainer]:
        return iter(self.explainers.values())

    def groups(self) -> dict[str, list[Explainer]]:
        """Return the explainers by group."""
        groups: dict[str, list[Explainer]] = {}
        for found in self:
            groups.setdefault(found.group, []).append(found)
        return groups


GROUPS = ("Gradients", "Class activation", "Relevance", "Perturbation")


def discover(package: ModuleType) -> Explainers:
    """Collect every Explainer in the modules of `package`, by group and title."""
    found: list[Explainer] = []
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        members = vars(importlib.import_module(module.name)).values()
        found += [m for m in members if isinstance(m, Explainer)]
    found.sort(key=lambda one: (GROUPS.index(one.group), one.title))
    return Explainers({one.id: one for one in found})
