"""The pipeline being edited: every change is one undo step, a drag of a control included."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from visionlab.core.operation import Catalogue
from visionlab.core.pipeline import Pipeline, StageError, Step


@dataclass(eq=False)
class Document:
    """One recipe: the file that it is kept in, if any, and the steps that are kept."""

    path: Path | None = None
    saved: Pipeline = field(default_factory=Pipeline)


@dataclass(frozen=True)
class State:
    """What undo brings back: the steps, which one is selected (-1: none), and whose they are."""

    pipeline: Pipeline = field(default_factory=Pipeline)
    selected: int = -1
    document: Document = field(default_factory=Document)


class Editor(QObject):
    """Holds the pipeline and its past.

    Signals
    -------
    pipelineChanged
        The steps, their values or the selection are no longer what they were.
    selectionChanged
        Another step is selected; the pipeline is the same.
    """

    pipelineChanged = Signal()
    selectionChanged = Signal()

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self.catalogue = catalogue
        self._state = State()
        self._past: list[State] = []
        self._future: list[State] = []
        self._open_edit: tuple[int, str] | None = None

    @property
    def pipeline(self) -> Pipeline:
        """The steps as they are now."""
        return self._state.pipeline

    @property
    def selected(self) -> int:
        """Position of the selected step, or -1."""
        return self._state.selected

    @property
    def selected_step(self) -> Step | None:
        """The selected step, if there is one."""
        return self.pipeline.steps[self.selected] if self.selected >= 0 else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to bring back."""
        return bool(self._future)

    @property
    def former(self) -> Pipeline | None:
        """The steps that undo leads to; None where there is nothing to take back."""
        return self._past[-1].pipeline if self._past else None

    @property
    def later(self) -> Pipeline | None:
        """The steps that redo leads to; None where there is nothing to bring back."""
        return self._future[-1].pipeline if self._future else None

    @property
    def path(self) -> Path | None:
        """The file in which this pipeline is kept; undo goes back to that of the former one."""
        return self._state.document.path

    @property
    def modified(self) -> bool:
        """Whether the pipeline differs from what was last saved or opened."""
        return self.pipeline != self._state.document.saved

    def load(self, pipeline: Pipeline, path: Path | None = None, *, saved: bool = True) -> None:
        """Edit another pipeline; the former one can be undone to, unless it was empty.

        `path` is the file that it is kept in; `saved` says whether it is kept at all.
        """
        document = Document(path, pipeline) if saved else Document(path)
        state = State(pipeline, len(pipeline) - 1, document)
        if self.pipeline.steps:
            self._change(state)
        else:
            self._future.clear()
            self._go_to(state)

    def mark_saved(self, path: Path | None = None) -> None:
        """Take the pipeline as it is for saved, in another file where there is a `path`."""
        document = self._state.document
        document.path, document.saved = path or document.path, self.pipeline

    def select(self, index: int) -> None:
        """Select the step at `index`; -1 selects none."""
        index = min(index, len(self.pipeline) - 1)
        if index != self.selected:
            self.end_edit()
            self._state = replace(self._state, selected=index)
            self.selectionChanged.emit()

    def add(self, op_id: str, index: int | None = None, **params: Any) -> None:
        """Insert a step before `index`, by default after the selected one, and select it."""
        if index is None:
            index = self.selected + 1 if self.selected >= 0 else len(self.pipeline)
        step = Step.of(self.catalogue[op_id], **params)
        self._edit(self.pipeline.insert(index, step), index)

    def mend(self, index: int, error: StageError) -> None:
        """Insert the step that mends `error` before the step at `index`."""
        if error.mend is not None:
            self._edit(self.pipeline.insert(index, error.mend), index + 1)

    def set_param(self, name: str, value: Any) -> None:
        """Change a value of the selected step; successive changes of one value undo as one."""
        step = self.selected_step
        if step is None or step.params[name] == value:
            return
        pipeline = self.pipeline.replace(self.selected, step.with_params(**{name: value}))
        self._edit(pipeline, self.selected, (self.selected, name))

    def reset_params(self) -> None:
        """Set every value of the selected step to its default."""
        step = self.selected_step
        if step is not None:
            default = replace(step, params=self.catalogue[step.op].check_params({}))
            self._edit(self.pipeline.replace(self.selected, default), self.selected)

    def end_edit(self) -> None:
        """End a series of changes of one value: the next change is an undo step of its own."""
        self._open_edit = None

    def toggle(self, index: int, enabled: bool) -> None:
        """Switch a step on or off."""
        step = replace(self.pipeline.steps[index], enabled=enabled)
        self._edit(self.pipeline.replace(index, step), index)

    def move(self, index: int, to: int) -> None:
        """Move a step to position `to`; positions outside the list are ignored."""
        if index != to and 0 <= to < len(self.pipeline):
            self._edit(self.pipeline.move(index, to), to)

    def duplicate(self, index: int) -> None:
        """Insert a copy of a step after it."""
        step = self.pipeline.steps[index]
        self._edit(self.pipeline.insert(index + 1, step), index + 1)

    def remove(self, index: int) -> None:
        """Delete a step."""
        pipeline = self.pipeline.remove(index)
        self._edit(pipeline, min(index, len(pipeline) - 1))

    def clear(self) -> None:
        """Delete all steps."""
        self._edit(Pipeline(), -1)

    def undo(self) -> None:
        """Take the last edit back."""
        if self._past:
            self._future.append(self._state)
            self._go_to(self._past.pop())

    def redo(self) -> None:
        """Bring back the edit that was last taken back."""
        if self._future:
            self._past.append(self._state)
            self._go_to(self._future.pop())

    def _go_to(self, state: State) -> None:
        self.end_edit()
        self._state = state
        self.pipelineChanged.emit()

    def _edit(
        self, pipeline: Pipeline, selected: int, merge: tuple[int, str] | None = None
    ) -> None:
        """Change the steps; what leaves them as they are only selects."""
        if pipeline == self.pipeline:
            self.select(selected)
        else:
            self._change(replace(self._state, pipeline=pipeline, selected=selected), merge)

    def _change(self, state: State, merge: tuple[int, str] | None = None) -> None:
        if merge is None or merge != self._open_edit:
            self._past.append(self._state)
        elif state == self._past[-1]:  # dragged back to where it began
            self._past.pop()
            merge = None
        self._open_edit = merge
        self._future.clear()
        self._state = state
        self.pipelineChanged.emit()
