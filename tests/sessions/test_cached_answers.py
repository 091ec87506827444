"""Answers from rows that were read before: governed, weighed, recorded, and only one's own."""

import contextlib
import dataclasses
import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.assistant.queries import Errand, Queries
from core.assistant.report import as_json, as_text
from core.errors import OverBudget, QueryCancelled
from core.governance.policy import Mask
from core.services import Services
from core.sessions.link import Link
from core.sessions.sql_cache import SqlCache, Versions
from core.settings import Settings
from core.types import Engine, User
from core.ui.answer_card import badges
from tests.assistant.bakehouse import Bakehouse, rows

_WHO = "SELECT baker, SUM(loaves) AS n FROM bakes GROUP BY baker"


class Cached(Bakehouse):
    """A bakehouse that keeps rows. now: the engine's stamp."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.now = "1"
        self.store.stamp = lambda: self.now
        self.cache = SqlCache(link, self._versions)
        self.queries._cache = self.cache

    def _versions(self, engine: Engine, user: User) -> Versions | None:
        return Versions("bakery", self.parts.model.version, "1")


@pytest.fixture
def house(link: Link) -> Iterator[Cached]:
    with contextlib.closing(Cached(link)) as made:
        yield made


def test_the_second_answer_is_the_first_and_says_so(house: Cached) -> None:
    first = house.ask("loaves by shop")
    ran = len(house.store.ran)
    second = house.ask("loaves by shop")
    assert len(house.store.ran) == ran
    assert rows(second.result) == rows(first.result)
    assert (second.headline, second.facts, second.chart) == (
        first.headline, first.facts, first.chart,
    )  # fmt: skip
    assert second.estimate == first.estimate
    assert first.result is not None
    assert second.result is not None
    assert first.result.read_at is None
    assert second.result.read_at is not None
    assert ":material/bolt: cached " not in badges(first)
    assert ":material/bolt: cached " in badges(second)
    assert as_json(first)["read_at"] is None
    assert as_json(second)["read_at"] == second.result.read_at.isoformat()
    assert "Rows: read at" in as_text(second)
    assert second.source == first.source == "parser"


def test_each_is_recorded_under_its_own_answer(house: Cached) -> None:
    first, second = house.ask("loaves by shop"), house.ask("loaves by shop")
    assert {r[0] for r in house.recorded} == {first.id, second.id}
    theirs = [p for r, p in zip(house.recorded, house.purposes, strict=True) if r[0] == second.id]
    assert set(theirs) == {"cached"}
    assert "cached" not in house.purposes[: -len(theirs)]


def test_without_a_record_no_rows_are_handed_out(house: Cached) -> None:
    house.ask("loaves by shop")
    house.audit_fails = True
    answer = house.ask("loaves by shop")
    assert (answer.status, answer.result) == ("failed", None)


def test_data_that_changed_are_read_anew(house: Cached) -> None:
    before = house.ask("loaves by shop")
    house.store.connection.execute("UPDATE bakes SET loaves = loaves + 1")
    assert rows(house.ask("loaves by shop").result) == rows(before.result)
    house.now = "2"
    assert rows(house.ask("loaves by shop").result) != rows(before.result)


def test_a_budget_that_shrank_holds_for_rows_that_are_there(house: Cached) -> None:
    user = house.policy.user("owner")
    governed = house.queries.govern(_WHO, user, house.parts.model)
    house.queries.run(governed, house.store, Errand("a", user, "q"))
    roles = {n: dataclasses.replace(r, scan_budget_rows=3) for n, r in house.policy.roles.items()}
    house.queries._policy = dataclasses.replace(house.policy, roles=roles)
    with pytest.raises(OverBudget, match="it would read"):
        house.queries.run(governed, house.store, Errand("b", user, "q"))


def test_stop_holds_for_rows_that_are_there(house: Cached) -> None:
    user = house.policy.user("owner")
    governed = house.queries.govern(_WHO, user, house.parts.model)
    house.queries.run(governed, house.store, Errand("a", user, "q"))
    stop = threading.Event()
    stop.set()
    with pytest.raises(QueryCancelled):
        house.queries.run(governed, house.store, Errand("b", user, "q", stop))


def test_no_role_scope_or_mask_gets_anothers_rows(house: Cached) -> None:
    """Everybody asks the same; what each gets with the cache is what each gets without one."""
    base = house.policy
    masks = [Mask("show"), Mask("null"), Mask("hash"), Mask("partial")]
    roles = {
        f"r{n}": dataclasses.replace(base.roles["owner"], name=f"r{n}", personal=mask)
        for n, mask in enumerate(masks)
    }
    roles["blind"] = dataclasses.replace(roles["r0"], name="blind", hidden=("bakes.baker",))
    roles["few"] = dataclasses.replace(roles["r0"], name="few", row_cap=1)
    policy = dataclasses.replace(base, roles=roles)
    users = [
        User(f"{role}-{'-'.join(plants)}", role, plants, tenant)
        for role, plants, tenant in itertools.product(
            roles, (("N",), ("S",), ("N", "S")), ("default", "other")
        )
    ]
    plain = Queries(policy, lambda *_: None)
    cached = Queries(policy, lambda *_: None, cache=house.cache)
    statements = [
        _WHO, "SELECT * FROM bakes ORDER BY baked_at, oven LIMIT 5",
        "SELECT COUNT(*) AS n FROM bakes",
        "SELECT shop_name, COUNT(*) AS n FROM complaints GROUP BY shop_name",
    ]  # fmt: skip
    ran_again = 0
    for sql, _ in itertools.product(statements, range(2)):
        for user in users:
            if user.role == "blind" and "baker" in sql:
                continue
            governed = plain.govern(sql, user, house.parts.model)
            errand = Errand("a", user, "q")
            alone = plain.run(governed, house.store, errand).result
            shared = cached.run(governed, house.store, errand).result
            ran_again += shared.read_at is not None
            assert shared.table.schema.equals(alone.table.schema)
            key = [sorted(map(str, t.to_pylist())) for t in (alone.table, shared.table)]
            assert key[0] == key[1], (sql, user)
            assert shared.truncated == alone.truncated
    # The second round is all from the cache, and nobody profits in the first but by the same key.
    assert ran_again >= len(statements) * len(users) - len(statements) * 6


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    folder = plant_folder(tmp_path_factory.mktemp("cached"))
    with contextlib.closing(Services.open(Settings(data_dir=folder))) as built:
        yield built


_PEOPLE = "SELECT * FROM work_orders ORDER BY work_order_id LIMIT 20"


def test_the_whole_way_over_the_plant(services: Services) -> None:
    admin, engineer = (services.policy.user(n) for n in ("admin", "engineer"))
    first = services.answer("OEE by line in May", admin)
    again = services.answer("OEE by line in May", admin)
    other = services.answer("OEE by line in May", engineer)
    assert rows(first.result) == rows(again.result)
    assert first.result is not None
    assert again.result is not None
    assert other.result is not None
    assert (first.result.read_at, other.result.read_at) == (None, None)
    assert again.result.read_at is not None
    assert again.timings_ms["execute"] < first.timings_ms["execute"]
    newest = [e for e in services.audit.entries(limit=40) if e.get("answer") == again.id]
    assert newest
    assert {e["purpose"] for e in newest} == {"cached"}
    assert services.audit.verify().is_whole


def test_switched_off_it_keeps_nothing(
    plant_folder: Callable[[Path], Path], tmp_path: Path
) -> None:
    plant_folder(tmp_path)
    settings = Settings(data_dir=tmp_path, sql_cache_s=0)
    with contextlib.closing(Services.open(settings)) as built:
        user = built.policy.user("admin")
        for _ in range(2):
            answer = built.answer("OEE by line in May", user)
            assert answer.result is not None
            assert answer.result.read_at is None
