"""Data shows as the text it is, numbers as people write them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.translation import speaking
from core.types import Chip, Result, ResultColumn, WordUse
from core.ui import answer_card, answer_tabs, chips, export, table
from core.ui.text import moment, number, paragraphs, percent, plain
from tests.ui.fake_answers import answer_to
from tests.ui.fake_services import USERS


@given(st.text(max_size=80))
def test_no_character_of_data_reaches_markdown_alive(text: str) -> None:
    shown = plain(text)
    rest = re.sub(r"\\[^A-Za-z0-9\s]", "", shown)
    assert not re.search(r"[\\`*_{}\[\]()<>#+\-.!|~$:&^=@/]", rest)
    assert "\n" not in shown
    visible = [c for c in text if c.isprintable() and not c.isspace()]
    assert [c for c in re.sub(r"\\([^A-Za-z0-9\s])", r"\1", shown) if not c.isspace()] == visible


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("one\ntwo\n\nthree") == "one  \ntwo\n\nthree"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (12345.678, 2, "12,345.68"),
        (-0.001, 2, "0.00"),
        (-1.5, 1, "−1.5"),
        (float("nan"), 2, "–"),
        (float("inf"), 2, "–"),
        (1e6, 0, "1,000,000"),
    ],
)
def test_numbers(value: float, decimals: int, shown: str) -> None:
    assert number(value, decimals) == shown


def test_shares_and_times() -> None:
    assert percent(0.972).replace("\u202f", " ") == "97.2 %"
    at = dt.datetime(2026, 6, 30, 23, 50)
    assert moment(at) == "30 Jun 2026, 23:50"
    assert moment(at, now=at) == "23:50"


def test_words_are_marked_where_they_stand() -> None:
    words = (WordUse(6, 11, "pumps", "x", True), WordUse(0, 5, "which", "", False))
    marked = answer_tabs.marked_question("which pumps, most?", words)
    assert marked == "which :primary-background[pumps]\\, most?".replace("\\,", ",")


def test_unknown_words_are_marked_once_and_by_place() -> None:
    marked = answer_card.mark_unknown("Wobble of the wobble", ("wobble", "nowhere", ""))
    assert marked == ":orange-background[Wobble] of the wobble"


def test_badges_stand_in_their_order_and_warn_with_a_word() -> None:
    answer = answer_to("ten thousand", USERS["engineer"])
    row = answer_card.badges(answer)
    order = [row.index(w) for w in ("Parser", "Good", "data to", "HAM", "cut at")]
    assert order == sorted(order)
    assert ":orange-badge[:material/content_cut:" in row


def test_chips_escape_what_they_show() -> None:
    row = chips.text_row((Chip("where", "a]b [x](http://e)"),))
    assert "[x](" not in row
    assert row.count(":gray-badge[") == 1


def test_file_names_are_letters_digits_and_dashes() -> None:
    answer = answer_to("../../etc/passwd? <vibration> at “Line 1”", USERS["engineer"])
    assert re.fullmatch(r"[a-z0-9-]{1,60}", export.file_stem(answer))


COLUMNS = (
    ResultColumn("day", "Day", "date", "time"),
    ResultColumn("oee", "OEE", "double", "measure", "1", "percent", 1),
    ResultColumn("kwh", "Energy", "double", "measure", "kW.h", decimals=0, additive=True),
    ResultColumn("kwh_change", "Change", "double", "change", "kW.h", decimals=0),
)


def test_table_headers_hold_units_and_formats_fit_the_column() -> None:
    assert [table.header(c) for c in COLUMNS] == [
        "Day",
        "OEE (%)",
        "Energy (kWh)",
        "Change (kWh)",
    ]
    config = table.column_config(COLUMNS)
    formats = {name: c["type_config"].get("format") for name, c in config.items()}
    assert formats["oee"] == "%,.1f"
    assert formats["kwh"] == "%,.0f"
    assert formats["kwh_change"] == "%+,.0f"


def test_totals_only_of_what_adds_up_and_only_of_whole_results() -> None:
    rows = pa.table(
        {
            "day": [dt.date(2026, 6, 1)] * 2,
            "oee": [0.5, 0.7],
            "kwh": [1.0, 2.0],
            "kwh_change": [0.0, 1.0],
        }
    )
    assert table.footer(Result(rows, False, 1.0), COLUMNS) == [
        "2 rows",
        "all rows together: Energy 3 kWh",
    ]
    (said,) = table.footer(Result(rows, True, 1.0), COLUMNS)
    assert "there are more" in said


def test_fractions_are_shown_as_percentages_and_rows_are_limited() -> None:
    rows = pa.table({"oee": [0.5] * 1_500})
    shown = table._display_rows(Result(rows, False, 1.0), COLUMNS)
    assert shown.num_rows == table.SHOWN
    assert shown.column("oee")[0].as_py() == 50.0


def test_recurring_parts_of_time_have_their_names() -> None:
    rows = pa.table({"day_of_week": [1, 7], "hour_of_day": [0, 23], "month_of_year": [1, 12]})
    shown = table._display_rows(Result(rows, False, 1.0), ()).to_pydict()
    assert shown == {
        "day_of_week": ["Monday", "Sunday"],
        "hour_of_day": ["00:00", "23:00"],
        "month_of_year": ["January", "December"],
    }


LONG = [Decimal("12345678901234567890.126"), Decimal("-3.5"), None]


def exact(values: list[Decimal | None]) -> Result:
    rows = pa.table({"kwh": pa.array(values, pa.decimal128(38, 3))})
    return Result(rows, False, 1.0)


def test_decimals_are_numbers_of_the_browser() -> None:
    columns = (ResultColumn("kwh", "Energy", "double", "measure", "kW.h", additive=True),)
    result = exact([Decimal("1.5"), Decimal("1234567890.125"), None])
    shown = table._display_rows(result, columns, table.written_columns(result, columns))
    assert shown.column("kwh").to_pylist() == [1.5, 1234567890.125, None]
    config = table.column_config(columns, table.written_columns(result, columns))
    assert config["kwh"]["type_config"]["format"] == "%,.2f"
    assert table.footer(result, columns)[1:] == ["all rows together: Energy 1,234,567,891.62 kWh"]


def test_what_a_browsers_number_would_change_is_written_out() -> None:
    columns = (ResultColumn("kwh", "Energy", "double", "measure", "kW.h", additive=True),)
    result = exact(LONG)
    written = table.written_columns(result, columns)
    assert written == {"kwh"}
    shown = table._display_rows(result, columns, written)
    assert shown.column("kwh").to_pylist() == ["12,345,678,901,234,567,890.13", "−3.50", None]
    config = table.column_config(columns, written)["kwh"]
    assert (config["type_config"]["type"], config["alignment"]) == ("text", "right")
    assert table.footer(result, columns) == [
        "3 rows",
        "all rows together: Energy 12,345,678,901,234,567,886.63 kWh",
        "Energy: written as text, as numbers of a browser have 15 digits",
    ]


def test_numbers_and_days_by_the_language() -> None:
    at = dt.datetime(2026, 6, 30, 23, 50)
    with speaking("de"):
        assert (number(12345.678, 2), number(-1.5, 1)) == ("12.345,68", "−1,5")
        assert percent(0.972).replace("\u202f", " ") == "97,2 %"
        assert moment(at) == "30.06.2026, 23:50"
    with speaking("vi"):
        assert number(12345.678, 2) == "12.345,68"
        assert moment(at) == "30/06/2026, 23:50"


def test_a_tables_numbers_are_written_by_the_language_and_stay_numbers() -> None:
    rows = pa.table({"oee": [0.5, None], "kwh": [1234.5, -2.0], "kwh_change": [1500.0, 0.0]})
    result = Result(rows, False, 1.0)
    shown = table._display_rows(result, COLUMNS[1:])
    assert table._pointed_rows(shown, COLUMNS[1:], frozenset()) is shown
    with speaking("de"):
        assert table.column_config(COLUMNS)["kwh"]["type_config"]["format"] is None
        styled = table._pointed_rows(shown, COLUMNS[1:], frozenset())
    assert isinstance(styled, table._Written)
    texts = [
        [cell["display_value"] for cell in row] for row in styled.sheet()._translate(0, 0)["body"]
    ]
    assert [row[1:] for row in texts] == [
        ["50,0", "1.234", "+1.500"],
        ["", "-2", "+0"],
    ]
    assert styled.frame["kwh"].tolist() == [1234.5, -2.0]
