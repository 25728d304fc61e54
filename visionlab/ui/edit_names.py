"""What an edit did, in words: for undo and redo."""

from PySide6.QtCore import QCoreApplication

from visionlab.core.operation import Catalogue
from visionlab.core.pipeline import Pipeline, Step


def edit_name(before: Pipeline, after: Pipeline, catalogue: Catalogue) -> str:
    """Return what leads from one pipeline to the next, such as "Add Canny edges"."""

    def tr(text: str, step: Step | None = None, *more: str) -> str:
        title = catalogue[step.op].title if step else ""
        return QCoreApplication.translate("edit_name", text).format(title, *more)

    same = next(
        (i for i, pair in enumerate(zip(before.steps, after.steps, strict=False))
         if pair[0] != pair[1]),
        min(len(before), len(after)),
    )  # fmt: skip
    if not after.steps:
        return tr("Delete {0}", before.steps[0]) if len(before) == 1 else tr("Delete All Steps")
    if len(after) == len(before) + 1 and after.remove(same) == before:
        return tr("Add {0}", after.steps[same])
    if len(after) == len(before) - 1 and before.remove(same) == after:
        return tr("Delete {0}", before.steps[same])
    if len(after) != len(before) or same == len(after):
        return tr("Replace Steps")
    old, new = before.steps[same], after.steps[same]
    if after == before.replace(same, new) and old.op == new.op:
        changed = [name for name in new.params if new.params[name] != old.params[name]]
        if not changed:
            return tr("Switch {0} On", new) if new.enabled else tr("Switch {0} Off", new)
        if len(changed) > 1:
            return tr("Change {0}", new)
        labels = {param.name: param.label for param in catalogue[new.op].params}
        return tr("Change {0}: {1}", new, labels[changed[0]])
    for index in range(same + 1, len(after)):
        if before.move(same, index) == after:
            return tr("Move {0}", old)
        if before.move(index, same) == after:
            return tr("Move {0}", new)
    return tr("Replace Steps")
