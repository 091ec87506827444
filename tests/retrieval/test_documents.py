"""Entries made from the semantic model and from notes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from core.errors import UserFixable
from core.retrieval.ddl import ddl_entries
from core.retrieval.notes import MOST_BYTES, MOST_NOTE_CHARACTERS, note_entries
from core.retrieval.texts import MOST_VECTORS, dense_texts, sparse_text
from core.semantic.facts import DataFacts, Extent, TableFacts, ValueEntry
from core.semantic.load import load_model
from core.settings import ROOT
from tests.retrieval.entries import entry

PLANT = load_model(ROOT / "data" / "models" / "plant.yaml")


def test_every_table_column_and_metric_has_one() -> None:
    titles = [e.title for e in ddl_entries(PLANT)]
    wanted = [
        *PLANT.tables,
        *(f"{t.name}.{c}" for t in PLANT.tables.values() for c in t.columns),
        *(f"metric.{m}" for m in PLANT.metrics),
    ]
    assert sorted(titles) == sorted(wanted)
    assert len({e.id for e in ddl_entries(PLANT)}) == len(wanted)
    assert all(e.is_live and e.kind == "ddl" and not e.plants for e in ddl_entries(PLANT))


def test_a_column_tells_its_names_unit_and_type() -> None:
    made = {e.title: e for e in ddl_entries(PLANT)}
    energy = made["plant_obt.energy_kwh"]
    assert "kWh" in energy.text
    assert "energy_kwh" in energy.text
    assert energy.paraphrases[0] == PLANT.column("plant_obt", "energy_kwh").label
    assert "Personal" in made["plant_obt.operator_name"].text


def test_a_metric_tells_its_formula_and_direction() -> None:
    made = {e.title: e for e in ddl_entries(PLANT)}
    scrap = made["metric.scrap_rate"]
    expression = PLANT.metrics["scrap_rate"].expression
    assert expression is not None
    assert expression in scrap.text
    assert "Lower is better." in scrap.text


def facts(*values: ValueEntry) -> DataFacts:
    extent = Extent(dt.datetime(2026, 1, 1), dt.datetime(2026, 6, 30), 10)
    tables = {"plant_obt": TableFacts(extent, {"HAM": extent, "AUS": extent})}
    return DataFacts(values, tables, dt.date(2026, 6, 30), dt.datetime(2026, 6, 30))


@pytest.mark.soundness
def test_a_value_of_one_plant_alone_is_told_to_nobody() -> None:
    """The entry is for people of every plant; a value that one plant alone has would tell them."""
    known = facts(
        ValueEntry("plant_obt", "manufacturer", "Acme", frozenset({"HAM", "AUS"})),
        ValueEntry("plant_obt", "manufacturer", "Secret maker", frozenset({"HAM"})),
    )
    maker = next(e for e in ddl_entries(PLANT, known) if e.title == "plant_obt.manufacturer")
    assert "'Acme'" in maker.text
    assert not any("Secret maker" in e.text for e in ddl_entries(PLANT, known))


def test_a_column_with_many_values_names_some() -> None:
    both = frozenset({"HAM", "AUS"})
    many = [ValueEntry("plant_obt", "manufacturer", f"Maker {i}", both) for i in range(500)]
    maker = next(e for e in ddl_entries(PLANT, facts(*many)) if e.title == "plant_obt.manufacturer")
    assert maker.text.count("'Maker ") <= 20
    assert ", ..." in maker.text


def test_the_same_model_makes_the_same_ids() -> None:
    assert ddl_entries(PLANT) == ddl_entries(PLANT)
    assert ddl_entries(PLANT)[0].id != ddl_entries(PLANT, tenant="other")[0].id


def write(tmp_path: Path, text: str | bytes, name: str = "terms.md") -> Path:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_notes_are_parted_by_heading(tmp_path: Path) -> None:
    text = (
        "\ufeff# Terms\r\nAn introduction.\r\n\r\n## OEE ##\r\nOne.\r\n\r\n### More\r\nTwo.\r\n"
        "## Takt\r\n```\n## no heading\n```\r\nThree.\r\n# Another part\r\nNot a note.\r\n"
    )
    made = note_entries(write(tmp_path, text), model="mill", plants=("HAM",))
    assert [e.title for e in made] == ["terms#OEE", "terms#Takt"]
    assert made[0].text == "One.\n\n### More\nTwo."
    assert made[1].text == "```\n## no heading\n```\nThree."
    assert all(e.plants == ("HAM",) and e.kind == "doc" and e.is_live for e in made)
    assert note_entries(tmp_path / "terms.md", model="mill", plants=("HAM",)) == made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "terms.md:1: there is no `## Heading`"),
        ("just words\n", "terms.md:1: there is no `## Heading`"),
        ("# One\ntext\n", "terms.md:1: there is no `## Heading`"),
        ("## A\n\n## B\ntext", "terms.md:1: there is no text under 'A'"),
        ("## A\nx\n## A\ny", "terms.md:3: the heading 'A' stands on line 1 already"),
        ("\n##\nx", "terms.md:2: a heading has from 1 to 200"),
        (f"## {'x' * 300}\ny", "terms.md:1: a heading has from 1 to 200"),
        (f"## A\n{'y' * (MOST_NOTE_CHARACTERS + 1)}", "terms.md:1: the note 'A' has 8001"),
        (b"## A\nok\n\xff\xfe", "terms.md:3: this is not text in UTF-8"),
        ("## A\nx\n\x00\x01", "terms.md:3: there is a control character"),
        ("## A\n" + "y\n" * MOST_BYTES, "too many for a file of notes"),
    ],
)
def test_an_odd_file_is_named_with_its_line(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(UserFixable) as caught:
        note_entries(write(tmp_path, text), model="mill")
    assert says in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserFixable, match=r"terms\.md cannot be read"):
        note_entries(tmp_path / "terms.md", model="mill")
    with pytest.raises(UserFixable, match="cannot be read"):
        note_entries(tmp_path, model="mill")


def test_a_long_note_has_a_vector_for_each_piece() -> None:
    text = "First sentence of the note. " * 60 + "\n\n" + "word " * 400
    pieces = dense_texts(entry(text, kind="doc", title="terms#OEE"))
    assert 3 < len(pieces) <= MOST_VECTORS
    assert all(piece.startswith("OEE: ") and len(piece) < 700 for piece in pieces)
    assert dense_texts(entry("", kind="doc", title="terms#OEE")) == ("terms#OEE",)
    assert "OEE" in sparse_text(entry("", kind="doc", title="terms#OEE"))
