"""Figures of what was meant and of what came are held against one another, row by row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.__main__ import main
from core.drafting.found import FoundColumn
from core.drafting.natures import Natured
from core.drafting.pairs import pairs_of
from core.drafting.words import umlauted
from core.services import Services
from core.settings import Settings

#: Machine, planned and actual hours, pieces: as planned, above, below, and not done yet.
ROWS = [
    ("Säge", "4", "4", 10), ("Säge", "4", "5,5", 20), ("Fräse", "8", "6", 30),
    ("Fräse", "2", "2,5", 40), ("Fräse", "2", "", 50),
]  # fmt: skip


def natures(*names: str, unit: str | None = "h") -> dict[str, Natured]:
    return {
        name: Natured(FoundColumn(name, "DOUBLE", "double"), "double", "measure", unit)
        for name in names
    }


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("planned_hours", "actual_hours", "cost"), (("actual_hours", "planned_hours"),)),
        (("Planstunden", "Iststunden"), (("Iststunden", "Planstunden"),)),
        (("gio_du_kien", "gio_thuc_te"), (("gio_thuc_te", "gio_du_kien"),)),
        (("cost_budget", "cost_actual"), (("cost_actual", "cost_budget"),)),
        (("planned_hours", "actual_cost"), ()),
        (("planned_hours", "hours"), ()),
        (("plan", "ist"), ()),
        (("plant", "actual"), ()),
    ],
)
def test_what_was_meant_and_what_came(
    names: tuple[str, ...], found: tuple[tuple[str, str], ...]
) -> None:
    assert pairs_of(natures(*names)) == found


def test_other_units_are_no_pair() -> None:
    two = natures("planned_hours") | natures("actual_hours", unit="d")
    assert pairs_of(two) == ()


def test_what_a_file_spells_with_two_letters() -> None:
    assert umlauted("Auftraege") == ("aufträge", "aufträgen")
    assert umlauted("Geraet") == ("gerät",)
    assert umlauted("Orders") == ()


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("pairs")
    file = folder / "auftraege.csv"
    lines = [f"0{k + 1}.04.2026;{';'.join(map(str, row))}" for k, row in enumerate(ROWS)]
    head = "Angelegt am;Maschine;Planstunden [h];Iststunden [h];Stückzahl"
    file.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMBA_DATA_DIR", str(folder / "data"))
        assert main(["import", str(file), "--dates", "dmy", "--yes"]) == 0
    found = Services.open(Settings(data_dir=folder / "data", model="auftraege"))
    yield found
    found.close()


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("Bei wie vielen Aufträgen lagen die Iststunden über den Planstunden?", [(2,)]),
        ("Number of auftraege where iststunden exceeded planstunden", [(2,)]),
        ("How many auftraege had planstunden above iststunden?", [(1,)]),
        ("Wie viele Aufträge hatten Iststunden unter den Planstunden?", [(1,)]),
        ("How many auftraege had iststunden at least planstunden by maschine?",
         [("Fräse", 1), ("Säge", 2)]),
        ("Summe Stückzahl je Maschine", [("Fräse", 120), ("Säge", 30)]),
    ],
)  # fmt: skip
def test_rows_by_two_of_their_figures(
    services: Services, question: str, rows: list[tuple[object, ...]]
) -> None:
    answer = services.answer(question, services.policy.user("admin"))
    assert answer.status == "answered", answer.message
    assert answer.result is not None
    found = sorted(tuple(row.values()) for row in answer.result.table.to_pylist())
    assert found == rows


@pytest.mark.parametrize(
    "question", ["Stückzahl über den Planstunden", "auftraege with stuckzahl above planstunden"]
)
def test_two_figures_without_a_difference_are_asked_back(services: Services, question: str) -> None:
    assert services.answer(question, services.policy.user("admin")).status == "clarify"
