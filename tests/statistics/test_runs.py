"""The run rules: published examples, edges, gaps, and each rule beside itself read word by word."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.settings import ROOT
from core.statistics.baseline import Usual
from core.statistics.rules import NELSON, RULES, WESTERN_ELECTRIC, Rule
from core.statistics.runs import ABOVE, BELOW, NO_SIDE, Broken, broken_rules
from core.translation import speaking
from tests.statistics.published import SAS_GAP_RANGES, SAS_GAPS, SAS_OFFSETS

STANDARD = Usual(0.0, 1.0)
NAN = math.nan


def marked(values: Sequence[float], key: str, usual: Usual = STANDARD) -> list[int]:
    """Positions where one rule is broken."""
    broken = broken_rules(values, usual, [RULES[key]])
    return [int(position) for position in broken.flagged]


# -- published ------------------------------------------------------------------------------


def test_sas_finds_two_of_three_at_sample_14_and_nothing_else() -> None:
    # d2 of 5 is 2.326; the chart is one of means
    sigma = float(np.mean(SAS_GAP_RANGES)) / 2.326 / math.sqrt(5)
    broken = broken_rules(SAS_GAPS, Usual(float(np.mean(SAS_GAPS)), sigma), NELSON[:5])
    assert [(int(at) + 1, [r.number for r in broken.at(int(at))]) for at in broken.flagged] == [
        (14, [5])
    ]


def test_sas_counts_six_rising_readings_from_the_lowest() -> None:
    usual = Usual(20, 2.24 / math.sqrt(5))
    assert [at + 1 for at in marked(SAS_OFFSETS, "nelson_3", usual)] == [18, 19]


# -- the table -------------------------------------------------------------------------------


def test_the_table_has_each_rule_once_by_its_number() -> None:
    assert [rule.number for rule in WESTERN_ELECTRIC] == [1, 2, 3, 4]
    assert [rule.number for rule in NELSON] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert list(RULES) == [f"{rule.family}_{rule.number}" for rule in RULES.values()]
    assert [rule.points for rule in WESTERN_ELECTRIC] == [1, 3, 5, 8]
    assert [rule.points for rule in NELSON] == [1, 9, 6, 14, 3, 5, 15, 8]


def test_a_rules_texts_say_its_numbers() -> None:
    for rule in RULES.values():
        assert rule.title.endswith(f" rule {rule.number}")
        for count in {rule.points, rule.needed} - {1}:
            assert str(count) in rule.name
            assert str(count) in rule.text
        if rule.sigmas:
            assert f"{rule.sigmas:.0f} sigma" in rule.name
            assert f"{rule.sigmas:.0f} sigma" in rule.text


def test_the_page_has_the_table() -> None:
    page = (ROOT / "docs" / "statistics.md").read_text("utf-8")
    for rule in RULES.values():
        assert f"| {rule.title} | {rule.name} | {rule.text} |\n" in page


def test_a_rule_speaks_the_language_at_hand() -> None:
    rule = RULES["nelson_3"]
    english = (rule.title, rule.name, rule.text)
    for language in ("de", "vi"):
        with speaking(language):
            said = (rule.title, rule.name, rule.text)
        assert not set(said) & set(english)
        assert "3" in said[0]
        assert all("6" in text for text in said[1:])


# -- edges -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [0.0, 10.0, 0.1, -3.7, 1e6])
@pytest.mark.parametrize("sigma", [1.0, 0.1, 0.3, 1e-3])
def test_on_a_limit_is_not_beyond_it(mean: float, sigma: float) -> None:
    usual = Usual(mean, sigma)
    for limit, away in (
        (usual.upper_control_limit, math.inf),
        (usual.lower_control_limit, -math.inf),
    ):
        assert marked([limit], "nelson_1", usual) == []
        assert marked([math.nextafter(limit, away)], "nelson_1", usual) == [0]
        assert marked([math.nextafter(limit, mean)], "nelson_1", usual) == []


def test_on_a_zone_line_is_within_the_zone() -> None:
    assert marked([2.0] * 3, "nelson_5") == []
    assert marked([1.0] * 5, "nelson_6") == []
    assert marked([1.0, -1.0] * 8, "nelson_7") == [14, 15]
    assert marked([1.0, -1.0] * 8, "nelson_8") == []


@pytest.mark.parametrize(("key", "points"), [("nelson_2", 9), ("western_electric_4", 8)])
def test_on_the_mean_is_on_neither_side(key: str, points: int) -> None:
    assert marked([0.1] * points, key) == [points - 1]
    assert marked([0.1] * (points - 1), key) == []
    assert marked([*[0.1] * (points - 1), 0.0, *[0.1] * (points - 1)], key) == []
    assert marked([-0.1] * (points + 2), key) == [points - 1, points, points + 1]


def test_equal_neighbours_end_a_trend_and_a_zigzag() -> None:
    assert marked([0, 1, 2, 3, 4, 5], "nelson_3") == [5]
    assert marked([5, 4, 3, 2, 1, 0, -1], "nelson_3") == [5, 6]
    assert marked([0, 1, 2, 2, 3, 4, 5], "nelson_3") == []
    assert marked([0, 1] * 7, "nelson_4") == [13]
    assert marked([1, 0] * 8, "nelson_4") == [13, 14, 15]
    assert marked(([0, 1] * 7)[:-1], "nelson_4") == []
    assert marked([*[0, 1] * 6, 1, 0, 1], "nelson_4") == []


def test_a_reading_that_has_come_back_is_not_marked() -> None:
    assert marked([2.5, 0, 2.5], "nelson_5") == [2]
    assert marked([2.5, 2.5, 0], "nelson_5") == [1]
    assert marked([2.5, 0, 0, 2.5], "nelson_5") == []
    assert marked([2.5, -2.5, 0], "nelson_5") == []
    assert marked([1.5, 1.5, 0, 1.5, 1.5], "nelson_6") == [4]
    assert marked([1.5, 1.5, 1.5, 1.5, 0], "nelson_6") == [3]


def test_eight_beyond_one_sigma_have_to_be_on_both_sides() -> None:
    assert marked([1.5] * 8, "nelson_8") == []
    assert marked([*[1.5] * 7, -1.5], "nelson_8") == [7]
    assert marked([-1.5, *[1.5] * 8], "nelson_8") == [7]


def test_no_readings_break_nothing() -> None:
    broken = broken_rules([], STANDARD)
    assert broken.sides.shape == (12, 0)
    assert broken.flagged.size == 0
    assert broken.stretches() == ()
    assert broken_rules([NAN] * 30, STANDARD).flagged.size == 0


# -- gaps ------------------------------------------------------------------------------------


def test_a_gap_ends_a_run() -> None:
    assert marked([*[0.5] * 8, NAN, 0.5], "nelson_2") == []
    assert marked([*[0.5] * 4, NAN, *[0.5] * 9], "nelson_2") == [13]
    assert marked([0, 1, 2, NAN, 3, 4, 5], "nelson_3") == []


def test_two_of_three_are_two_whatever_the_third_would_be() -> None:
    assert marked([2.5, NAN, 2.5], "nelson_5") == [2]
    assert marked([2.5, 2.5], "nelson_5") == [1]
    assert marked([NAN, 1.5, 1.5, NAN, 1.5, 1.5], "nelson_6") == [5]


# -- stretches -------------------------------------------------------------------------------


def test_marked_readings_in_a_row_are_one_stretch() -> None:
    values = [0.0, *[0.5] * 10, -0.5, 3.5, 3.5, -3.5]
    broken = broken_rules(values, STANDARD, [RULES["nelson_1"], RULES["nelson_2"]])
    told = [(s.rule.number, s.side, s.first, s.flagged, s.last) for s in broken.stretches()]
    assert told == [(1, "above", 12, 12, 13), (1, "below", 14, 14, 14), (2, "above", 1, 9, 10)]
    assert [rule.key for rule in broken.at(12)] == ["nelson_1"]
    assert broken.flagged.tolist() == [9, 10, 12, 13, 14]


# -- word by word ----------------------------------------------------------------------------

Window = Sequence[float]


def same_side(window: Window, line: float, needed: int) -> int:
    """The side on which the last reading and enough of them are beyond the line; 0: neither."""
    for side in (ABOVE, BELOW):
        beyond = [side * value > line for value in window]
        if beyond[-1] and sum(beyond) >= needed:
            return side
    return 0


def rising_or_falling(window: Window) -> int:
    steps = [b - a for a, b in pairwise(window)]
    if all(step > 0 for step in steps):
        return ABOVE
    return BELOW if all(step < 0 for step in steps) else 0


def alternating(window: Window) -> int:
    steps = [b - a for a, b in pairwise(window)]
    return NO_SIDE * all(a * b < 0 for a, b in pairwise(steps))


def within(window: Window) -> int:
    return NO_SIDE * all(-1 <= value <= 1 for value in window)


def both_sides(window: Window) -> int:
    is_far = all(value < -1 or value > 1 for value in window)
    return NO_SIDE * (is_far and min(window) < 0 < max(window))


READ: dict[str, Callable[[Window], int]] = {
    "western_electric_1": lambda w: same_side(w, 3, 1),
    "western_electric_2": lambda w: same_side(w, 2, 2),
    "western_electric_3": lambda w: same_side(w, 1, 4),
    "western_electric_4": lambda w: same_side(w, 0, 8),
    "nelson_1": lambda w: same_side(w, 3, 1),
    "nelson_2": lambda w: same_side(w, 0, 9),
    "nelson_3": rising_or_falling,
    "nelson_4": alternating,
    "nelson_5": lambda w: same_side(w, 2, 2),
    "nelson_6": lambda w: same_side(w, 1, 4),
    "nelson_7": within,
    "nelson_8": both_sides,
}
#: What may have stood where a reading is missing: it must not matter.
UNKNOWN = (0.0, 9.0, -9.0)


def by_hand(values: Sequence[float], rule: Rule) -> list[int]:
    """The rule at each reading: what it says of the window whatever the missing ones would be."""
    padded = [NAN] * (rule.points - 1) + list(values)
    found = []
    for end in range(rule.points, len(padded) + 1):
        window = padded[end - rule.points : end]
        if math.isnan(window[-1]):
            found.append(0)
            continue
        said = {READ[rule.key]([u if math.isnan(v) else v for v in window]) for u in UNKNOWN}
        found.append(said.pop() if len(said) == 1 else 0)
    return found


#: Quarters of a sigma: exact as floats, and often on a line.
QUARTERS = st.integers(-14, 14).map(lambda n: n / 4)
STEADY = st.integers(-5, 5).map(lambda n: n / 4)
FAR = st.integers(4, 7).flatmap(lambda n: st.sampled_from([n / 4, -n / 4]))


def in_pieces(reading: st.SearchStrategy[float]) -> st.SearchStrategy[list[float]]:
    return st.lists(reading, max_size=20)


SERIES = st.lists(
    st.one_of(
        in_pieces(QUARTERS),
        in_pieces(STEADY),
        in_pieces(FAR),
        in_pieces(FAR.map(abs)),
        in_pieces(FAR.map(lambda v: -abs(v))),
        in_pieces(QUARTERS).map(sorted),
        in_pieces(QUARTERS).map(lambda v: sorted(v, reverse=True)),
        in_pieces(QUARTERS).map(lambda v: [(-1) ** i * abs(x) for i, x in enumerate(v)]),
        st.just([NAN]),
    ),
    max_size=6,
).map(lambda pieces: [value for piece in pieces for value in piece])


@pytest.mark.parametrize("key", list(RULES))
@given(values=SERIES)
@example(values=[])
def test_each_rule_is_what_it_says(key: str, values: list[float]) -> None:
    rule = RULES[key]
    assert broken_rules(values, STANDARD, [rule]).sides[0].tolist() == by_hand(values, rule)


def broken_at(values: Sequence[float] | np.ndarray, usual: Usual) -> list[list[int]]:
    broken: Broken = broken_rules(values, usual)
    return broken.sides.tolist()


@given(SERIES, st.integers(-30, 30), st.integers(-1000, 1000))
def test_shift_and_scale_change_nothing(values: list[float], doublings: int, offset: int) -> None:
    scale = 2.0**doublings
    moved = (np.array(values) + offset) * scale
    assert broken_at(moved, Usual(offset * scale, scale)) == broken_at(values, STANDARD)


@given(SERIES)
def test_upside_down_only_the_sides_change(values: list[float]) -> None:
    mirrored = np.array(broken_at([-v for v in values], STANDARD))
    plain = np.array(broken_at(values, STANDARD))
    swapped = np.where(plain == NO_SIDE, NO_SIDE, -plain)
    assert mirrored.tolist() == swapped.tolist()


@given(SERIES, st.data())
def test_losing_a_reading_never_marks_another(values: list[float], data: st.DataObject) -> None:
    if not values:
        return
    lost = list(values)
    lost[data.draw(st.integers(0, len(values) - 1))] = NAN
    before = broken_rules(values, STANDARD).sides != 0
    after = broken_rules(lost, STANDARD).sides != 0
    assert not (after & ~before).any()


@given(SERIES, SERIES)
def test_what_comes_later_changes_no_mark(values: list[float], later: list[float]) -> None:
    both = broken_rules([*values, *later], STANDARD).sides[:, : len(values)]
    assert both.tolist() == broken_rules(values, STANDARD).sides.tolist()
