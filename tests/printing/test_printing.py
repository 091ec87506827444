"""Paper: fonts with the letters of the plants, charts of every kind, text that is text."""

from __future__ import annotations

import datetime as dt
import io
import itertools

import pyarrow as pa
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import figure
from core.errors import UserFixable
from core.printing import CardPrint, board_pdf, is_drawn, png_of
from core.printing.axes import number_ticks
from core.printing.fonts import fitted, printable, width_of
from core.printing.pages import PageText, pdf_of, text
from core.printing.ring import Box, _apart
from core.translation import speaking
from core.types import Answer, ChartSpec, Result, ResultColumn, User

USER = User("ann", "engineer", ("HAM",))
DAYS = [dt.datetime(2026, 6, day) for day in range(1, 8)]


def read(pdf: bytes) -> str:
    return "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def card(spec: ChartSpec, table: pa.Table, columns: tuple[ResultColumn, ...]) -> CardPrint:
    result = Result(table, truncated=False, elapsed_ms=1.0)
    answer = Answer(
        "a", "q", "answered", "NEW_QUERY", "parser", USER, "plant", headline="It was so.",
        chart=spec, result=result, columns=columns,
    )  # fmt: skip
    return CardPrint("A card", "last week", answer)


NUMBER = ResultColumn("v", "Value", "double", "measure", unit="kW.h", additive=True)
OTHER = ResultColumn("w", "Other", "double", "measure", unit="kW.h", additive=True)
NAME = ResultColumn("n", "Name", "string", "dimension")
PART = ResultColumn("m", "Part", "string", "dimension")
DAY = ResultColumn("t", "Day", "datetime", "time")
TABLE = pa.table(
    {
        "n": [f"Pump {i}" for i in range(7)],
        "m": ["x", "y", "x", "y", "x", "y", "x"],
        "t": DAYS,
        "v": [1.0, None, 3.0, -2.0, 5.0, 8.0, 2.5],
        "w": [2.0, 1.0, 4.0, 1.0, 5.0, 9.0, 3.5],
    }
)
SPECS = (
    ChartSpec("line", "A line", x="t", y=("v",)),
    ChartSpec("line", "Lines", x="t", y=("v",), series="m"),
    ChartSpec("bar", "Bars", x="n", y=("v",), horizontal=True),
    ChartSpec("bar", "Upright", x="t", y=("w",)),
    ChartSpec("grouped_bar", "Groups", x="n", y=("v", "w"), horizontal=True),
    ChartSpec("stacked_bar", "Stack", x="t", y=("w",), series="m"),
    ChartSpec("pareto", "Pareto", x="n", y=("w",)),
    ChartSpec("pie", "Ring", x="n", y=("w",), order="highest"),
    ChartSpec("heatmap", "Heat", x="n", y=("w",), series="m"),
    ChartSpec("scatter", "Points", x="v", y=("w",)),
    ChartSpec("box", "Boxes", x="m", y=("w",)),
)


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.title)
def test_every_chart_is_drawn_with_its_title_as_text(spec: ChartSpec) -> None:
    columns = (NAME, PART, DAY, NUMBER, OTHER)
    made = card(spec, TABLE, columns)
    assert made.answer.result is not None
    assert is_drawn(figure(spec, made.answer.result, columns))
    pdf = board_pdf("Board", [made], by="Ann", scope="HAM", at=DAYS[0])
    assert spec.title in read(pdf)
    assert png_of(pdf)[:4] == b"\x89PNG"


@pytest.mark.parametrize("count", [1, 2, 8, 30])
def test_a_ring_says_what_the_screen_says(count: int) -> None:
    names = [f"Reason {i}" for i in range(count)]
    values = [float(100 // (i + 1) + 1) for i in range(count)]
    table = pa.table({"n": names, "w": values})
    made = card(ChartSpec("pie", "Ring", x="n", y=("w",), order="highest"), table, (NAME, OTHER))
    assert made.answer.result is not None
    [trace] = figure(made.answer.chart, made.answer.result, (NAME, OTHER)).data
    printed = " ".join(read(board_pdf("B", [made], by="Ann", scope="HAM", at=DAYS[0])).split())
    for label in trace.text:
        for part in label.replace("\xa0", " ").split("<br>"):
            assert part in printed.replace("\xa0", " ")
    assert "and " not in printed.replace("and Ann", "")  # no rows in its place


@given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from([9.0, 18.0])), max_size=7).map(sorted))
def test_labels_of_a_ring_never_cover_one_another(given: list[tuple[float, float]]) -> None:
    wanted, sizes = [w for w, _ in given], [s for _, s in given]
    places = _apart(wanted, sizes, Box(400.0, -10.0, 190.0))
    ends = [(p - s / 2, p + s / 2) for p, s in zip(places, sizes, strict=True)]
    assert all(a[1] <= b[0] + 1e-9 for a, b in itertools.pairwise(ends))
    assert all(low >= -10 - 1e-9 and high <= 190 + 1e-9 for low, high in ends)


def test_a_chart_that_paper_does_not_know_becomes_its_rows() -> None:
    made = card(ChartSpec("table", ""), TABLE, (NAME, NUMBER))
    text = read(board_pdf("Board", [made], by="Ann", scope="HAM", at=DAYS[0]))
    assert "Pump 3" in text
    assert "Value" in text


def test_a_board_is_in_the_language_of_who_prints_it() -> None:
    spoken = {"de": ("So wie Ann es sehen darf (HAM)", "Seite 1"), "vi": ("Theo quyền", "Trang 1")}
    for language, said in spoken.items():
        with speaking(language):
            pdf = board_pdf("Board", [], by="Ann", scope="HAM", at=DAYS[0])
        assert all(part in read(pdf) for part in said)
        assert pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == language


def test_letters_of_the_plants_are_there() -> None:
    words = "Hải Phòng ắằẳẵặ ệễể ợỡở ữửừ đĐ – äöüß ÄÖÜ ñ ç µ ² ³ ° · − % “”"
    assert printable(words) == words
    assert words in read(pdf_of([text(words)], PageText("T", "", "")))


@given(st.text(max_size=200))
def test_any_text_is_printed_and_none_is_markup(words: str) -> None:
    assert "?" in printable(words) or printable(words) is not None
    pdf_of([text(f"<b>{words}</b> <font>&amp;")], PageText(words or "T", words, words))


@given(st.text(max_size=80), st.floats(5, 300))
def test_a_text_fits_or_is_cut(words: str, width: float) -> None:
    cut = fitted(words, width, 8)
    assert width_of(cut, 8) <= width or cut == ""


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e9))
def test_ticks_lie_within_their_range(low: float, span: float) -> None:
    ticks = number_ticks(low, low + span)
    assert all(low - span * 1e-6 <= at <= low + span * (1 + 1e-6) for at, _ in ticks)
    assert len(ticks) <= 20


def test_a_picture_has_an_end() -> None:
    long = pdf_of([text("word " * 14_000)], PageText("T", "", ""))
    assert len(pypdf.PdfReader(io.BytesIO(long)).pages) > 8
    with pytest.raises(UserFixable, match="Take the PDF"):
        png_of(long)
