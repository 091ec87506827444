"""A file comes back as it went; every wrong row is told, and nothing is written by halves."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UserFixable
from core.thresholds.acts import ref
from core.thresholds.exchange import (
    MAX_ROWS,
    Delimiter,
    export_csv,
    header,
    import_csv,
    read_csv,
)
from core.thresholds.record import (
    CONTENTS,
    KINDS,
    SEVERITIES,
    STATISTICS,
    Scope,
    Source,
    Threshold,
    cleaned,
    scope_of,
)
from core.thresholds.starter import install, load_sets
from core.thresholds.store import ThresholdStore
from tests.thresholds.plant import ANN, BOB, NOW, demo, threshold

LEVELS = demo().levels


@pytest.fixture
def store(tmp_path: Path) -> ThresholdStore:
    return ThresholdStore(tmp_path)


def file(*rows: str, head: str = "asset_class,measure,kind,high") -> bytes:
    return "\r\n".join([head, *rows]).encode()


def newest(store: ThresholdStore) -> list[Threshold]:
    return [each.newest for each in store.current("plant", NOW, ANN.tenant)]


# -- out and back ----------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
riskies = st.tuples(st.sampled_from("=+-@'\t＝\n"), texts).map("".join)
written = st.one_of(texts, riskies)
numbers = st.floats(allow_nan=False, allow_infinity=False)
minutes = st.integers(0, 10**9)
made = st.builds(
    Threshold,
    id=st.from_regex(r"[0-9A-Za-z_-]{0,48}", fullmatch=True),
    version=st.integers(0, 99),
    model=st.just("plant"),
    scope=st.dictionaries(st.sampled_from(LEVELS), written).map(
        lambda at: scope_of({k: v.strip() for k, v in at.items()}, LEVELS)
    ),
    measure=st.sampled_from(["vibration_mm_s", "oee"]),
    kind=st.sampled_from(list(KINDS)),
    low=st.none() | numbers,
    high=st.none() | numbers,
    unit=st.sampled_from(["", "mm/s", "Cel", "[degF]", "%", "/min", "furlong"]),
    severity=st.sampled_from(list(SEVERITIES)),
    deadband=numbers,
    on_delay_min=minutes,
    off_delay_min=minutes,
    window_min=minutes,
    statistic=st.sampled_from(list(STATISTICS)),
    baseline_days=st.none() | minutes,
    weight=numbers,
    latch=st.booleans(),
    realarm_min=st.none() | minutes,
    action=written,
    source=st.builds(Source, written, written, written, written, written),
    note=written,
    ends=st.booleans(),
    valid_from=st.none() | st.datetimes(),
    revision=st.integers(0, 99),
).map(cleaned)


@given(st.lists(made, min_size=1, max_size=4), st.sampled_from([",", ";"]))
@settings(deadline=None, max_examples=300)
def test_a_file_comes_back_exactly(thresholds: list[Threshold], delimiter: Delimiter) -> None:
    content = export_csv(thresholds, LEVELS, delimiter)
    rows, problems = read_csv(content, demo())
    assert problems == []
    assert [row.threshold for row in rows] == thresholds


@given(made)
@settings(deadline=None)
def test_no_cell_begins_as_a_formula_does(one: Threshold) -> None:
    text = export_csv([one], LEVELS).decode("utf-8-sig")
    head, cells = csv.reader(io.StringIO(text, newline=""))
    for name, cell in zip(head, cells, strict=True):
        if cell[:1] in tuple("=+-@\t\r\n＝＋－＠"):
            float(cell)
            assert name in ("low", "high", "deadband", "weight") or cell == ""


def test_a_file_begins_with_its_mark() -> None:
    content = export_csv([threshold(high=1234.5)], LEVELS, ";")
    assert content.startswith(b"\xef\xbb\xbf")
    assert b'"1234,5"' in content
    assert header(LEVELS)[:5] == ["id", *LEVELS]


def test_the_whole_plant_goes_out_and_nothing_is_changed_by_taking_it_in(
    store: ThresholdStore,
) -> None:
    install(store, load_sets("plant", LEVELS), demo(), ANN)
    some = newest(store)
    store.publish(map(ref, some[:10]), demo(), ANN, at=NOW)
    before = newest(store)
    done = import_csv(store, export_csv(before, LEVELS), demo(), BOB)
    assert (done.rows, done.same, done.wrong, done.problems) == (len(before), len(before), 0, ())
    assert newest(store) == before


def test_another_installation_takes_it_in(store: ThresholdStore, tmp_path: Path) -> None:
    install(store, load_sets("plant", LEVELS), demo(), ANN)
    store.publish(map(ref, newest(store)), demo(), ANN, at=NOW)
    other = ThresholdStore(tmp_path / "other")
    done = import_csv(other, export_csv(newest(store), LEVELS), demo(), BOB)
    assert (done.wrong, len(done.changes)) == (0, len(newest(store)))
    for here, there in zip(newest(store), newest(other), strict=True):
        assert all(getattr(here, name) == getattr(there, name) for name in CONTENTS)
        assert (there.status, there.author, there.version) == ("draft", "bob", 1)


# -- in --------------------------------------------------------------------------------------------


def test_a_few_columns_do(store: ThresholdStore) -> None:
    done = import_csv(store, file("pump,vibration_mm_s,high,5.1", "", ",,,"), demo(), ANN)
    assert (done.rows, done.wrong, len(done.changes)) == (1, 0, 1)
    (one,) = newest(store)
    assert one == threshold(
        id=one.id, version=1, revision=1, author="ann", changed_at=one.changed_at, deadband=0.0,
        on_delay_min=0,
    )  # fmt: skip


def test_as_a_german_spreadsheet_writes_it(store: ThresholdStore) -> None:
    head = "Asset_Class;measure;kind;high;unit;latch;deadband;valid_from;weight"
    rows = ["pump;temperature_c;High-High;80,5;°C;WAHR;1,5;31.12.2026 6:00;2"]
    done = import_csv(store, file(*rows, head=head), demo(), ANN)
    assert done.problems == ()
    (one,) = newest(store)
    assert (one.kind, one.high, one.unit, one.latch, one.deadband, one.weight) == (
        "high_high", 80.5, "Cel", True, 1.5, 2.0,
    )  # fmt: skip
    assert one.valid_from == dt.datetime(2026, 12, 31, 6)


@pytest.mark.parametrize(
    ("head", "row", "field", "said"),
    [
        ("asset_class,measure,kind,high", "pump,vibration_mm_s,high,abc", "high", "is no number"),
        ("asset_class,measure,kind,high", 'pump,vibration_mm_s,high,"5,1"', "high", "like 1234.5"),
        ("asset_class;measure;kind;high", "pump;vibration_mm_s;high;1.234,5", "high", "1234,5"),
        ("asset_class,measure,kind,high", "pump,vibration_mm_s,high,nan", "high", "is no number"),
        ("asset_class,measure,kind,high", "pump,vibration_mm_s,high,1e999", "high", "a number"),
        ("asset_class,measure,kind,high", "pump,vibration_mm_s,hi,5", "kind", "no kind 'hi'"),
        ("asset_class,measure,kind,high", "pump,vibration_mm_s,,5", "kind", "no kind ''"),
        ("asset_class,measure,kind,high", "pumps,vibration_mm_s,high,5", "asset_class", "'pump'"),
        ("asset_class,measure,kind,high", "pump,vibration,high,5", "measure", "no measure"),
        ("asset_class,measure,kind,high", "pump,vibration_mm_s,high", "", "3 cells"),
        ("asset_class,measure,kind,high,unit", "pump,vibration_mm_s,high,5,bar", "unit", "turned"),
        ("asset_class,measure,kind,high,latch", "pump,vibration_mm_s,high,5,?", "latch", "neither"),
        (
            "asset_class,measure,kind,high,on_delay_min",
            "pump,vibration_mm_s,high,5,1.5",
            "on_delay_min",
            "no whole number",
        ),
        (
            "asset_class,measure,kind,high,valid_from",
            "pump,vibration_mm_s,high,5,6/30/2026",
            "valid_from",
            "is no time",
        ),
        (
            "asset_class,measure,kind,high,valid_from",
            "pump,vibration_mm_s,high,5,0001-01-01T00:00+14:00",
            "valid_from",
            "is no time",
        ),
        ("id,asset_class,measure,kind,high", "a b,pump,vibration_mm_s,high,5", "id", "is no id"),
        (
            "asset_class,measure,kind,high,source_note",
            "pump,vibration_mm_s,high,5,a\0b",
            "source_note",
            "cannot be kept",
        ),
    ],
)
def test_a_wrong_row_is_told_at_its_field(
    store: ThresholdStore, head: str, row: str, field: str, said: str
) -> None:
    done = import_csv(store, file(row, head=head), demo(), ANN)
    assert (done.rows, done.wrong, done.changes) == (1, 1, ())
    assert [(one.line, one.field) for one in done.problems] == [(2, field)]
    assert said in done.problems[0].text
    assert newest(store) == []


def test_one_wrong_row_stops_all_unless_the_right_ones_are_wanted(store: ThresholdStore) -> None:
    content = file("pump,vibration_mm_s,high,5.1", "pump,power_kw,high,x", "cnc,power_kw,high,30")
    done = import_csv(store, content, demo(), ANN)
    assert (done.rows, done.wrong, done.changes) == (3, 1, ())
    assert newest(store) == []
    done = import_csv(store, content, demo(), ANN, take="right", trial=True)
    assert done.changes == ()
    done = import_csv(store, content, demo(), ANN, take="right")
    assert (done.wrong, len(done.changes)) == (1, 2)
    assert {one.measure for one in newest(store)} == {"vibration_mm_s", "power_kw"}


def test_a_warning_stops_nothing(store: ThresholdStore) -> None:
    content = file(
        "pump,vibration_mm_s,high,5.1,15", head="asset_class,measure,kind,high,on_delay_min"
    )
    done = import_csv(store, content, demo(), ANN)
    assert [(one.field, one.severity) for one in done.problems] == [("on_delay_min", "warning")]
    assert len(done.changes) == 1


def test_rows_are_checked_beside_one_another_and_beside_what_is_there(
    store: ThresholdStore,
) -> None:
    content = file("pump,vibration_mm_s,high,5.1", "pump,vibration_mm_s,high,6")
    assert [p.text for p in import_csv(store, content, demo(), ANN).problems] == [
        "Line 2 is about the same threshold. Leave one of them out."
    ]
    content = file("pump,vibration_mm_s,high,9", "pump,vibration_mm_s,high_high,8.5")
    problems = import_csv(store, content, demo(), ANN).problems
    assert [(p.line, p.field) for p in problems] == [(2, "high"), (3, "high")]
    assert "(line 3)" in problems[0].text
    import_csv(store, file("pump,vibration_mm_s,high_high,8.5"), demo(), ANN)
    (problem,) = import_csv(store, file("pump,vibration_mm_s,high,9"), demo(), ANN).problems
    assert problem.field == "high"
    (problem,) = import_csv(store, file("pump,vibration_mm_s,high_high,9"), demo(), ANN).problems
    assert problem.field == "kind"


def test_a_pair_is_moved_by_one_file(store: ThresholdStore) -> None:
    pair = [threshold(id="h"), threshold(id="hh", kind="high_high", high=8.5)]
    store.publish(
        [ref(c.after) for c in store.save(pair, ANN, NOW) if c.after], demo(), ANN, at=NOW
    )
    moved = [replace(one, high=(one.high or 0) + 5) for one in newest(store)]
    done = import_csv(store, export_csv(moved, LEVELS), demo(), BOB)
    assert (done.problems, len(done.changes)) == ((), 2)
    assert [(one.version, one.status, one.high) for one in newest(store)] == [
        (2, "draft", 10.1),
        (2, "draft", 13.5),
    ]


def test_an_older_file_does_not_write_over_what_came_after(store: ThresholdStore) -> None:
    store.save([threshold(id="h")], ANN, NOW)
    content = export_csv([replace(one, high=6.0) for one in newest(store)], LEVELS)
    store.save([replace(one, high=5.5) for one in newest(store)], BOB, NOW)
    (problem,) = import_csv(store, content, demo(), ANN).problems
    assert (problem.field, problem.severity) == ("version", "error")
    assert "changed by bob" in problem.text
    assert newest(store)[0].high == 5.5
    head = "id,asset_class,measure,kind,high"
    done = import_csv(store, file("h,pump,vibration_mm_s,high,6", head=head), demo(), ANN)
    assert len(done.changes) == 1, "without a version the file is taken at its word"


def test_what_is_published_keeps_its_place(store: ThresholdStore) -> None:
    store.publish(
        [ref(c.after) for c in store.save([threshold(id="h")], ANN, NOW) if c.after],
        demo(), ANN, at=NOW,
    )  # fmt: skip
    moved = replace(newest(store)[0], scope=Scope((("plant_id", "HAM"),)))
    (problem,) = import_csv(store, export_csv([moved], LEVELS), demo(), ANN).problems
    assert problem.field == "scope"


# -- files that are none ---------------------------------------------------------------------------

GOOD = file("pump,vibration_mm_s,high,5.1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n", "The file is empty"),
        (b"asset_class,measure,kind,high\r\n", "a first line and no thresholds"),
        (GOOD.decode().encode("utf-16"), "UTF-16"),
        (GOOD + "ü".encode("latin-1"), r"not UTF-8 \(line 2\)"),
        (b"PK\x03\x04rest", "a workbook"),
        (b"x" * 20_000_001, "over 20 MB"),
        (GOOD.replace(b"high\r", b"hihg\r"), "no column 'hihg'. Did you mean 'high'"),
        (GOOD.replace(b"high\r", b"kind\r"), "'kind' stands twice"),
        (GOOD.replace(b"kind", b"note"), "'kind' is missing"),
        (GOOD.replace(b"asset_class", b"note"), "says where is missing"),
        (b"\x00\x01\x02", "no column"),
        (b'{"a": 1}', "no column"),
    ],
)
def test_what_is_no_such_file_is_refused(store: ThresholdStore, content: bytes, said: str) -> None:
    with pytest.raises(UserFixable, match=said):
        import_csv(store, content, demo(), ANN)


def test_a_quote_that_is_not_closed_is_told_with_its_line(store: ThresholdStore) -> None:
    done = import_csv(store, file("cnc,power_kw,high,30", 'pump,"power_kw,high,20'), demo(), ANN)
    assert [(one.line, one.field) for one in done.problems] == [(3, "")]
    assert done.changes == ()


def test_a_hundred_thousand_rows_are_refused_at_once(store: ThresholdStore) -> None:
    begin = time.perf_counter()
    with pytest.raises(UserFixable, match="more than 20000 rows"):
        import_csv(store, file(*["pump,vibration_mm_s,high,5.1"] * 100_000), demo(), ANN)
    assert time.perf_counter() - begin < 20


@pytest.mark.slow
@pytest.mark.parametrize("asset", ["PMP-01", pytest.param("PMP-0x", marks=pytest.mark.thorough)])
def test_as_many_rows_as_there_may_be_are_read(store: ThresholdStore, asset: str) -> None:
    """All wrong in the worst way for the report: each has a name that is nearly right."""
    rows = [f"{asset}{n},vibration_mm_s,high,5.1" for n in range(MAX_ROWS)]
    begin = time.perf_counter()
    done = import_csv(store, file(*rows, head="asset_id,measure,kind,high"), demo(), ANN)
    assert (done.rows, done.wrong) == (MAX_ROWS, MAX_ROWS)
    assert (len(done.problems), done.more) == (1_000, MAX_ROWS - 1_000)
    assert time.perf_counter() - begin < 60


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(deadline=None, max_examples=200)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    head = b"asset_class,measure,kind,high,valid_from\r\n"
    for each in (content, head + content):
        try:
            read_csv(each, demo())
        except UserFixable:
            continue


def test_the_empty_scope_is_told(store: ThresholdStore) -> None:
    done = import_csv(store, file(",vibration_mm_s,high,5.1"), demo(), ANN)
    assert (done.rows, done.wrong, done.changes) == (1, 1, ())
    assert done.problems[0].field == "scope"
