"""Names of tags by ISA-5.1, and the table that they propose."""

import pytest

from core.errors import UserFixable
from core.ingest.mapping import TagRow, column_name, from_csv, measures, merged, propose, to_csv
from core.ingest.quality import codes_of, grade
from core.ingest.tags import parse_tag


@pytest.mark.parametrize(
    ("tag", "measure", "asset"),
    [
        ("TIC-103", "temperature", "Loop 103"),
        ("PT-101A", "pressure", "Loop 101A"),
        ("FIC103.SP", "flow setpoint", "Loop 103"),
        ("PDI-20", "pressure difference", "Loop 20"),
        ("SITE.L1.P-101.TT-103.PV", "temperature", "P-101"),
        ("U100_TIC-103", "temperature", "U100"),
        (r"\\srv\Area1.TI205", "temperature", "Area1"),
        ("Pump12_Temp", "temperature", "Pump12"),
        ("Kessel_Druck", "pressure", "Kessel"),
        ("line1/press3/flow", "flow", "press3"),
        ("P-101", "", ""),
        ("xyz", "", ""),
    ],
)
def test_what_a_name_says(tag: str, measure: str, asset: str) -> None:
    said = parse_tag(tag)
    assert (said.measure, said.asset) == (measure, asset)


def test_no_two_tags_are_proposed_for_one_place() -> None:
    tags = ["U1.TIC-1", "U1.TIC-2", "U1.PIC-2", "TI-9", "TT-9", "odd", "odd 2"]
    rows = propose(tags, {})
    assert len({(row.asset, row.measure) for row in rows}) == len(tags)
    assert {r.tag: r.asset for r in rows}["U1.PIC-2"] == "U1 2"
    measures(rows)


def test_letters_that_the_unit_contradicts_are_none() -> None:
    rows = propose(["Tag 38 [bar]", "TIC-7 [°F]", "PT-9 [%]", "TT-5"], {"TT-5": "mm/s"})
    assert [(r.asset, r.measure, r.is_certain) for r in rows] == [
        ("Tag 38", "pressure", False),
        ("Loop 7", "temperature", True),
        ("Loop 9", "pressure", True),
        ("TT-5", "value", False),
    ]


def test_units_of_one_measure_become_one() -> None:
    rows = (TagRow("a", "A", "temperature", "Cel"), TagRow("b", "B", "temperature", "[degF]"))
    (found,) = measures(rows)
    scale, offset = found.tags["b"]
    assert (found.name, found.unit) == ("temperature_c", "Cel")
    assert 212 * scale + offset == pytest.approx(100)


def test_what_cannot_be_one_column_is_told() -> None:
    with pytest.raises(UserFixable, match="measure different things"):
        measures((TagRow("a", "A", "x", "Cel"), TagRow("b", "B", "x", "bar")))
    with pytest.raises(UserFixable, match="are both X of A"):
        measures((TagRow("a", "A", "x"), TagRow("b", "A", "X")))


def test_the_table_goes_out_and_comes_in_as_it_was() -> None:
    rows = (TagRow("=a", "A", "temperature", "Cel", "Hall", True), TagRow("b", "B", "x", None))
    text = to_csv(rows)
    assert "'=a" in text
    assert from_csv(text) == rows
    assert from_csv("tag;asset;measure;use\nb;B;y;no\n")[0].is_used is False
    for wrong in ("tag,asset\n", "tag,asset,measure\na,A,x\na,B,y\n", "tag,asset,measure,colour\n"):
        with pytest.raises(UserFixable):
            from_csv(wrong)
    with pytest.raises(UserFixable, match="line 2: 'furlong' is no unit"):
        from_csv("tag,asset,measure,unit\na,A,x,furlong\n")
    with pytest.raises(UserFixable, match="Did you mean 'TIC-1'"):
        merged((TagRow("TIC-1", "A", "x"),), (TagRow("TIC-l", "A", "x"),))


def test_names_of_columns() -> None:
    assert column_name("Größe Öl", "m3/h") == "grosse_ol_m3_h"
    assert column_name("Temp", "Cel", {"temp_c"}) == "temp_c_2"
    assert column_name("1. Halle", None) == "c_1_halle"


def test_the_same_number_is_two_qualities() -> None:
    assert codes_of({"192", "0"}) == "da"
    assert codes_of({"0", "2147483648"}) == "ua"
    assert codes_of({"0"}) == "ask"
    assert codes_of({"100", "0"}) == "percent"
    assert codes_of({"Good", "Bad"}) is None
    assert (grade("0", "da"), grade("0", "ua")) == ("Bad", "Good")
    assert (grade("0x80000000", "ua"), grade("1073741824", "ua")) == ("Bad", "Uncertain")
    assert (grade("64", "da"), grade("gut", None)) == ("Uncertain", "Good")
    with pytest.raises(UserFixable, match="neither Good"):
        grade("fine?", None)
