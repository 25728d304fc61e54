"""The map that a patch in a person's hand makes, beside the computed one, in the whole window."""

from asker import CUP, TABLE, near
from PySide6.QtCore import Qt

from visionlab.runtime.covering import Cover


def test_a_patch_on_the_cup_costs_the_espresso_its_probability(hand, lab):
    before = None
    hand.begin()
    assert hand.cover == Cover(250, 150, 100)  # in the middle, a quarter of the shorter side
    whole = hand.last.whole
    assert hand.study.labels[hand.study.target.index] == "espresso"
    hand.page.set_side(160)
    hand.press(TABLE)
    hand.settle()
    assert near(hand.cover, TABLE)
    on_table = hand.probability
    way = [(x, y) for y in (90, 130, 170) for x in (220, 300, 380)]
    hand.drag_to(*way, CUP)
    on_cup = hand.probability
    hand.release(CUP)
    before = float(whole.probabilities[hand.study.target.index])
    assert on_cup < on_table - 0.05
    assert on_cup < before - 0.05
    # The running plot has seen it all, the uncovered answer is what the network says alone.
    trace = [values[0] for _, values in hand.page.plot.trace]
    assert min(trace) <= on_cup
    assert max(trace) >= on_table
    assert "espresso" in hand.page.answer.text()
    # The person's map lights the cup, not the table.
    found = hand.study.map
    assert hand.page.share.text().startswith(f"You have covered {100 * found.share:.0f} %")
    left, _, width, _ = found.box
    columns = found.size[1]
    cup = found.values[int(CUP[1] / 400 * columns), int((CUP[0] - left) / width * columns)]
    table = found.values[int(TABLE[1] / 400 * columns), int((TABLE[0] - left) / width * columns)]
    assert cup > table
    assert cup > 0
    assert hand.result.layer("hand") is not None
    assert hand.original.layer("hand") is None
    # Everything is undone.
    hand.switch(False)
    assert hand.nothing_is_left()
    assert hand.study is None
    hand.until(hand.network.idle)


def test_the_computed_map_is_that_of_the_uncovered_picture_and_is_compared(hand, lab):
    lab.open("sample:coffee")
    hand.choose("occlusion")
    hand.switch()
    heats = lab.window.heats
    hand.until(lambda: heats.predicted is not None and heats.predicted.heats[0].heatmap is not None
               and heats.predicted.heats[0].heatmap.exact)  # fmt: skip
    computed = heats.predicted.heats[0].heatmap
    hand.turn_to(hand.page)
    hand.until(lambda: hand.last.cover is not None)
    hand.press(CUP)
    hand.drag_to(*[(x, y) for y in (60, 160, 260) for x in (160, 240, 320, 400)])
    hand.release((400, 260))
    hand.settle()
    assert heats.predicted.heats[0].heatmap is computed  # nothing was computed anew
    text = hand.page.comparison.text()
    related = hand.study.map.agreement(computed)
    assert f"rank correlation {related:.2f}" in text
    assert related > 0.3
    assert text.endswith(".")


def test_an_occlusion_asked_for_under_the_patch_comes_from_the_whole_picture(hand):
    hand.begin()
    hand.press(CUP)
    hand.settle()
    hand.choose("occlusion")
    heats = hand.lab.window.heats
    hand.until(
        lambda: (
            heats.predicted is not None
            and heats.predicted.heats[0].method.id == "occlusion"
            and heats.predicted.heats[0].heatmap is not None
            and heats.predicted.heats[0].heatmap.exact
        )
    )
    assert heats.predicted.cover is not None
    assert heats.predicted.heats[0].prediction is hand.last.whole


def test_another_class_begins_another_map(hand):
    hand.begin()
    hand.press(CUP)
    hand.release(CUP)
    hand.settle()
    first = hand.study
    second = first.classes[1]
    hand.panel.choose_class(second)
    hand.until(lambda: hand.study is not first)
    hand.settle()
    assert hand.study.target.index == second
    assert hand.cover is not None
    assert hand.study.labels[second] in hand.page.meaning.text()


def test_start_anew_and_the_reference(hand):
    hand.begin()
    hand.press(CUP)
    hand.drag_to((320, 140), (340, 150))
    hand.release((340, 150))
    hand.settle()
    assert hand.study.map.positions >= 3
    hand.page.anew.click()
    assert hand.study.map.positions == 0
    assert hand.page.share.text() == ""
    assert hand.layers("hand") == [None, None]
    hand.page.reference.click()
    assert hand.study.reference is hand.last.whole
    assert "in the reference" in hand.page.answer.text()
    hand.page.reference.click()
    assert hand.study.reference is None


def test_a_moving_picture_is_answered_with_and_without_the_patch(hand, lab):
    hand.choose("occlusion")
    hand.begin("camera:test")
    answers = []
    hand.network.predicted.connect(answers.append)
    hand.until(lambda: sum(one.cover is not None for one in answers) > 5)
    assert all(one.whole is not None for one in answers if one.cover is not None)
    assert not any(one.heats for one in answers if one.cover is not None)
    assert hand.study.map.positions > 3
    # A map of one frame is not compared with what many frames have shown.
    hand.key(Qt.Key.Key_Escape)
    hand.until(lambda: bool(answers[-1].heats))
    hand.until(lambda: not hand.bindings._slow.isActive())
    assert "Freeze the picture" in hand.page.comparison.text()
    lab.do("freeze")
    hand.settle()
