"""A shift's sheet: its figures against SQL written by hand, scope, notes, words and paper."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pypdf
import pytest

from core.errors import Refused, UserFixable
from core.handover import Figures, Sheet
from core.handover.desk import key_of
from core.handover.tables import tables_of, words_of
from core.handover.words import TABLES, Words
from core.semantic.shifts import ended_shifts, shift_before, shift_on
from core.services import Services
from core.types import User
from tests.plant_services import plant_services

HOURS = {"Early": (360, 840), "Late": (840, 1320), "Night": (1320, 360)}
FIGURES = """
    SUM(run_min) / NULLIF(SUM(planned_min), 0) AS a,
    SUM(good_units + scrap_units) / NULLIF(SUM(ideal_units), 0) AS p,
    SUM(good_units) / NULLIF(SUM(good_units + scrap_units), 0) AS q,
    SUM(down_min) / 60 AS d
"""


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    with plant_services(plant_folder, tmp_path_factory.mktemp("handover")) as built:
        yield built


@pytest.fixture(scope="module")
def engineer(services: Services) -> User:
    return services.policy.user("engineer")


@pytest.fixture(scope="module")
def sheet(services: Services, engineer: User) -> Sheet:
    return services.handover.sheet("HAM", engineer)


def by_hand(plant: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(plant), read_only=True) as store:
        return store.execute(sql).fetchall()


@pytest.mark.soundness
@pytest.mark.parametrize(("day", "shift"), [("2026-06-30", "Late"), ("2026-03-28", "Night")])
def test_figures_are_those_of_sql_written_by_hand(
    services: Services, demo_plant: Path, day: str, shift: str
) -> None:
    """One of them is the night in which clocks change, a weekend without production."""
    admin = services.policy.user("admin")
    wanted = shift_on(dt.date.fromisoformat(day), shift, HOURS)
    sheet = services.handover.sheet("HAM", admin, shift=wanted)
    where = f"plant_id = 'HAM' AND production_date = '{day}' AND shift_name = '{shift}'"
    lines = by_hand(
        demo_plant,
        f"SELECT line_name, {FIGURES} FROM plant_obt WHERE {where} GROUP BY 1 ORDER BY 1",
    )
    assert [row.name for row in sheet.lines] == [line[0] for line in lines]
    for row, (_, a, p, q, down) in zip(sheet.lines, lines, strict=True):
        assert row.now.factors == pytest.approx((a, p, q))
        oee = None if None in (a, p, q) else a * p * q
        assert row.now.figure == pytest.approx(oee)
        assert row.now.downtime == pytest.approx(down)
    reasons = by_hand(
        demo_plant,
        f"SELECT downtime_reason, SUM(down_min) / 60 AS d FROM plant_obt WHERE {where} AND "
        "downtime_reason IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
    )
    assert [(r.name, r.value) for r in sheet.reasons] == [(n, pytest.approx(d)) for n, d in reasons]
    assets = by_hand(
        demo_plant, f"SELECT asset_id, {FIGURES} FROM plant_obt WHERE {where} GROUP BY 1"
    )
    rated = [(a * p * q, name, d) for name, a, p, q, d in assets if None not in (a, p, q)]
    assert [(r.name, r.figures.figure, r.figures.downtime) for r in sheet.worst] == [
        (name, pytest.approx(oee), pytest.approx(d)) for oee, name, d in sorted(rated)[:5]
    ]
    stood = sorted((-d, name) for name, *_, d in assets if d)[:5]
    assert [(r.name, r.value) for r in sheet.assets] == [(n, pytest.approx(-d)) for d, n in stood]
    for row in sheet.assets:
        ((most, _),) = by_hand(
            demo_plant,
            f"SELECT downtime_reason, SUM(down_min) FROM plant_obt WHERE {where} AND "
            f"asset_id = '{row.name}' AND downtime_reason IS NOT NULL GROUP BY 1 "
            "ORDER BY 2 DESC LIMIT 1",
        )
        assert row.of == most
    alarms = by_hand(
        demo_plant,
        "SELECT COUNT(*) FROM alarm_events WHERE plant_id = 'HAM' AND raised_ts < "
        f"'{wanted.end}' AND (cleared_ts IS NULL OR cleared_ts >= '{wanted.end}')",
    )
    assert sheet.alarms is not None
    assert (sheet.alarms.total,) == alarms[0]
    if shift == "Late":
        assert len(sheet.worst) == 5
        assert sheet.worst[0].figures.figure < sheet.worst[-1].figures.figure


def test_changes_are_against_the_shift_before_and_the_day_before(
    services: Services, engineer: User, sheet: Sheet
) -> None:
    assert (sheet.before.name, sheet.before.day) == ("Early", dt.date(2026, 6, 30))
    assert (sheet.day_before.name, sheet.day_before.day) == ("Late", dt.date(2026, 6, 29))
    before = services.handover.sheet("HAM", engineer, shift=sheet.before)
    assert sheet.whole.before == before.whole.now


def test_losses_and_figure_make_the_whole() -> None:
    figures = Figures(0.8 * 0.9 * 0.95, (0.8, 0.9, 0.95), 3.0)
    assert sum(figures.losses()) + (figures.figure or 0) == pytest.approx(1)
    assert figures.losses()[0] == pytest.approx(0.2)
    assert Figures(0.5, (0.8, 0.9, 0.95)).losses() == (), "it is not their product"
    assert Figures(None, (None, 0.9, 0.95)).losses() == ()


def test_a_plant_is_ones_own_or_refused(services: Services, engineer: User, sheet: Sheet) -> None:
    viewer = services.policy.user("viewer")
    assert [p.id for p in services.handover.plants(engineer)] == ["HAM", "AUS"]
    assert [p.id for p in services.handover.plants(viewer)] == ["HPH"]
    desk, key = services.handover, key_of(sheet)
    for act in (
        lambda: desk.sheet("HAM", viewer),
        lambda: desk.shifts("HAM", viewer),
        lambda: desk.notes(key, viewer),
        lambda: desk.write(key, "hello", viewer),
        lambda: desk.sign(key, viewer),
        lambda: desk.export(sheet, "pdf", viewer),
    ):
        with pytest.raises(Refused):
            act()


def test_notes_are_their_authors_until_the_sheet_is_signed(
    services: Services, engineer: User
) -> None:
    desk, admin = services.handover, services.policy.user("admin")
    sheet = desk.sheet("AUS", engineer)
    key = key_of(sheet)
    note = desk.write(key, "Check the oven\nbefore ten", engineer)
    with pytest.raises(UserFixable, match="who wrote"):
        desk.rewrite(key, note.id, "No", admin)
    desk.rewrite(key, note.id, "Check the oven at ten", engineer)
    other = desk.write(key, "One more", admin)
    desk.rewrite(key, other.id, "", admin)
    notes, signed = desk.notes(key, admin)
    assert [(n.text, n.author_name) for n in notes] == [("Check the oven at ten", "Engineer")]
    assert notes[0].changed is not None
    assert signed is None
    desk.sign(key, engineer)
    for act in (
        lambda: desk.write(key, "Late", admin),
        lambda: desk.rewrite(key, note.id, "Changed", engineer),
        lambda: desk.rewrite(key, note.id, "", engineer),
        lambda: desk.sign(key, admin),
    ):
        with pytest.raises(UserFixable, match="Engineer has signed"):
            act()
    notes, signed = desk.notes(key, admin)
    assert [n.text for n in notes] == ["Check the oven at ten"]
    assert signed is not None
    assert signed.by == "engineer"


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2_001])
def test_a_note_has_words_and_an_end(
    services: Services, engineer: User, sheet: Sheet, text: str
) -> None:
    with pytest.raises(UserFixable):
        services.handover.write(key_of(sheet), text, engineer)


def test_paper_is_in_the_plants_language_and_can_be_read_back(
    services: Services, sheet: Sheet
) -> None:
    admin = services.policy.user("admin")
    services.handover.write(key_of(sheet), "Öl nachgefüllt, <b>Lager</b> prüfen", admin)
    text = read(services.handover.export(sheet, "pdf", admin))
    for words in (
        "Schichtübergabe Hamburg", "Spätschicht, 30.06.2026, 14:00 bis 22:00 Uhr", "OEE je Linie",
        "Verfügbarkeit", "79,9", "Öl nachgefüllt, <b>Lager</b> prüfen", "Seite 1",
    ):  # fmt: skip
        assert words in text, words
    hai_phong = services.handover.sheet("HPH", admin)
    text = read(services.handover.export(hai_phong, "pdf", admin))
    for words in ("Bàn giao ca Hai Phong", "Giờ dừng máy: nguyên nhân hàng đầu", "Cảnh báo còn mở"):
        assert words in text, words
    assert "Shift handover Hai Phong" in read(
        services.handover.export(hai_phong, "pdf", admin, language="en")
    )
    assert services.handover.export(sheet, "png", admin)[:4] == b"\x89PNG"
    last = services.audit.entries(limit=1)[0]
    assert (last["event"], last["what"], last["plant"]) == ("export", "handover", "HAM")


def read(pdf: bytes) -> str:
    return "\n".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_tables_have_a_cell_for_each_column(services: Services, sheet: Sheet) -> None:
    model = services.parts().model
    for language in TABLES:
        for table in tables_of(sheet, model, words_of(sheet, model, language)):
            assert all(len(row) == len(table.header) for row in table.rows), table.title


def test_every_language_says_everything() -> None:
    for language, table in TABLES.items():
        assert table.keys() == TABLES["en"].keys(), language
        for key, text in table.items():
            fields = {part.split("}")[0] for part in text.split("{")[1:]}
            english = {part.split("}")[0] for part in TABLES["en"][key].split("{")[1:]}
            assert fields == english, (language, key)


def test_numbers_are_written_as_the_language_does() -> None:
    assert Words("en").number(1234.5) == "1,234.5"
    assert Words("de").number(1234.5) == "1.234,5"
    assert Words("vi").percent(0.8) == "80,0\u00a0%"
    assert Words("de").points(-0.00001) == "±0,0\u00a0PP"
    assert Words("xx").say("notes") == "Notes"
    assert Words().local(dt.datetime(2026, 6, 30, 22), "Europe/Berlin") == "01 Jul 2026 00:00"


def test_the_shift_that_ended_last() -> None:
    day = dt.date(2026, 6, 30)

    def last(hour: int, minute: int = 0) -> tuple[str, dt.date]:
        now = dt.datetime(2026, 6, 30, hour, minute)
        found = ended_shifts(HOURS, day, now, most=1)[0]
        return found.name, found.day

    assert last(22) == ("Late", day)
    assert last(21, 59) == ("Early", day)
    assert last(6) == ("Night", dt.date(2026, 6, 29))
    assert last(5, 59) == ("Late", dt.date(2026, 6, 29))
    night = shift_on(day, "Night", HOURS)
    assert night.end == dt.datetime(2026, 7, 1, 6)
    assert shift_before(night, HOURS).name == "Late"
    assert shift_before(shift_on(day, "Early", HOURS), HOURS).day == dt.date(2026, 6, 29)


def test_a_model_without_the_section_has_no_sheet(
    services: Services, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    parts = services.parts()
    bare = dataclasses.replace(parts, model=dataclasses.replace(parts.model, handover=None))
    monkeypatch.setattr(services.handover, "_parts", lambda _user, _model: bare)
    assert services.handover.plants(engineer) == ()
    with pytest.raises(UserFixable, match="says nothing of a shift's sheet"):
        services.handover.sheet("HAM", engineer)
