"""The gallery shows what is kept of each answer."""

import json

from PIL import Image as Pillow

from visionlab.ui.kept_dialog import KeptDialog

HEAT = {"picture": "b cam.png", "method": "cam", "meaning": "Bright places speak for it."}


def put(folder, name, **more):
    Pillow.new("RGB", (8, 4), "red").save(folder / f"{name}.png")
    top = [{"label": "owl", "probability": 0.75}]
    kept = {"picture": f"{name}.png", "taken": "2026-01-02T03:04:05", "source": "Zoo", "model": "m",
            "top": top, **more}  # fmt: skip
    (folder / f"{name}.json").write_text(json.dumps(kept))


def test_a_heatmap_is_shown_with_its_meaning_where_there_is_one(tmp_path, qtbot):
    put(tmp_path, "a")
    put(tmp_path, "b", heats=[HEAT])
    Pillow.new("RGB", (16, 8), "blue").save(tmp_path / "b cam.png")
    dialog = KeptDialog(tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.chosen().picture == "b.png"  # the newest is the first
    assert dialog.meaning.text() == "Bright places speak for it."
    pixmap = dialog.heat.pixmap()
    assert pixmap.width() == 2 * pixmap.height() > 16  # enlarged
    assert pixmap.toImage().pixelColor(5, 5).name() == "#0000ff"
    dialog.list.setCurrentRow(1)
    assert not dialog.heat.isVisible()
    assert not dialog.meaning.isVisible()
    assert "owl: 75.0 %" in dialog.answer.text()
    assert "Picture: Zoo" in dialog.answer.text()


def test_the_newest_is_the_first_within_a_second_too(tmp_path, qtbot):
    put(tmp_path, "one", taken="2026-01-02T03:04:05.100000+00:00")
    put(tmp_path, "one (2)", taken="2026-01-02T03:04:05.200000+00:00")
    dialog = KeptDialog(tmp_path)
    qtbot.addWidget(dialog)
    assert dialog.chosen().picture == "one (2).png"
    assert dialog.list.item(0).text() == "owl\n75 %"  # the sign does not go to a line of its own


def test_an_empty_gallery_says_how_to_fill_it(tmp_path, qtbot):
    dialog = KeptDialog(tmp_path / "none")
    qtbot.addWidget(dialog)
    assert dialog.chosen() is None
