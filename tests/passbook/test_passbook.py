"""Answers get a passport, and run again by it: over the demo plant, as it is and as it changes."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sqlite3
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

import core
from core.errors import Refused, Unavailable, UserFixable
from core.passports.passport import Rerun
from core.services import Services
from core.settings import Settings
from core.types import Answer, User
from tests.conftest import ROOT

ENERGY = "energy by plant last week"
PUMPS = "Which pumps vibrated most last week?"


def opened(data: Path) -> Services:
    return Services.open(Settings(data_dir=data))


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("passbook"))
    built = opened(folder)
    yield built
    built.close()


@pytest.fixture(scope="module")
def engineer(services: Services) -> User:
    return services.policy.user("engineer")


@pytest.fixture(scope="module")
def answer(services: Services, engineer: User) -> Answer:
    return services.answer(ENERGY, engineer, session="talk")


def test_it_says_what_the_answer_was_made_from(
    services: Services, engineer: User, answer: Answer
) -> None:
    kept = services.passport(answer.id, engineer)
    assert kept is not None
    assert (kept.id, kept.user, kept.session, kept.question) == (
        answer.id, "engineer", "talk", ENERGY,
    )  # fmt: skip
    assert answer.governed is not None
    assert kept.plan == answer.plan
    assert (kept.governed, kept.headline) == (answer.governed.sql, answer.headline)
    assert "plant_id IN" not in kept.sql
    assert "plant_id IN" in kept.governed
    assert (kept.scope.role, kept.scope.plants) == ("engineer", engineer.plants)
    assert {p.values for p in kept.scope.predicates} == {tuple(sorted(engineer.plants))}
    parts = services.parts()
    assert kept.versions.semantic_model == parts.model.version
    assert kept.versions.policy == services.policy.version
    assert kept.versions.corpus == services.knowledge.version("default", "plant")
    assert (kept.versions.gemba, kept.versions.language_model) == (core.VERSION, "")
    assert kept.watermark.newest == parts.facts.tables["plant_obt"].within(engineer.plants).last
    assert str(services.settings.data_dir) not in kept.watermark.stamp
    assert kept.rows is not None
    assert (kept.rows.count, kept.rows.is_cut, kept.rows.is_kept) == (2, False, True)
    assert [c.name for c in kept.columns] == [c.name for c in answer.columns]


@pytest.mark.parametrize(
    "question",
    [
        ENERGY,
        PUMPS,
        "OEE yesterday",
        "Daily OEE per plant in June in percent",
        "mean temperature by line in June in °F",
        "List the work orders of last month",
        "energy by plant last week compared with the week before",
        "How many alarms with high priority in 2019?",
        "energy in Haiphong last week",
    ],
)
def test_the_same_data_give_the_same_rows(
    services: Services, engineer: User, question: str
) -> None:
    given = services.answer(question, engineer)
    assert given.status in ("answered", "empty")
    found = services.rerun(given.id, engineer)
    assert (found.verdict, found.why, found.changes, found.notes) == ("same", "", (), ())
    assert found.difference is None


def test_sql_that_a_person_wrote(services: Services, engineer: User) -> None:
    sql = (
        "SELECT plant_id, plant_id, COUNT(*) n FROM plant_obt WHERE event_date = '2026-06-01' "
        "GROUP BY plant_id"
    )
    *_, given = services.run_sql(sql, engineer)
    assert isinstance(given, Answer)
    kept = services.passport(given.id, engineer)
    assert kept is not None
    assert (kept.kind, kept.sql, kept.question) == ("sql", sql, "")
    assert kept.rows is not None
    assert kept.rows.order == (), "this SQL does not order its rows"
    assert services.rerun(given.id, engineer).verdict == "same"


def test_what_has_no_figures_has_no_passport(services: Services, engineer: User) -> None:
    for question in ("blorps by plant", "delete all rows"):
        given = services.answer(question, engineer)
        assert given.status in ("clarify", "refused")
        assert services.passport(given.id, engineer) is None


def test_many_rows_are_printed_beside_the_answer(services: Services, engineer: User) -> None:
    given = services.answer("hourly energy per asset in June", engineer)
    assert given.result is not None
    services._passbook.settle()
    kept = services.passport(given.id, engineer)
    assert kept is not None
    assert kept.rows is not None
    assert (kept.rows.count, kept.rows.is_cut, kept.rows.is_kept) == (10_000, True, False)
    assert services.rerun(given.id, engineer).verdict == "same"


def test_many_at_once_are_all_kept(services: Services, engineer: User, answer: Answer) -> None:
    parts, book = services.parts(), services._passbook
    names = [f"at-once-{number}" for number in range(60)]

    def keep(name: str) -> None:
        book.keep(replace(answer, id=name), "question", "SELECT 1", "", parts)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(keep, names))
    assert all(services.passport(name, engineer) is not None for name in names)


def test_rows_that_were_tampered_with_are_no_rows(
    services: Services, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = services.answer(ENERGY, engineer)
    with sqlite3.connect(services.settings.state_dir / "gemba.db") as file:
        (packed,) = file.execute(
            "SELECT rows FROM passports WHERE answer_id = ?", (given.id,)
        ).fetchone()
        for wrong in (b"", b"\xff" * 200, packed[:100], packed[:-9], packed * 3, os.urandom(999)):
            file.execute("UPDATE passports SET rows = ? WHERE answer_id = ?", (wrong, given.id))
            file.commit()
            found = services.rerun(given.id, services.policy.user("admin"))
            assert found.verdict == "differ"
            assert found.difference is None or found.difference.came == 1


def test_it_is_read_from_the_store_and_not_from_rows_that_are_kept(
    services: Services, engineer: User, answer: Answer
) -> None:
    assert services.answer(ENERGY, engineer).result is not None
    assert services.audit.entries(limit=1)[0]["purpose"] in ("cached", "evidence")
    services.rerun(answer.id, engineer)
    newest = services.audit.entries(limit=1)[0]
    assert (newest["purpose"], newest["answer"]) == ("answer", answer.id)


def test_rows_that_are_drawn_again_have_the_data_of_the_answer_before(
    services: Services, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = services.answer("energy by plant in June", engineer, session="drawn")
    engine = services.parts().engine
    monkeypatch.setattr(engine, "stamp", lambda: "the data were loaded again")
    second = services.answer("as a pie chart", engineer, session="drawn")
    assert (second.source, second.follows) == ("cache", first.id)
    kept, before = (services.passport(a.id, engineer) for a in (second, first))
    assert kept is not None
    assert before is not None
    assert (kept.watermark, kept.follows) == (before.watermark, first.id)
    found = services.rerun(second.id, engineer)
    assert (found.verdict, [c.what for c in found.changes]) == ("same", ["Stored data"])


# -- who may see one --------------------------------------------------------------------------


def test_anothers_passport_is_not_there(services: Services, answer: Answer) -> None:
    viewer = services.policy.user("viewer")
    assert services.passport(answer.id, viewer) is None
    with pytest.raises(UserFixable, match="no passport"):
        services.rerun(answer.id, viewer)
    stranger = replace(services.policy.user("admin"), tenant="another")
    assert services.passport(answer.id, stranger) is None


def test_who_administers_sees_it_and_runs_it_under_his_own_rights(
    services: Services, answer: Answer
) -> None:
    admin = services.policy.user("admin")
    kept = services.passport(answer.id, admin)
    assert kept is not None
    assert kept.headline == answer.headline
    found = services.rerun(answer.id, admin)
    assert (found.verdict, found.count) == ("differ", 3)
    assert {c.what for c in found.changes} == {"Role", "Plants"}
    assert found.difference is not None
    assert (found.difference.came, found.difference.changed) == (1, 0)
    assert "under your own rights" in found.notes[0]
    assert services.audit.entries(limit=1)[0]["user"] == "admin"


def test_who_may_see_less_sees_no_figure_of_then(
    services: Services, answer: Answer, engineer: User
) -> None:
    """The same person, since then given another plant."""
    moved = replace(engineer, plants=("HPH",))
    kept = services.passport(answer.id, moved)
    assert kept is not None
    assert (kept.headline, kept.rows) == ("", None)
    found = services.rerun(answer.id, moved)
    assert (found.verdict, found.difference, found.passport.headline) == ("differ", None, "")
    assert "may not see" in found.notes[0]
    fewer = services.rerun(answer.id, replace(engineer, plants=("HAM",)))
    assert (fewer.verdict, fewer.difference, fewer.count) == ("differ", None, 1)


def test_masks_of_another_kind_hide_what_was_shown(
    services: Services, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "SELECT DISTINCT operator_name FROM plant_obt WHERE event_date = '2026-06-01'"
    *_, given = services.run_sql(sql, engineer)
    assert isinstance(given, Answer)
    assert given.governed is not None
    assert given.governed.masked
    assert services.rerun(given.id, engineer).verdict == "same"
    kept = services.passport(given.id, engineer)
    assert kept is not None
    assert kept.headline
    again = services._passbook._again
    other = dataclasses.replace(again, policy=dataclasses.replace(services.policy, version="new"))
    monkeypatch.setattr(services._passbook, "_again", other)
    kept = services.passport(given.id, engineer)
    assert kept is not None
    assert kept.headline == ""


def test_an_unknown_role_sees_and_runs_nothing(
    services: Services, answer: Answer, engineer: User
) -> None:
    nobody = replace(engineer, role="gone")
    with pytest.raises(Refused):
        services.passport(answer.id, nobody)
    with pytest.raises(Refused):
        services.rerun(answer.id, nobody)


@pytest.mark.parametrize("wrong", ["", "x" * 10_000, "' OR 1=1 --", "\ud800", "ÿ", "%", "a\x00b"])
def test_any_id_is_no_passport(services: Services, engineer: User, wrong: str) -> None:
    assert services.passport(wrong, engineer) is None
    with pytest.raises(UserFixable):
        services.rerun(wrong, engineer)


def test_a_conversation_is_forgotten_for_good(services: Services, engineer: User) -> None:
    one = services.answer(ENERGY, engineer, session="secret")
    other = services.answer(ENERGY, engineer, session="kept")
    assert services.forget(services.policy.user("viewer"), "secret") == 0
    assert services.forget(engineer, "") == 0
    assert services.forget(engineer, "secret") == 1
    assert services.passport(one.id, engineer) is None
    assert services.passport(other.id, engineer) is not None


def test_a_conversation_takes_its_passports_along(services: Services, engineer: User) -> None:
    given = services.answer(ENERGY, engineer, session="deleted")
    assert services.passport(given.id, engineer) is not None
    services.conversations.delete(engineer, "deleted")
    assert services.passport(given.id, engineer) is None


def test_an_answer_is_not_lost_with_its_passport(
    services: Services, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("The passports cannot be reached.")

    monkeypatch.setattr(services._passbook._store, "add", fail)
    given = services.answer(ENERGY, engineer)
    assert given.status == "answered"
    monkeypatch.undo()
    assert services.passport(given.id, engineer) is None


# -- what happens to it in the database -------------------------------------------------------


def changed_in_database(services: Services, answer_id: str, old: str, new: str) -> None:
    with sqlite3.connect(services.settings.state_dir / "gemba.db") as file:
        done = file.execute(
            "UPDATE passports SET passport = replace(passport, ?, ?) WHERE answer_id = ?",
            (old, new, answer_id),
        )
        assert done.rowcount == 1


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"table":"plant_obt"', '"table":"passports"', "no table 'passports'"),
        ('"column":"plant_name"', '"column":"password"', "password"),
        ('"column":"energy_kwh"', '"column":"password"', "password"),
        ('"model":"plant"', '"model":"../../etc/passwd"', "no model"),
        ('"unit":null}],"dimensions"', '"unit":"zzz"}],"dimensions"', ""),
    ],
)
def test_a_plan_that_was_tampered_with_runs_under_governance_or_not(
    services: Services, engineer: User, old: str, new: str, why: str
) -> None:
    given = services.answer(ENERGY, engineer)
    changed_in_database(services, given.id, old, new)
    found = services.rerun(given.id, engineer)
    assert found.verdict == "cannot"
    assert why in found.why


def test_columns_that_were_tampered_with(services: Services, engineer: User) -> None:
    given = services.answer(ENERGY, engineer)
    with sqlite3.connect(services.settings.state_dir / "gemba.db") as file:
        (text,) = file.execute(
            "SELECT passport FROM passports WHERE answer_id = ?", (given.id,)
        ).fetchone()
    kept = json.loads(text)
    kept["value"]["columns"] = []
    changed_in_database(services, given.id, text, json.dumps(kept))
    found = services.rerun(given.id, services.policy.user("admin"))
    assert found.verdict in ("differ", "cannot")
    assert found.difference is None


def test_a_scope_that_was_tampered_with_gives_no_rows_of_others(
    services: Services, engineer: User
) -> None:
    *_, given = services.run_sql("SELECT DISTINCT plant_id FROM plant_obt", engineer)
    assert isinstance(given, Answer)
    changed_in_database(services, given.id, '"HAM"', '"HPH"')
    found = services.rerun(given.id, engineer)
    assert "'HPH'" not in found.governed
    assert found.count == 2
    changed_in_database(
        services, given.id, "SELECT DISTINCT plant_id FROM plant_obt", "DELETE FROM plant_obt"
    )
    found = services.rerun(given.id, engineer)
    assert (found.verdict, bool(found.rule), found.difference) == ("cannot", True, None)


def test_a_passport_that_cannot_be_read_says_so(services: Services, engineer: User) -> None:
    given = services.answer(ENERGY, engineer)
    changed_in_database(services, given.id, '"kind":"question"', '"kind":"root"')
    with pytest.raises(Unavailable, match=r"Passport\.kind"):
        services.rerun(given.id, engineer)


# -- what happens around it -------------------------------------------------------------------


@pytest.fixture
def own_plant(demo_plant: Path, plant_folder: Callable[[Path], Path], tmp_path: Path) -> Path:
    """With a copy of the demo plant's file that a test may write to."""
    file = plant_folder(tmp_path) / "demo" / demo_plant.name
    file.unlink()  # it is a link
    shutil.copy(demo_plant, file)
    return tmp_path


def after(data: Path, change: str, question: str = ENERGY) -> Rerun:
    """The finding of an answer that is run again after a change of the stored data."""
    before = opened(data)
    user = before.policy.user("engineer")
    given = before.answer(question, user)
    before.close()
    with duckdb.connect(str(data / "demo" / "plant.duckdb")) as store:
        store.execute(change)
    again = opened(data)
    try:
        return again.rerun(given.id, user)
    finally:
        again.close()


def test_changed_data_are_told_by_row_with_sums(own_plant: Path) -> None:
    found = after(
        own_plant,
        "UPDATE plant_obt SET energy_kwh = energy_kwh + 1 WHERE plant_id = 'HAM'",
    )
    assert found.verdict == "differ"
    assert "Stored data" in {c.what for c in found.changes}
    assert found.difference is not None
    assert (found.difference.changed, found.difference.came, found.difference.went) == (1, 0, 0)
    (row,) = found.difference.rows
    assert row.key == ("Hamburg",)
    ((label, was, now),) = row.cells
    assert label == "Total energy"
    assert was != now
    assert len(found.difference.sums) == 1


@pytest.mark.thorough
def test_data_that_were_written_again_are_the_same(own_plant: Path) -> None:
    found = after(
        own_plant,
        "CREATE TABLE other AS SELECT * FROM plant_obt ORDER BY hash(event_ts, asset_id);"
        "DROP TABLE plant_obt; ALTER TABLE other RENAME TO plant_obt",
        "mean vibration by line in June",
    )
    assert (found.verdict, [c.what for c in found.changes]) == ("same", ["Stored data"])


def test_a_model_that_lost_what_the_plan_names(
    services: Services, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = services.answer(PUMPS, engineer)
    again, parts = services._passbook._again, services.parts()
    table = parts.model.tables["plant_obt"]
    columns = {name: c for name, c in table.columns.items() if name != "vibration_mm_s"}
    narrowed = dataclasses.replace(
        parts.model,
        version="later",
        tables={**parts.model.tables, "plant_obt": dataclasses.replace(table, columns=columns)},
    )
    other = dataclasses.replace(parts, model=narrowed)
    changed = dataclasses.replace(again, parts_for=lambda *_: other)
    monkeypatch.setattr(services._passbook, "_again", changed)
    found = services.rerun(given.id, engineer)
    assert found.verdict == "cannot"
    assert "vibration_mm_s" in found.why
    kept = services.passport(given.id, engineer)
    assert kept is not None
    assert kept.headline == "", "whether he may see it can no longer be told"


def test_a_model_that_is_gone(
    services: Services, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = services.answer(PUMPS, engineer)
    changed_in_database(services, given.id, '"model":"plant","status"', '"model":"gone","status"')
    found = services.rerun(given.id, engineer)
    assert (found.verdict, "no model 'gone'" in found.why) == ("cannot", True)


def test_another_version_of_what_made_it_is_named(
    services: Services, engineer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = services.answer(PUMPS, engineer)
    monkeypatch.setattr(core, "VERSION", "9.9")
    found = services.rerun(given.id, engineer)
    assert [(c.what, c.after) for c in found.changes] == [("Gemba", "9.9")]
    assert found.verdict == "same"


def test_a_role_that_may_no_longer_use_the_model(
    services: Services, engineer: User, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = services.policy.roles["engineer"]
    roles = {**services.policy.roles, "engineer": dataclasses.replace(role, models=("steel",))}
    monkeypatch.setattr(
        services.models, "_policy", dataclasses.replace(services.policy, roles=roles)
    )
    found = services.rerun(answer.id, engineer)
    assert (found.verdict, found.rule, found.passport.headline) == ("cannot", "ROLE", "")


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == core.VERSION
