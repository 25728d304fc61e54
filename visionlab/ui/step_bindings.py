"""Wires the operation list, the step cards and the form to the editor."""

from PySide6.QtCore import QObject, Slot

from visionlab.core.errors import ParamError
from visionlab.core.image import Image
from visionlab.core.params import ColourRangeKind
from visionlab.runtime.progress import Working
from visionlab.runtime.session import Session
from visionlab.ui.actions import Actions
from visionlab.ui.docks import Docks
from visionlab.ui.edit_names import edit_name

HUE_MARGIN, MARGIN = 10.0, 50.0
"""How far the eyedropper's range reaches to both sides of the colour picked."""


class StepBindings(QObject):
    """Everything that edits the pipeline."""

    def __init__(self, parent: QObject, session: Session, docks: Docks, actions: Actions) -> None:
        super().__init__(parent)
        self._session = session
        self._editor = session.editor
        self._docks = docks
        self._actions = actions
        self._picking: tuple[str, str] | None = None
        self._connect_panels()
        self._connect_commands()
        self.show_pipeline()
        self.show_work()

    def _connect_panels(self) -> None:
        editor, steps, form = self._editor, self._docks.steps, self._docks.form
        self._docks.operations.chosen.connect(self.add)
        steps.selected.connect(editor.select)
        steps.toggled.connect(editor.toggle)
        steps.moved.connect(editor.move)
        steps.duplicated.connect(editor.duplicate)
        steps.removed.connect(editor.remove)
        steps.mendRequested.connect(self.mend)
        steps.operationDropped.connect(self.add)
        steps.addRequested.connect(self._find_operation)
        form.valueChanged.connect(self._set_param)
        form.editingFinished.connect(editor.end_edit)
        form.resetRequested.connect(editor.reset_params)
        form.pickRequested.connect(self._start_picking)
        self._docks.compare.clicked.connect(self._pick)
        editor.pipelineChanged.connect(self.show_pipeline)
        editor.selectionChanged.connect(self.show_selection)
        self._session.workChanged.connect(self.show_work)
        self._session.sourceChanged.connect(self.show_work)
        self._docks.status.stopRequested.connect(self._session.stop_work)

    def _connect_commands(self) -> None:
        actions, editor = self._actions, self._editor
        actions["undo"].triggered.connect(editor.undo)
        actions["redo"].triggered.connect(editor.redo)
        actions["remove_all"].triggered.connect(editor.clear)
        actions["find_operation"].triggered.connect(self._find_operation)
        actions["toggle_step"].triggered.connect(self._toggle)
        actions["duplicate_step"].triggered.connect(self._duplicate)
        actions["remove_step"].triggered.connect(self._remove)
        actions["step_up"].triggered.connect(self._move_up)
        actions["step_down"].triggered.connect(self._move_down)
        actions["stop_work"].triggered.connect(self._session.stop_work)
        actions["run_again"].triggered.connect(self._session.refresh)

    @Slot()
    def show_pipeline(self) -> None:
        """Show the steps as they are."""
        editor = self._editor
        self._docks.steps.set_pipeline(editor.pipeline)
        self._name_edits()
        self._actions["remove_all"].setEnabled(len(editor.pipeline) > 0)
        self.show_selection()

    def _name_edits(self) -> None:
        """Offer undo and redo, and say of what."""
        editor, actions = self._editor, self._actions
        former, here, later = editor.former, editor.pipeline, editor.later
        undone = edit_name(former, here, editor.catalogue) if former is not None else ""
        redone = edit_name(here, later, editor.catalogue) if later is not None else ""
        actions["undo"].setText(self.tr("Undo {0}").format(undone).strip())
        actions["redo"].setText(self.tr("Redo {0}").format(redone).strip())
        actions["undo"].setEnabled(editor.can_undo)
        actions["redo"].setEnabled(editor.can_redo)

    @Slot()
    def show_selection(self) -> None:
        """Show which step is selected, and its controls."""
        editor, step = self._editor, self._editor.selected_step
        self._docks.steps.set_selected(editor.selected)
        form = self._docks.form
        if step is None:
            form.set_operation(None, {})
        elif form.operation is not editor.catalogue[step.op]:
            form.set_operation(editor.catalogue[step.op], step.params)
        else:
            form.set_values(step.params)
        for name in ("toggle_step", "duplicate_step", "remove_step", "step_up", "step_down"):
            self._actions[name].setEnabled(step is not None)

    @Slot()
    def show_work(self) -> None:
        """Show what is opened or has been at work for long, or that it was stopped."""
        working, stopped = self._session.working, self._session.stopped
        opening, status = self._session.opening, self._docks.status
        stoppable = bool(opening) or (working is not None and not stopped)
        if opening:
            status.set_working(self.tr("Opening {0} …").format(opening))
        else:
            says = self._says(working, stopped) if working else ""
            status.set_working(says, stoppable=stoppable)
        status.set_stopped(stopped and working is None and not opening)
        self._docks.steps.set_working(working)
        self._actions["stop_work"].setEnabled(stoppable)
        self._actions["run_again"].setEnabled(stopped)

    def _says(self, working: Working, stopped: bool) -> str:
        if working.step:
            name = self._editor.catalogue[working.step.op].title
        else:
            name = self.tr("making the picture ready")
        says = self.tr("Stops after this step: {0}, {1} s")
        says = says if stopped else self.tr("Working: {0}, {1} s")
        return says.format(name, f"{working.seconds:.1f}")

    @Slot(str)
    @Slot(str, int)
    def add(self, op_id: str, index: int | None = None) -> None:
        """Add an operation, by default after the selected step."""
        self._editor.add(op_id, index)

    @Slot(int)
    def mend(self, index: int) -> None:
        """Insert the step that the failed one at `index` asks for."""
        shown = self._session.last
        if shown and shown.run.pipeline == self._editor.pipeline:
            error = shown.run.stages[index].error
            if error:
                self._editor.mend(index, error)

    @Slot(str, object)
    def _set_param(self, name: str, value: object) -> None:
        self._editor.set_param(name, value)

    @Slot()
    def _find_operation(self) -> None:
        dock = self._docks.docks["operations"]
        dock.show()
        dock.raise_()  # from behind another tab
        self._docks.operations.focus_search()

    @Slot()
    def _toggle(self) -> None:
        step = self._editor.selected_step
        if step:
            self._editor.toggle(self._editor.selected, not step.enabled)

    @Slot()
    def _duplicate(self) -> None:
        if self._editor.selected_step:
            self._editor.duplicate(self._editor.selected)

    @Slot()
    def _remove(self) -> None:
        if self._editor.selected_step:
            self._editor.remove(self._editor.selected)

    @Slot()
    def _move_up(self) -> None:
        self._editor.move(self._editor.selected, self._editor.selected - 1)

    @Slot()
    def _move_down(self) -> None:
        self._editor.move(self._editor.selected, self._editor.selected + 1)

    # The eyedropper of a colour range

    @Slot(str, str)
    def _start_picking(self, param: str, view: str) -> None:
        self._picking = (param, view)
        self._docks.compare.start_picking()

    @Slot(int, int)
    def _pick(self, x: int, y: int) -> None:
        if self._picking is None:
            return
        (param, view_name), self._picking = self._picking, None
        shown, step = self._session.last, self._editor.selected_step
        if shown is None or step is None or self._editor.selected >= len(shown.run.stages):
            return
        result = shown.run.stages[self._editor.selected].result
        for view in result.views if result else ():
            if view.name == view_name and view.picture.ndim == 3:
                height, width = view.picture.shape[:2]
                if x < width and y < height:
                    self._widen_to(param, view.picture[y, x])

    def _widen_to(self, param: str, colour: Image) -> None:
        """Set the range to `colour` and a little more in each channel."""
        step = self._editor.selected_step
        if step is None:
            return
        operation = self._editor.catalogue[step.op]
        kind = next(p.kind for p in operation.params if p.name == param)
        assert isinstance(kind, ColourRangeKind)
        names = kind.channels.names.get(step.params.get(kind.channels.by, ""), ("", "", ""))
        ends = [
            _around(float(v), name, kind.channels.max)
            for v, name in zip(colour, names, strict=True)
        ]
        low, high = zip(*ends, strict=True)
        try:
            value = kind.check((low, high), param)
        except ParamError:
            return
        self._editor.set_param(param, value)
        self._editor.end_edit()


def _around(value: float, channel: str, top: float) -> tuple[float, float]:
    """Return the ends of a range about `value`; hue is a circle of 180 values."""
    if channel == "H":
        return (value - HUE_MARGIN) % 180, (value + HUE_MARGIN) % 180
    return max(0.0, value - MARGIN), min(top, value + MARGIN)
