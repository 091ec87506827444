"""What people say of the rows of tables that nobody has confirmed: flags, grades, names of rows,
later times. A question that may be of two things is asked back and never guessed."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import models as core_models
from core.drafting.difference import merged
from core.drafting.init import Made, Wanted, init
from core.model_files import ModelFiles
from core.semantic.load import check_model, load_model
from core.services import Services
from core.settings import Settings

TABLES = """
CREATE TABLE vans (id INTEGER PRIMARY KEY, plate TEXT UNIQUE, type TEXT, make TEXT);
CREATE TABLE trips (id INTEGER PRIMARY KEY, van_id INTEGER REFERENCES vans, driven_on TEXT,
                    returned_on TEXT, distance_km REAL, late INTEGER, town TEXT);
CREATE TABLE fuel (id INTEGER PRIMARY KEY, van_id INTEGER REFERENCES vans, filled_at TEXT,
                   litres REAL, cost_eur REAL);
CREATE TABLE checks (serial TEXT, tested_at TEXT, test TEXT, result TEXT, duration_s REAL,
                     value REAL);
CREATE TABLE items (item INTEGER, description TEXT, family TEXT);
CREATE TABLE movements (posted_at TEXT, item INTEGER, kind TEXT, quantity INTEGER);
CREATE TABLE air (read_at TEXT, "K1 Leistung [kW]" REAL, "K2 Leistung [kW]" REAL);
CREATE TABLE tickets (id INTEGER PRIMARY KEY, opened_at TEXT, closed_at TEXT, due_on TEXT,
                      team TEXT, urgent INTEGER);
CREATE TABLE readings (read_at TEXT, place TEXT, pressure_bar REAL, quality TEXT);
"""


def fleet(path: Path) -> Path:
    """Six vans, 200 trips of which some are not back yet, fillings, tests, graded readings and 60
    tickets of which the last are open."""
    vans = [(k, f"HH-{100 + k}", ("box", "flat")[k % 2], ("MAN", "VW")[k > 3]) for k in range(1, 7)]
    trips, fuel, checks, readings = [], [], [], []
    for k in range(1, 201):
        day = dt.date(2026, 1, 1) + dt.timedelta(days=(k * 7) % 89)
        back = day + dt.timedelta(days=1 + k % 5)
        is_back = back < dt.date(2026, 3, 28)
        trips.append((k, 1 + k % 6, str(day), str(back) if is_back else None, 10.0 + k % 90,
                      int(k % 4 == 0), ("Kiel", "Ulm", "Graz")[k % 3]))  # fmt: skip
        fuel.append((k, 1 + k % 5, f"{day} {k % 24:02}:{k % 60:02}:00", 20.0 + k % 40, 30.0 + k))
        checks.append((f"S{k // 4}", f"{day} {k % 24:02}:{k % 60:02}:00",
                       ("Ripple", "Noise", "Surge")[k % 3], "fail" if k % 9 == 0 else "pass",
                       3.0 + k % 11, 40.0 + k % 17))  # fmt: skip
        grade = ("Good", "Good", "Uncertain", "Bad")[k % 4]
        value = 900.0 if grade == "Bad" else 4.0 + k % 3 / 10
        at = f"{day} {k % 24:02}:{k % 60:02}:00"
        readings.append((at, ("North", "South")[k % 2], value, grade))
    tickets = []
    for k in range(60):
        at = dt.datetime(2026, 1, 3, 8) + dt.timedelta(hours=34 * k)
        closed = at + dt.timedelta(minutes=300 + 97 * (k % 13))
        tickets.append((k, str(at), str(closed) if k < 52 else None, str(at.date()),
                        ("Blue", "Red", "Red")[k % 3], int(k % 5 == 0)))  # fmt: skip
    items = [(40100 + k, f"Seal {k}", "AB"[k % 2]) for k in range(8)]
    movements, air = [], []
    for k in range(90):
        at = dt.datetime(2026, 1, 2, 6) + dt.timedelta(hours=13 * k, minutes=k * k % 60)
        kind = ("Receipt", "Issue", "Issue")[k % 3]
        movements.append((str(at), 40100 + k % 8, kind, 30 if kind == "Receipt" else -1 - k % 7))
        air.append((str(dt.datetime(2026, 1, 5) + dt.timedelta(minutes=15 * k)), 70.0 + k % 4,
                    30.0 + k % 9))  # fmt: skip
    with sqlite3.connect(path) as db:
        db.executescript(TABLES)
        for name, rows in (("vans", vans), ("trips", trips), ("fuel", fuel), ("checks", checks),
                           ("readings", readings), ("tickets", tickets),
                           ("items", items), ("movements", movements), ("air", air)):  # fmt: skip
            db.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    db.close()
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fleet")


@pytest.fixture(scope="module")
def made(folder: Path) -> Iterator[Made]:
    with pytest.MonkeyPatch.context() as patch:
        (folder / "shipped").mkdir()
        patch.setattr(core_models, "MODELS_DIR", folder / "shipped")
        files = ModelFiles(folder / "shipped", folder / "models")
        found = init(Wanted(f"sqlite:///{fleet(folder / 'fleet.db')}"), files, folder)
        (files.own / "fleet.yaml").write_text(found.file.read_text("utf-8"), "utf-8")
        yield found


@pytest.fixture(scope="module")
def services(made: Made, folder: Path) -> Iterator[Services]:
    opened = Services.open(Settings(data_dir=folder, model=made.drafted.name))
    yield opened
    opened.close()


RIGHT = [
    ("How many late trips went to Kiel?",
     "SELECT COUNT(*) FROM trips WHERE late = 1 AND town = 'Kiel'"),
    ("trips that were not late by town",
     "SELECT town, COUNT(*) FROM trips WHERE late <> 1 GROUP BY 1"),
    ("What share of trips were late per town?",
     "SELECT town, AVG(late) FROM trips GROUP BY 1"),
    ("trips not returned yet", "SELECT COUNT(*) FROM trips WHERE returned_on IS NULL"),
    ("How many trips were returned in February?",
     "SELECT COUNT(*) FROM trips WHERE returned_on BETWEEN '2026-02-01' AND '2026-02-29'"),
    ("average distance of trips by van type",
     "SELECT type, AVG(distance_km) FROM trips JOIN vans ON vans.id = van_id GROUP BY 1"),
    ("distance per van",
     "SELECT plate, SUM(distance_km) FROM trips JOIN vans ON vans.id = van_id GROUP BY 1"),
    ("total distance of trips over 50 km", ("SELECT SUM(distance_km) FROM trips "
     "WHERE distance_km > 50")),
    ("trips by town top 2 in February",
     ("SELECT town, COUNT(*) FROM trips WHERE driven_on LIKE '2026-02-%' GROUP BY 1 "
     "ORDER BY 2 DESC, 1 LIMIT 2")),
    ("How many trips did each van make?",
     "SELECT plate, COUNT(*) FROM trips JOIN vans ON vans.id = van_id GROUP BY 1"),
    ("trips by van make", ("SELECT make, COUNT(*) FROM trips JOIN vans ON vans.id = van_id "
     "GROUP BY 1")),
    ("fuel cost of flat vans in January", ("SELECT SUM(cost_eur) FROM fuel JOIN vans "
     "ON vans.id = van_id WHERE type = 'flat' AND filled_at < '2026-02-01'")),
    ("How many litres did we fill up in March?",
     "SELECT SUM(litres) FROM fuel WHERE filled_at >= '2026-03-01'"),
    ("fail rate of checks by test", "SELECT test, AVG(result = 'fail') FROM checks GROUP BY 1"),
    ("failed checks by test", "SELECT test, COUNT(*) FROM checks WHERE result = 'fail' GROUP BY 1"),
    ("total test duration in minutes", "SELECT SUM(duration_s) / 60 FROM checks"),
    ("How many different tests are there in checks?", "SELECT COUNT(DISTINCT test) FROM checks"),
    ("average pressure by place",
     "SELECT place, AVG(pressure_bar) FROM readings WHERE quality = 'Good' GROUP BY 1"),
    ("average pressure including bad readings", "SELECT AVG(pressure_bar) FROM readings"),
    ("Mittlerer Druck nach Place",
     "SELECT place, AVG(pressure_bar) FROM readings WHERE quality = 'Good' GROUP BY 1"),
    ("Anzahl der Fahrten pro Town", "SELECT town, COUNT(*) FROM trips GROUP BY 1"),
    ("average time from driven to returned by town",
     "SELECT town, AVG(JULIANDAY(returned_on) - JULIANDAY(driven_on)) FROM trips GROUP BY 1"),
    ("average hours from opened to closed by team",
     "SELECT team, AVG(JULIANDAY(closed_at) - JULIANDAY(opened_at)) * 24 FROM tickets GROUP BY 1"),
    ("average ticket duration in January",
     ("SELECT AVG(JULIANDAY(closed_at) - JULIANDAY(opened_at)) * 24 FROM tickets "
      "WHERE opened_at < '2026-02-01'")),
    ("total length of tickets by team",
     "SELECT team, SUM(JULIANDAY(closed_at) - JULIANDAY(opened_at)) * 24 FROM tickets GROUP BY 1"),
    ("mean time to close tickets",
     "SELECT AVG(JULIANDAY(closed_at) - JULIANDAY(opened_at)) * 24 FROM tickets"),
    ("open tickets by team",
     "SELECT team, COUNT(*) FROM tickets WHERE closed_at IS NULL GROUP BY 1"),
    ("Which team had more urgent tickets?",
     "SELECT team, COUNT(*) FROM tickets WHERE urgent = 1 GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    ("Which team had the most closed tickets?",
     ("SELECT team, COUNT(*) FROM tickets WHERE closed_at IS NOT NULL GROUP BY 1 "
      "ORDER BY 2 DESC LIMIT 1")),
    ("Which team closed the most tickets in February?",
     ("SELECT team, COUNT(*) FROM tickets WHERE closed_at >= '2026-02-01' AND "
      "closed_at < '2026-03-01' GROUP BY 1 ORDER BY 2 DESC LIMIT 1")),
    ("How many tickets were opened and closed in January?",
     ("SELECT COUNT(*) FROM tickets WHERE opened_at < '2026-02-01' AND "
      "closed_at < '2026-02-01'")),
    ("closed tickets in January by team",
     ("SELECT team, COUNT(*) FROM tickets WHERE closed_at IS NOT NULL AND "
      "opened_at < '2026-02-01' GROUP BY 1")),
    ("tickets longer than 10 hours by team", ("SELECT team, COUNT(*) FROM tickets WHERE "
     "JULIANDAY(closed_at) - JULIANDAY(opened_at) > 10.0001 / 24 GROUP BY 1")),
    ("How many tickets took longer than 10 hours?", ("SELECT COUNT(*) FROM tickets WHERE "
     "JULIANDAY(closed_at) - JULIANDAY(opened_at) > 10.0001 / 24")),
    ("Wie viele Tickets dauerten länger als 10 Stunden?", ("SELECT COUNT(*) FROM tickets WHERE "
     "JULIANDAY(closed_at) - JULIANDAY(opened_at) > 10.0001 / 24")),
    ("Có bao nhiêu ticket kéo dài hơn 10 giờ?", ("SELECT COUNT(*) FROM tickets WHERE "
     "JULIANDAY(closed_at) - JULIANDAY(opened_at) > 10.0001 / 24")),
    ("share of tickets longer than 10 hours by team",
     ("SELECT team, AVG(COALESCE(JULIANDAY(closed_at) - JULIANDAY(opened_at), 0) > 10.0001 / 24) "
      "FROM tickets GROUP BY 1")),
    ("highest ticket duration by team", ("SELECT team, MAX(JULIANDAY(closed_at) - "
     "JULIANDAY(opened_at)) * 24 FROM tickets GROUP BY 1")),
    ("the 4 longest tickets", "SELECT 4"),
    ("average ripple by result",
     "SELECT result, AVG(value) FROM checks WHERE test = 'Ripple' GROUP BY 1"),
    ("Which test has the most fails?", ("SELECT test, COUNT(*) FROM checks WHERE result = 'fail' "
     "GROUP BY 1 ORDER BY 2 DESC LIMIT 1")),
    ("Wie viele Trips waren im Februar verspätet?", ("SELECT COUNT(*) FROM trips WHERE late = 1 "
     "AND driven_on LIKE '2026-02-%'")),
    ("Which team had fewer open tickets?",
     "SELECT team, COUNT(*) FROM tickets WHERE closed_at IS NULL GROUP BY 1 ORDER BY 2 LIMIT 1"),
    ("Wie viele Tickets sind noch nicht geschlossen?",
     "SELECT COUNT(*) FROM tickets WHERE closed_at IS NULL"),
    ("Offene Tickets nach Team",
     "SELECT team, COUNT(*) FROM tickets WHERE closed_at IS NULL GROUP BY 1"),
    ("Có bao nhiêu ticket chưa đóng?", "SELECT COUNT(*) FROM tickets WHERE closed_at IS NULL"),
    ("total quantity by family",
     "SELECT family, SUM(quantity) FROM movements JOIN items USING (item) GROUP BY 1"),
    ("quantity of receipts by family", ("SELECT family, SUM(quantity) FROM movements JOIN items "
     "USING (item) WHERE kind = 'Receipt' GROUP BY 1")),
    ("How many issues were there by family?", ("SELECT family, COUNT(*) FROM movements JOIN items "
     "USING (item) WHERE kind = 'Issue' GROUP BY 1")),
    ("average power of K2", 'SELECT AVG("K2 Leistung [kW]") FROM air'),
    ("Compare the power of K1 and K2",
     'SELECT AVG("K1 Leistung [kW]"), AVG("K2 Leistung [kW]") FROM air'),
    ("Mittlere Leistung von K1", 'SELECT AVG("K1 Leistung [kW]") FROM air'),
    ("Quãng đường theo town", "SELECT town, SUM(distance_km) FROM trips GROUP BY 1"),
]  # fmt: skip


def found(services: Services, question: str, **more: str) -> list[tuple[object, ...]]:
    answer = services.answer(question, services.policy.user("admin"), **more)
    assert answer.status == "answered", answer.message
    assert answer.result is not None
    rows = answer.result.table.to_pylist()
    if answer.plan is not None and answer.plan.kind == "records":
        return [(len(rows),)]
    return sorted(tuple(rounded(v) for v in row.values()) for row in rows)


def rounded(value: object) -> object:
    return round(float(value), 6) if isinstance(value, int | float) else value


@pytest.mark.parametrize(("question", "by_hand"), RIGHT, ids=[q for q, _ in RIGHT])
def test_it_is_what_sql_by_hand_says(
    services: Services, folder: Path, question: str, by_hand: str
) -> None:
    with sqlite3.connect(folder / "fleet.db") as db:
        rows = db.execute(by_hand).fetchall()
    db.close()
    assert found(services, question) == sorted(tuple(map(rounded, row)) for row in rows)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Which 3 vans used the most fuel?", "fuel"),  # litres, or what it cost
        ("How many tests were there in January?", "tests"),  # rows, or kinds of test
        ("Number of towns by month", "towns"),  # all of them, as good as always
        ("on-time trips share by month", "on-time"),
        ("tickets opened in January and closed per month", "closed"),  # two times
        ("running total of closed tickets per month", "closed"),  # not by that time
        ("length of trips by town", "length"),  # of the way, or of the time
    ],
)
def test_what_may_be_two_things_is_asked(services: Services, question: str, word: str) -> None:
    answer = services.answer(question, services.policy.user("admin"))
    assert answer.status == "clarify"
    assert answer.clarification is not None
    assert word in answer.clarification.unknown_words


CLOSED = "SELECT {step}, COUNT(*) FROM tickets WHERE closed_at {when} GROUP BY {n}"
BY_MONTH = "date(closed_at, 'start of month') || 'T00:00:00'"


@pytest.mark.parametrize(
    ("questions", "step", "when"),
    [
        (["closed tickets per month"], BY_MONTH, "IS NOT NULL"),
        (["How many tickets were closed per month?"], BY_MONTH, "IS NOT NULL"),
        (["tickets closed per day in February"], "date(closed_at)", "LIKE '2026-02-%'"),
        (["closed tickets in February by day"], "date(closed_at)", "LIKE '2026-02-%'"),
        (["closed tickets per month", "by day"], "date(closed_at)", "IS NOT NULL"),
        (["closed tickets per day", "only in February"], "date(closed_at)", "LIKE '2026-02-%'"),
        (["tickets closed in January", "and in February by day"], "date(closed_at)",
         "LIKE '2026-02-%'"),
        (["closed tickets by team per month", "only team Red"], BY_MONTH + ", team",
         "IS NOT NULL AND team = 'Red'"),
    ],
)  # fmt: skip
def test_steps_of_time_go_by_what_was_done(
    services: Services, folder: Path, questions: list[str], step: str, when: str
) -> None:
    """Tickets go by when they were opened; asked is when they were closed, in what goes on too."""
    for question in questions:
        answer = services.answer(
            question, services.policy.user("admin"), session=" then ".join(questions)
        )
        assert answer.status == "answered", answer.message
    assert answer.result is not None
    rows = [tuple(row.values()) for row in answer.result.table.to_pylist()]
    with sqlite3.connect(folder / "fleet.db") as db:
        by_hand = db.execute(
            CLOSED.format(step=step, when=when, n="1, 2" if ", team" in step else "1")
        )
        expected = sorted((first[:10], *rest) for first, *rest in by_hand.fetchall())
    db.close()
    said = [(str(first)[:10], *rest) for first, *rest in rows]
    assert sorted(said) == expected
    assert "closed" in answer.columns[0].label


def test_what_was_opened_is_no_step_of_what_was_closed(services: Services) -> None:
    admin = services.policy.user("admin")
    assert services.answer("closed tickets per month", admin, session="both").status == "answered"
    assert services.answer("those opened in January", admin, session="both").status != "answered"
    first = services.answer("tickets closed in January", admin, session="own")
    assert first.status == "answered"
    answer = services.answer("those opened in January", admin, session="own")
    assert answer.sql is not None
    # the day on which a ticket is due is that on which it was opened, and stands for it
    assert "due_on >= '2026-01-01" in answer.sql
    assert "closed_at >= '2026-01-01" in answer.sql


def test_a_share_of_a_value_stays_one_when_it_is_asked_again(services: Services) -> None:
    first = found(services, "fail rate of checks by test", session="again")
    assert found(services, "fail rate of checks by test", session="again") == first


def test_what_is_drafted_says_how_rows_are(made: Made) -> None:
    assert check_model(made.file) == ()
    tables = load_model(made.file).tables
    states = {s.name: (s.column, s.is_null, s.values) for s in tables["trips"].states}
    assert states == {
        "late": ("late", None, ("1",)),
        "returned": ("returned_on", False, ()),
        "not_returned": ("returned_on", True, ()),
    }
    quality = tables["readings"].quality
    assert quality is not None
    assert (quality.good, quality.uncertain, quality.bad) == (("Good",), ("Uncertain",), ("Bad",))
    assert tables["readings"].columns["pressure_bar"].needs_good
    assert tables["vans"].columns["plate"].synonyms == ("van",)
    assert tables["trips"].columns["van_id"].label == "Van id"
    assert tables["checks"].synonyms == ("test",)
    time = tables["trips"].time  # two or three trips a day are no readings at a step
    assert time is not None
    assert time.interval_min is None


def test_a_state_goes_when_its_column_holds_something_else(made: Made) -> None:
    text = made.file.read_text("utf-8")
    other = text.replace("late:\n        type: integer", "late:\n        type: string")
    assert other != text
    kept, _ = merged(text, other)
    assert "late: {column: late" not in kept
    assert "returned: {column: returned_on" in kept


@pytest.mark.parametrize("value", ["'yes'", "'1.5'"])
def test_a_state_of_what_its_column_cannot_hold_is_named(
    made: Made, tmp_path: Path, value: str
) -> None:
    text = made.file.read_text("utf-8").replace("values: ['1']", f"values: [{value}]")
    file = tmp_path / "fleet.yaml"
    file.write_text(text, "utf-8")
    assert any("cannot hold" in problem for problem in check_model(file))
