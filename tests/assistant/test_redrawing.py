"""Charts changed in words: from the rows at hand, and with what was changed of them before."""

import contextlib
from collections.abc import Iterator

import pytest

from core.charts import edited_by
from core.types import Answer, ChartEdit, ChartSpec, NewLine, Result
from tests.assistant.asking import YES, with_model
from tests.assistant.bakehouse import Bakehouse, rows
from tests.dialogue.talking import Conversation
from tests.fakes.model import FakeModel

BARS = "loaves by oven last week"
STACKED = "loaves by shop and bread last week"


@pytest.fixture
def house() -> Iterator[Bakehouse]:
    with contextlib.closing(Bakehouse()) as built:
        yield built


def drawn(house: Bakehouse, *texts: str) -> tuple[Answer, ChartSpec]:
    """The last answer with its chart; after the first text nothing is asked of the store."""
    talk = Conversation(house)
    talk.say(texts[0])
    ran, recorded = len(house.store.ran), len(house.recorded)
    answer = talk.all(*texts[1:])
    assert (len(house.store.ran), len(house.recorded)) == (ran, recorded)
    assert (answer.status, answer.intent, answer.source) == (
        "answered", "VISUAL_UPDATE", "cache",
    ), answer.message  # fmt: skip
    assert answer.chart is not None
    return answer, answer.chart


@pytest.mark.parametrize("text", ["sort by name", "nach namen sortieren", "sắp xếp theo tên"])
def test_groups_stand_by_name(house, text) -> None:
    answer, chart = drawn(house, BARS, text)
    assert chart.order == "name"
    assert [row[0] for row in rows(answer.result)] == ["OV-1", "OV-2", "OV-3"]
    assert "ORDER BY oven" in (answer.sql or "")  # the statement that gives them so
    assert answer.plan is not None
    assert answer.plan.order[0].by == "dimension"


@pytest.mark.parametrize(
    ("text", "order", "first"),
    [
        ("sort by value ascending", "lowest", "OV-1"),
        ("sort ascending", "lowest", "OV-1"),
        ("reverse", "lowest", "OV-1"),
        ("sort by value descending", "highest", "OV-3"),
        ("nach Wert aufsteigend", "lowest", "OV-1"),
        ("sắp xếp theo giá trị tăng dần", "lowest", "OV-1"),
    ],
)
def test_groups_stand_by_their_figure(house, text, order, first) -> None:
    answer, chart = drawn(house, BARS, text)
    assert chart.order == order
    assert rows(answer.result)[0][0] == first


def test_the_rows_in_order_are_those_that_the_store_would_give(house) -> None:
    for text in ("sort by name", "sort by value ascending", "reverse"):
        at_hand = drawn(house, STACKED, text)[0]
        again = Conversation(house, keeps_rows=False).all(STACKED, text)
        assert again.intent == "DATA_FILTER"
        assert rows(at_hand.result) == rows(again.result), text
        assert at_hand.sql == again.sql


def test_the_five_of_a_top_five_stay_those_five(house) -> None:
    talk = Conversation(house)
    talk.say("top 2 ovens by loaves last week")
    answer = talk.say("sort by name")
    assert [row[0] for row in rows(answer.result)] == ["OV-2", "OV-3"]


@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("add a line at 3000", 3000.0, ""),
        ("add a target at 3000", 3000.0, "Target"),
        ("a line at 3000 called Good week", 3000.0, "Good week"),
        ("Ziellinie bei 3000", 3000.0, "Target"),
        ("kẻ đường ở 3000", 3000.0, ""),
    ],
)
def test_a_line_is_drawn(house, text, value, label) -> None:
    (line,) = drawn(house, BARS, text)[1].lines
    assert (line.value, line.label, line.is_own) == (value, label, True)


def test_a_line_in_another_unit_stands_where_it_means(house) -> None:
    (line,) = drawn(house, "heat by oven last week", "add a line at 212 °F")[1].lines
    assert line.value == pytest.approx(100.0)
    assert (
        drawn(house, "heat by oven last week", "add a line at 212 °F", "remove the line at 100")[
            1
        ].lines
        == ()
    )


def test_lines_go(house) -> None:
    lines = ("add a line at 3000", "add a line at 2000")
    assert drawn(house, BARS, *lines, "remove the lines")[1].lines == ()
    (line,) = drawn(house, BARS, *lines, "remove the line at 2000")[1].lines
    assert line.value == 3000.0


def test_titles_axes_stacks_and_colours(house) -> None:
    assert drawn(house, BARS, "title: Bread, by oven")[1].title == "Bread, by oven"
    own = drawn(house, BARS, "title: X", "remove the title")[1]
    assert (own.title, own.has_own_title) == ("Loaves by oven, 3 to 9 Mar 2031", False)
    before = drawn(house, STACKED, "title: X")[1]
    after = drawn(house, STACKED, "swap the axes")[1]
    assert (after.x, after.series) == (before.series, before.x)
    assert drawn(house, STACKED, "unstack")[1].type == "grouped_bar"
    assert drawn(house, STACKED, "unstack", "stack them")[1].type == "stacked_bar"
    assert drawn(house, BARS, "vertical bars")[1].horizontal is False
    (colour,) = drawn(house, BARS, "make OV-2 red")[1].colours
    assert (colour.category, colour.meaning) == ("OV-2", "critical")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("log scale", "no logarithmic scale"),
        ("logarithmische Skala", "no logarithmic scale"),
        ("thang log", "no logarithmic scale"),
        ("stack them", "not split by two things"),
        ("make OV-9 red", "It shows OV-3, OV-2, OV-1"),
        ("show the limits", "no limits"),
        ("remove the line at 3", "no line at 3"),
        ("add a line at 4 bar", ""),
    ],
)
def test_what_cannot_be_done_is_said_and_what_can_is_offered(house, text, said) -> None:
    talk = Conversation(house)
    talk.say(BARS)
    ran = len(house.store.ran)
    answer = talk.say(text)
    assert (answer.status, answer.intent) == ("clarify", "VISUAL_UPDATE")
    assert said in answer.message
    assert answer.clarification is not None
    assert answer.clarification.options
    for option in answer.clarification.options:
        offered = talk.say(option.question)
        assert (offered.status, offered.source) == ("answered", "cache"), option.question
    assert len(house.store.ran) == ran


def test_a_further_picture_keeps_what_still_fits(house) -> None:
    changes = ("title: Mine", "add a line at 3000", "sort by name")
    for kind in ("as a bar chart", "as bars"):
        chart = drawn(house, BARS, *changes, kind)[1]
        assert (chart.title, chart.order, len(chart.lines)) == ("Mine", "name", 1)
    answer, pie = drawn(house, BARS, *changes, "as a pie chart")
    assert (pie.type, pie.title, pie.lines) == ("pie", "Mine", ())
    assert any("nothing to stand on in a pie" in note for note in answer.notes)
    answer, back = drawn(house, BARS, *changes, "as a pie chart", "as a bar chart")
    assert (back.type, back.title, back.order, len(back.lines)) == ("bar", "Mine", "name", 1)
    assert not any("Not in this picture" in note for note in answer.notes)


def test_what_was_pressed_is_not_lost_by_what_is_said(house) -> None:
    talk = Conversation(house)
    first = talk.say(BARS)
    talk.pressed[first.id] = (ChartEdit(title="Pressed"), ChartEdit(add_line=NewLine(3000.0)))
    said = talk.say("sort by name")
    assert said.chart is not None
    assert (said.chart.title, len(said.chart.lines)) == ("Pressed", 1)
    talk.pressed[said.id] = (ChartEdit(horizontal=False),)
    kind = talk.say("as a bar chart")
    assert kind.chart is not None
    assert (kind.chart.title, kind.chart.order, len(kind.chart.lines)) == ("Pressed", "name", 1)
    assert kind.chart.horizontal is False


def test_what_was_said_is_not_lost_by_what_is_pressed(house) -> None:
    answer, chart = drawn(house, BARS, "title: Said", "add a line at 3000")
    assert answer.result is not None
    pressed = edited_by(
        chart, (ChartEdit(order="name"),),
        Result(answer.result.table, False, 0.0), answer.columns, answer.plan,
        house.parts.model, answer.known,
    )  # fmt: skip
    assert pressed.refused == ()
    assert (pressed.spec.title, pressed.spec.order) == ("Said", "name")
    assert len(pressed.spec.lines) == 1


def test_going_back_gives_the_chart_before(house) -> None:
    talk = Conversation(house)
    talk.all(BARS, "title: One", "title: Two")
    ran = len(house.store.ran)
    answer = talk.say("undo")
    assert answer.chart is not None
    assert answer.chart.title == "One"
    assert len(house.store.ran) == ran
    last = talk.say("add a line at 3000")
    assert last.chart is not None
    assert (last.chart.title, len(last.chart.lines)) == ("One", 1)


def test_a_change_of_the_chart_is_no_reply(house) -> None:
    talk = Conversation(house)
    talk.say(BARS)
    assert talk.say("only the scorching ones").status == "clarify"
    answer = talk.say("title: loaves")
    assert answer.chart is not None
    assert (answer.intent, answer.chart.title) == ("VISUAL_UPDATE", "loaves")


def test_rows_of_somebodys_sql_are_put_in_order_and_named(house) -> None:
    sql = (
        "SELECT oven, scorched FROM (SELECT oven, SUM(burnt) AS scorched, ROW_NUMBER() OVER "
        "(ORDER BY SUM(burnt) DESC) AS place FROM bakes WHERE day >= '2031-03-03' AND "
        "day < '2031-03-10' GROUP BY oven) t WHERE place <= 3 ORDER BY scorched DESC LIMIT 10"
    )
    talk = Conversation(house, assistant=with_model(house, FakeModel(sql=sql, reflect=YES)))
    first = talk.say("Which ovens scorch most last week?")
    assert first.plan is None
    named, sorted_ = talk.say("title: Scorched"), talk.say("sort by name")
    assert (named.status, sorted_.status) == ("answered", "answered")
    assert sorted_.chart is not None
    assert (sorted_.chart.title, sorted_.chart.order) == ("Scorched", "name")
    assert sorted_.made is not None
    assert sorted_.made.attempts == (first.made.attempts if first.made is not None else ())


def test_rows_that_are_gone_are_not_read_for_it(house) -> None:
    talk = Conversation(house, keeps_rows=False)
    talk.say(BARS)
    ran = len(house.store.ran)
    answer = talk.say("title: X")
    assert answer.status == "clarify"
    assert "not kept any more" in answer.message
    assert len(house.store.ran) == ran


def test_lines_of_the_plant_are_not_lines_of_a_chart(house) -> None:
    """Without lines in the chart "remove the lines" is asked of the data, as it always was."""
    talk = Conversation(house)
    talk.say(BARS)
    assert talk.say("remove the lines").intent != "VISUAL_UPDATE"


def test_a_new_question_has_a_chart_of_its_own(house) -> None:
    talk = Conversation(house)
    answer = talk.all(BARS, "title: Mine", "loaves by shop last week")
    assert answer.chart is not None
    assert not answer.chart.has_own_title
    assert answer.drawn == ()
