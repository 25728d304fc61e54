"""The list of operations: search, groups, adding."""

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QTreeWidget

from visionlab.core.image import Image
from visionlab.core.operation import Catalogue, operation
from visionlab.core.result import Result
from visionlab.ui import theme
from visionlab.ui.card_list import OPERATION_MIME
from visionlab.ui.operation_tree import children
from visionlab.ui.operations_panel import OperationsPanel

LEFT = Qt.MouseButton.LeftButton


@operation("Invert", group="Colour", opencv="cv2.bitwise_not")
def invert(image: Image) -> Result:
    """The negative; edges stay where they are."""
    return Result(image)


@operation("Gaussian blur", group="Smoothing", opencv="cv2.GaussianBlur")
def gaussian(image: Image) -> Result:
    """A weighted mean."""
    return Result(image)


@operation("Canny edges", group="Edges", opencv="cv2.Canny")
def canny(image: Image) -> Result:
    """Thin, connected lines."""
    return Result(image)


CATALOGUE = Catalogue({op.id: op for op in (invert, gaussian, canny)})


@pytest.fixture
def panel(qtbot):
    yield from shown(qtbot, CATALOGUE)


def shown(qtbot, catalogue):
    theme.apply()
    panel = OperationsPanel(catalogue)
    panel.resize(260, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    yield panel
    shiboken6.delete(panel)


@pytest.fixture
def chosen(panel):
    ids = []
    panel.chosen.connect(ids.append)
    return ids


def tree(panel):
    return panel.findChild(QTreeWidget)


def seen(panel):
    """The titles that can be seen, by group."""
    headings = children(tree(panel).invisibleRootItem())
    return {
        h.text(0): [c.text(0) for c in children(h) if not c.isHidden() and h.isExpanded()]
        for h in headings
        if not h.isHidden()
    }


ALL = {"Colour": ["Invert"], "Smoothing": ["Gaussian blur"], "Edges": ["Canny edges"]}


def test_all_operations_by_group(panel):
    assert seen(panel) == ALL


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("canny", {"Edges": ["Canny edges"]}),
        ("CV2.GAUSS", {"Smoothing": ["Gaussian blur"]}),
        ("weighted", {"Smoothing": ["Gaussian blur"]}),
        ("smoothing", {"Smoothing": ["Gaussian blur"]}),
        ("edges", {"Colour": ["Invert"], "Edges": ["Canny edges"]}),
        ("blur gaussian", {"Smoothing": ["Gaussian blur"]}),
        ("  ", ALL),
    ],
)
def test_search(panel, qtbot, text, found):
    qtbot.keyClicks(panel.findChild(QLineEdit), text)
    assert seen(panel) == found


def test_nothing_found_is_said(panel, qtbot):
    box = panel.findChild(QLineEdit)
    qtbot.keyClicks(box, "zebra")
    labels = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert labels == ["Nothing matches “zebra”."]
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""
    assert seen(panel) == ALL


def test_enter_adds_the_match_and_a_name_goes_before_a_summary(panel, chosen, qtbot):
    box = panel.findChild(QLineEdit)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert chosen == []
    qtbot.keyClicks(box, "edges")  # also in the summary of "Invert", which stands above
    assert tree(panel).currentItem().text(0) == "Canny edges"
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert chosen == ["canny"]
    box.setText("zebra")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert chosen == ["canny"]


def test_down_goes_to_the_list_and_enter_adds(panel, chosen, qtbot):
    panel.focus_search()
    box = panel.findChild(QLineEdit)
    assert box.hasFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert tree(panel).hasFocus()
    qtbot.keyClick(tree(panel), Qt.Key.Key_Down)
    qtbot.keyClick(tree(panel), Qt.Key.Key_Return)
    assert chosen == ["invert"]


def place(panel, item):
    return tree(panel).visualItemRect(item).center()


def test_double_click_adds(panel, chosen, qtbot):
    heading = tree(panel).topLevelItem(1)
    view = tree(panel).viewport()
    at = place(panel, heading.child(0))
    qtbot.mouseClick(view, LEFT, pos=at)
    assert chosen == []
    qtbot.mouseDClick(view, LEFT, pos=at)
    assert chosen == ["gaussian"]


def test_groups_close_by_click_and_keys_and_stay_closed_after_a_search(panel, chosen, qtbot):
    heading = tree(panel).topLevelItem(0)
    qtbot.mouseClick(tree(panel).viewport(), LEFT, pos=place(panel, heading))
    assert seen(panel)["Colour"] == []
    panel.findChild(QLineEdit).setText("negative")
    assert seen(panel) == {"Colour": ["Invert"]}
    panel.findChild(QLineEdit).clear()
    assert seen(panel) == {**ALL, "Colour": []}
    tree(panel).setCurrentItem(heading)
    qtbot.keyClick(tree(panel), Qt.Key.Key_Return)
    assert seen(panel) == ALL
    assert chosen == []


def test_a_drag_carries_the_id(panel):
    item = tree(panel).topLevelItem(2).child(0)
    assert item.flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert not tree(panel).topLevelItem(2).flags() & Qt.ItemFlag.ItemIsDragEnabled
    mime = tree(panel).mimeData([item])
    assert bytes(mime.data(OPERATION_MIME).data()) == b"canny"


def test_summaries_are_told_to_screen_readers_and_in_tool_tips(panel):
    item = tree(panel).topLevelItem(2).child(0)
    assert item.data(0, Qt.ItemDataRole.AccessibleDescriptionRole) == "Thin, connected lines."
    assert "cv2.Canny" in item.toolTip(0)


def test_what_could_not_be_loaded_is_listed(qtbot):
    catalogue = Catalogue(CATALOGUE.operations, ("package.broken: No module named 'x'",))
    for panel in shown(qtbot, catalogue):
        label = panel.findChildren(QLabel)[-1]
        assert label.text() == "Could not load package.broken: No module named 'x'"
        assert label.isVisible()


def test_operations_are_painted_in_the_schemes_colours(panel):
    QApplication.processEvents()
    picture = tree(panel).viewport().grab().toImage()
    item = tree(panel).visualItemRect(tree(panel).topLevelItem(0).child(0))
    painted = {picture.pixelColor(x, y).name() for x in range(200) for y in range(item.bottom())}
    assert theme.colour("text").name() in painted
    assert picture.pixelColor(QPoint(2, picture.height() - 4)) == theme.colour("base")
