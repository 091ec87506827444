"""Published versions stay for good; who was quicker wins, and the other is told."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from core.errors import Unavailable, UserFixable
from core.thresholds.acts import Change, ref
from core.thresholds.finding import Unfit
from core.thresholds.record import Scope, Source, Threshold, same_contents
from core.thresholds.store import ThresholdStore
from core.thresholds.tables import VERSIONS, row_of
from tests.thresholds.plant import ANN, BOB, EVE, HAMBURG_PUMPS, NOW, demo, threshold

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> ThresholdStore:
    return ThresholdStore(tmp_path)


@pytest.fixture
def strict(tmp_path: Path) -> ThresholdStore:
    return ThresholdStore(tmp_path, four_eyes=True)


def one(changes: tuple[Change, ...]) -> Threshold:
    ((after),) = (change.after for change in changes)
    assert after is not None
    return after


def saved(store: ThresholdStore, at: dt.datetime = NOW, **fields: Any) -> Threshold:
    return one(store.save([threshold(**fields)], ANN, at))


def published(store: ThresholdStore, at: dt.datetime = NOW, **fields: Any) -> Threshold:
    return one(store.publish([ref(saved(store, at, **fields))], demo(), ANN, at=at))


def changed(store: ThresholdStore, seen: Threshold, at: dt.datetime, **fields: Any) -> Threshold:
    return one(store.save([replace(seen, **fields)], BOB, at))


# -- drafts ----------------------------------------------------------------------------------------


def test_a_draft_comes_back_as_it_was_kept(store: ThresholdStore) -> None:
    source = Source("ISO 10816-7:2009", "7", "category II", "", "from public code")
    kept = saved(
        store, scope=HAMBURG_PUMPS, source=source, note="ü €\n2", realarm_min=480, latch=True,
        high=5.100000000000001, valid_from=NOW + dt.timedelta(microseconds=1), weight=0.1,
    )  # fmt: skip
    assert (kept.version, kept.revision, kept.status, kept.author) == (1, 1, "draft", "ann")
    assert store.history(kept.id, ANN.tenant) == (kept,)
    assert store.effective("plant", NOW + 99 * DAY, ANN.tenant) == ()


def test_a_draft_is_changed_in_place(store: ThresholdStore) -> None:
    first = saved(store)
    second = changed(store, first, NOW, high=4.5)
    assert (second.version, second.revision, second.author) == (1, 2, "bob")
    assert store.history(first.id, ANN.tenant) == (second,)
    assert store.save([second], BOB, NOW) == (), "what says the same is passed over"


def test_who_saw_an_older_draft_is_told(store: ThresholdStore) -> None:
    first = saved(store)
    changed(store, first, NOW, high=4.5)
    for act in (
        lambda: store.save([replace(first, high=4.0)], ANN),
        lambda: store.discard([ref(first)], ANN),
        lambda: store.submit([ref(first)], demo(), ANN),
        lambda: store.publish([ref(first)], demo(), ANN),
        lambda: store.change([ref(first)], {"high": 4.0}, ANN),
    ):
        with pytest.raises(UserFixable, match="was changed by bob in the meantime"):
            act()
    assert store.history(first.id, ANN.tenant)[0].high == 4.5


@pytest.mark.parametrize(
    "fields",
    [
        {"high": float("nan")},
        {"high": float("inf")},
        {"kind": "hi"},
        {"severity": "bad"},
        {"note": "\ud800"},
        {"scope": Scope((("asset_id", "\0"),))},
        {"on_delay_min": 10**30},
        {"measure": "x" * 300},
    ],
)
def test_what_cannot_be_kept_is_refused(store: ThresholdStore, fields: dict[str, Any]) -> None:
    with pytest.raises(Unfit) as caught:
        saved(store, **fields)
    assert caught.value.findings
    assert store.current("plant", NOW, ANN.tenant) == ()


def test_a_wrong_draft_is_kept_and_not_published(store: ThresholdStore) -> None:
    wrong = saved(store, kind="band", low=6.0, high=5.1)
    for act in (store.submit, store.publish):
        with pytest.raises(Unfit, match="upside down") as caught:
            act([ref(wrong)], demo(), ANN)
        assert [f.field for f in caught.value.findings[wrong.id]] == ["high"]
    assert store.history(wrong.id, ANN.tenant) == (wrong,)


def test_one_wrong_one_stops_all(store: ThresholdStore) -> None:
    good, bad = saved(store), saved(store, kind="high_high", high=1.0, measure="power_kw", unit="V")
    with pytest.raises(Unfit):
        store.publish([ref(good), ref(bad)], demo(), ANN, at=NOW)
    assert store.effective("plant", NOW, ANN.tenant) == ()
    with pytest.raises(UserFixable):
        store.save([threshold(measure="power_kw"), threshold(id="x", version=3)], ANN)
    assert len(store.current("plant", NOW, ANN.tenant)) == 2


def test_a_bulk_change_sets_the_same_of_many(store: ThresholdStore) -> None:
    drafts = [saved(store), published(store, measure="power_kw", high=20.0)]
    changes = store.change(map(ref, drafts), {"severity": "caution", "weight": 3}, BOB, NOW)
    after = [change.after for change in changes]
    assert [(a.version, a.severity, a.weight, a.status) for a in after if a] == [
        (1, "caution", 3.0, "draft"),
        (2, "caution", 3.0, "draft"),
    ]
    with pytest.raises(UserFixable, match="'status' cannot be set"):
        store.change(map(ref, drafts), {"status": "published"}, BOB)


# -- publication -----------------------------------------------------------------------------------


def test_each_day_has_its_version(store: ThresholdStore) -> None:
    first = published(store)
    second = changed(store, first, NOW + DAY, high=4.5)
    store.publish([ref(second)], demo(), BOB, valid_from=NOW + 2 * DAY, at=NOW + DAY)

    def high(at: dt.datetime) -> list[float | None]:
        return [t.high for t in store.effective("plant", at, ANN.tenant)]

    assert high(NOW - MINUTE) == []
    assert high(NOW) == [5.1]
    assert high(NOW + 2 * DAY - MINUTE) == [5.1]
    assert high(NOW + 2 * DAY) == [4.5]
    assert [t.version for t in store.history(first.id, ANN.tenant)] == [2, 1]
    assert store.history(first.id, ANN.tenant)[1] == first
    (current,) = store.current("plant", NOW + DAY, ANN.tenant)
    assert (current.newest.version, current.in_force) == (2, first)


def test_published_history_cannot_be_rewritten(store: ThresholdStore) -> None:
    first = published(store)
    second = changed(store, first, NOW, high=4.5)
    for moment in (NOW - DAY, NOW):
        with pytest.raises(Unfit, match="published history is never changed"):
            store.publish([ref(second)], demo(), BOB, valid_from=moment, at=NOW + DAY)


def test_nothing_of_the_store_writes_over_a_published_row(
    store: ThresholdStore, tmp_path: Path
) -> None:
    first = published(store)
    second = changed(store, first, NOW, high=4.5)
    store.discard([ref(second)], BOB)
    third = changed(store, first, NOW, high=4.0)
    store.publish([ref(third)], demo(), BOB, at=NOW + DAY)
    store.roll_back(ref(store.history(first.id, ANN.tenant)[0]), 1, ANN, NOW + 2 * DAY)
    with sqlite3.connect(tmp_path / "gemba.db") as connection:
        rows = connection.execute(
            "SELECT high, revision FROM threshold_versions WHERE status = 'published' "
            "ORDER BY version"
        ).fetchall()
        assert rows == [(5.1, first.revision), (4.0, 2)]
        for statement in (
            "UPDATE threshold_versions SET high = 9",
            "DELETE FROM threshold_versions",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                connection.execute(f"{statement} WHERE version = 1")


def test_back_to_an_old_version_is_another_one(store: ThresholdStore) -> None:
    first = published(store, note="as measured")
    second = one(
        store.publish([ref(changed(store, first, NOW, high=4.5))], demo(), BOB, at=NOW + DAY)
    )
    third = one(store.roll_back(ref(second), 1, ANN, NOW + 2 * DAY))
    assert same_contents(third, first)
    assert (third.version, third.status, third.author) == (3, "draft", "ann")
    with pytest.raises(UserFixable, match="has a draft"):
        store.roll_back(ref(third), 1, ANN)
    store.publish([ref(third)], demo(), ANN, at=NOW + 2 * DAY)
    with pytest.raises(UserFixable, match="There is no version 9"):
        store.roll_back(ref(store.history(first.id, ANN.tenant)[0]), 9, ANN)


def test_out_of_force_is_a_version_too(store: ThresholdStore) -> None:
    first = published(store)
    last = one(store.retire([ref(first)], demo(), BOB, valid_from=NOW + 2 * DAY, at=NOW + DAY))
    assert (last.version, last.status, last.ends) == (2, "retired", True)
    assert store.effective("plant", NOW + DAY, ANN.tenant) == (first,)
    assert store.effective("plant", NOW + 2 * DAY, ANN.tenant) == ()
    assert store.current("plant", NOW + 3 * DAY, ANN.tenant) == ()
    with pytest.raises(UserFixable, match="out of force already"):
        store.retire([ref(last)], demo(), BOB)
    again = one(store.roll_back(ref(last), 1, ANN, NOW + 3 * DAY))
    store.publish([ref(again)], demo(), ANN, at=NOW + 3 * DAY)
    assert [t.high for t in store.effective("plant", NOW + 3 * DAY, ANN.tenant)] == [5.1]


def test_one_that_is_ahead_ends_at_its_own_beginning(store: ThresholdStore) -> None:
    ahead = saved(store, valid_from=NOW + DAY)
    first = one(store.publish([ref(ahead)], demo(), ANN, at=NOW))
    last = one(store.retire([ref(first)], demo(), BOB, at=NOW + MINUTE))
    assert last.valid_from == NOW + DAY
    assert store.effective("plant", NOW + 2 * DAY, ANN.tenant) == ()
    assert store.beside("plant", NOW + MINUTE, ANN.tenant) == {}


def test_a_moment_with_a_zone_is_kept_in_utc(store: ThresholdStore) -> None:
    berlin = dt.timezone(dt.timedelta(hours=2))
    draft = saved(store)
    when = dt.datetime(2026, 7, 2, 8, tzinfo=berlin)
    first = one(store.publish([ref(draft)], demo(), ANN, valid_from=when, at=NOW))
    assert first.valid_from == dt.datetime(2026, 7, 2, 6)


# -- beside others ---------------------------------------------------------------------------------


def test_one_of_a_kind_at_a_time(store: ThresholdStore) -> None:
    first = published(store)
    with pytest.raises(Unfit, match="There is one of this kind"):
        published(store, high=6.0)
    second = next(c.newest for c in store.current("plant", NOW, ANN.tenant) if not c.in_force)
    store.retire([ref(first)], demo(), ANN, valid_from=NOW + 3 * DAY, at=NOW + DAY)
    with pytest.raises(Unfit, match="There is one of this kind"):
        store.publish([ref(second)], demo(), ANN, valid_from=NOW + 2 * DAY, at=NOW + DAY)
    store.publish([ref(second)], demo(), ANN, valid_from=NOW + 3 * DAY, at=NOW + DAY)
    assert store.effective("plant", NOW + 2 * DAY, ANN.tenant) == (first,)
    assert [t.high for t in store.effective("plant", NOW + 3 * DAY, ANN.tenant)] == [6.0]


def test_drafts_of_a_pair_are_checked_as_they_will_stand(store: ThresholdStore) -> None:
    high, high_high = published(store), published(store, kind="high_high", high=8.5)
    alone = changed(store, high, NOW, high=9.0)
    with pytest.raises(Unfit, match="above the limit of the kind High high"):
        store.publish([ref(alone)], demo(), ANN, at=NOW + DAY)
    other = changed(store, high_high, NOW, high=12.0)
    store.submit([ref(alone), ref(other)], demo(), ANN, NOW + DAY)
    both = [c.newest for c in store.current("plant", NOW + DAY, ANN.tenant)]
    store.publish(map(ref, both), demo(), ANN, at=NOW + DAY)
    assert {t.high for t in store.effective("plant", NOW + DAY, ANN.tenant)} == {9.0, 12.0}


# -- four eyes -------------------------------------------------------------------------------------


def test_four_eyes_are_two_people(strict: ThresholdStore) -> None:
    draft = saved(strict)
    with pytest.raises(UserFixable, match="not approved yet"):
        strict.publish([ref(draft)], demo(), BOB)
    with pytest.raises(UserFixable, match="does not wait for approval"):
        strict.approve([ref(draft)], BOB)
    pending = one(strict.submit([ref(draft)], demo(), ANN, NOW))
    with pytest.raises(UserFixable, match="somebody else has to approve it"):
        strict.approve([ref(pending)], ANN)
    with pytest.raises(UserFixable, match="not approved yet"):
        strict.publish([ref(pending)], demo(), BOB)
    approved = one(strict.approve([ref(pending)], BOB))
    done = one(strict.publish([ref(approved)], demo(), ANN, at=NOW))
    assert (done.status, done.author, done.approver) == ("published", "ann", "bob")


def test_a_change_after_approval_needs_another_one(strict: ThresholdStore) -> None:
    pending = one(strict.submit([ref(saved(strict))], demo(), ANN, NOW))
    approved = one(strict.approve([ref(pending)], BOB))
    again = one(strict.save([replace(approved, high=50.0)], ANN, NOW))
    assert (again.status, again.approver) == ("draft", "")
    with pytest.raises(UserFixable, match="not approved yet"):
        strict.publish([ref(again)], demo(), ANN)


def test_sent_back_it_is_a_draft(strict: ThresholdStore) -> None:
    pending = one(strict.submit([ref(saved(strict))], demo(), ANN, NOW))
    assert one(strict.send_back([ref(pending)], BOB)).status == "draft"


def test_out_of_force_needs_four_eyes_too(store: ThresholdStore, strict: ThresholdStore) -> None:
    first = published(store)
    ending = one(strict.retire([ref(first)], demo(), ANN, at=NOW + DAY))
    assert (ending.status, ending.ends) == ("pending", True)
    assert strict.effective("plant", NOW + 2 * DAY, ANN.tenant) == (first,)
    approved = one(strict.approve([ref(ending)], BOB))
    strict.publish([ref(approved)], demo(), BOB, at=NOW + DAY)
    assert strict.effective("plant", NOW + 2 * DAY, ANN.tenant) == ()


# -- who and how many ------------------------------------------------------------------------------


def test_tenants_see_nothing_of_one_another(store: ThresholdStore) -> None:
    first = published(store)
    assert store.history(first.id, EVE.tenant) == ()
    assert store.effective("plant", NOW, EVE.tenant) == ()
    assert store.current("plant", NOW, EVE.tenant) == ()
    assert store.beside("plant", NOW, EVE.tenant) == {}
    for act in (
        lambda: store.change([ref(first)], {"high": 1.0}, EVE),
        lambda: store.retire([ref(first)], demo(), EVE),
        lambda: store.save([first], EVE),
        lambda: store.discard([ref(first)], EVE),
    ):
        with pytest.raises(UserFixable, match="not there any more"):
            act()
    theirs = one(store.save([replace(first, version=0)], EVE, NOW))
    assert theirs.id == first.id, "an id is a tenant's own"
    assert store.history(first.id, ANN.tenant) == (first,)


def publish_each(folder: Path, drafts: list[Threshold], start: Barrier, said: Queue[str]) -> None:
    """One process: publish draft after draft, each at the same time as the other process."""
    store = ThresholdStore(folder)
    demo()
    for draft in drafts:
        start.wait(60)
        try:
            store.publish([ref(draft)], demo(), ANN, at=NOW)
            said.put("published")
        except UserFixable as error:
            said.put(str(error))


def test_of_two_processes_that_publish_at_once_one_wins(
    store: ThresholdStore, tmp_path: Path
) -> None:
    rounds = 6
    scopes = [Scope((("asset_id", f"CNC-{n + 1:02d}"),)) for n in range(rounds)]
    drafts = [[saved(store, scope=scope, high=5.0 + n) for scope in scopes] for n in range(2)]
    context = multiprocessing.get_context("spawn")
    start, said = context.Barrier(2), context.Queue()
    processes = [
        context.Process(target=publish_each, args=(tmp_path, each, start, said)) for each in drafts
    ]
    for process in processes:
        process.start()
    texts = [said.get(timeout=90) for _ in range(2 * rounds)]
    for process in processes:
        process.join(60)
    assert texts.count("published") == rounds
    assert sum("There is one of this kind" in text for text in texts) == rounds
    assert len(store.effective("plant", NOW, ANN.tenant)) == rounds


def test_of_two_who_change_a_draft_at_once_one_wins(store: ThresholdStore) -> None:
    draft = saved(store)
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(changed, store, draft, NOW, high=float(n)) for n in range(1, 9)]
    failed = [found for each in tries if (found := each.exception()) is not None]
    assert len(failed) == 7
    assert all("in the meantime" in str(error) for error in failed), failed
    assert store.history(draft.id, ANN.tenant)[0].revision == 2


def test_a_row_is_written_whole() -> None:
    assert set(row_of(threshold(), "t")) == set(VERSIONS.columns.keys())


def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    store = ThresholdStore(tmp_path)
    with sqlite3.connect(tmp_path / "gemba.db") as connection:
        connection.execute("DROP TABLE threshold_versions")
    with pytest.raises(Unavailable, match="could not be written"):
        saved(store)
    with pytest.raises(Unavailable, match="could not be read"):
        store.effective("plant", NOW, ANN.tenant)
