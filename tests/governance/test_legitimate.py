"""What engineers, analysts and their tools write: all of it is accepted, and its rows stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import Refused
from core.execution.dialect import to_duckdb
from core.governance.govern import govern
from tests.governance import fixtures, legitimate
from tests.governance.legitimate import Stores, World

LEAST = 400


@pytest.fixture(scope="module")
def worlds() -> dict[bool, World]:
    """By whether it is the mill."""
    return {True: legitimate.mill_world(), False: legitimate.plant_world()}


@pytest.fixture(scope="module")
def stores(demo_plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    by_mill = {
        True: legitimate.mill_stores(tmp_path_factory.mktemp("mill")),
        False: legitimate.plant_stores(demo_plant, tmp_path_factory.mktemp("plant")),
    }
    yield by_mill
    for pair in by_mill.values():
        pair.close()


def _governed(case: fixtures.Case, user, world: World) -> str:
    try:
        return govern(case.sql, user, world.policy, world.model).sql
    except Refused as error:
        pytest.fail(f"{case.title!r} is refused for {user.name}: {error}")


def test_none_is_refused(worlds: dict[bool, World], capsys: pytest.CaptureFixture[str]):
    refused: list[str] = []
    count = 0
    texts: set[str] = set()
    for file in legitimate.FILES:
        world = worlds[file == legitimate.MILL]
        for case in legitimate.cases(file):
            count += 1
            texts.add(" ".join(case.sql.split()))
            try:
                govern(case.sql, world.everyone, world.policy, world.model)
            except Refused as error:
                refused.append(f"{file}, {case.title}: {error}")
    with capsys.disabled():
        print(f"\n{count} legitimate SELECTs, {len(refused)} refused")
    assert not refused, "\n".join(refused)
    assert count >= LEAST
    assert len(texts) == count, "a text stands twice"


@pytest.mark.parametrize("file", legitimate.FILES)
def test_rows_stay(file: str, worlds: dict[bool, World], stores: dict[bool, Stores]):
    """For somebody who sees everything, and for one scope value against a store of that alone."""
    is_mill = file == legitimate.MILL
    world, store = worlds[is_mill], stores[is_mill]
    for case in legitimate.cases(file):
        for user, plain in ((world.everyone, store.whole), (world.one, store.part)):
            sql = _governed(case, user, world)
            found = legitimate.difference(case, sql, store.whole, plain)
            assert not found, f"{case.title!r} for {user.name}: {found}\n{sql}"
        if case.keys.get("rows") != "none":
            some = store.whole.execute(to_duckdb(legitimate.as_written(case))).fetchone()
            assert some is not None, f"{case.title!r} finds no rows and proves nothing"


@pytest.mark.parametrize("file", legitimate.FILES)
def test_governing_twice_changes_nothing(file: str, worlds: dict[bool, World]):
    world = worlds[file == legitimate.MILL]
    for case in legitimate.cases(file):
        for user in (world.everyone, world.one, *world.others):
            first = _governed(case, user, world)
            second = govern(first, user, world.policy, world.model).sql
            assert second == first, f"{case.title!r} for {user.name}"


@pytest.mark.parametrize("file", legitimate.FILES)
def test_runs_for_roles_with_masks(
    file: str, worlds: dict[bool, World], stores: dict[bool, Stores]
):
    is_mill = file == legitimate.MILL
    world = worlds[is_mill]
    for case in legitimate.cases(file):
        for user in world.others:
            sql = _governed(case, user, world)
            stores[is_mill].whole.execute(to_duckdb(sql)).fetchall()


def test_titles_are_unique():
    titles = [case.title for file in legitimate.FILES for case in legitimate.cases(file)]
    assert len(titles) == len(set(titles)), sorted(t for t in titles if titles.count(t) > 1)


def test_order_keys_stop_where_the_result_has_no_such_column():
    sql = "SELECT a, SUM(b) AS s FROM t GROUP BY a ORDER BY s DESC, 1, SUM(c), a"
    assert legitimate.order_keys(sql, ["a", "s"]) == [1, 0]
    assert legitimate.order_keys("SELECT a FROM t", ["a"]) == []
