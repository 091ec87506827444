"""What each person sees and may do at the desk of thresholds, over the demo plant."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import Refused, UserFixable
from core.services import Services
from core.settings import Settings
from core.threshold_desk.bench import Bench
from core.threshold_desk.plants import EVERYWHERE
from core.thresholds.acts import ref
from core.thresholds.finding import Unfit
from core.thresholds.record import Scope, Threshold
from core.types import User

PUMPS = Scope((("asset_class", "pump"),))
HAMBURG_PUMPS = Scope((("asset_class", "pump"), ("plant_id", "HAM")))
HAMBURG = Scope((("plant_id", "HAM"),))
PUMP_3 = Scope((("asset_id", "PMP-03"),))


@pytest.fixture(scope="module")
def shared(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    data = plant_folder(tmp_path_factory.mktemp("desk"))
    built = Services.open(Settings(data_dir=data))
    yield built
    built.close()


@pytest.fixture
def desk(shared: Services) -> Services:
    """With no threshold at all."""
    admin = bench(shared, "admin")
    drafts = [ref(one.newest) for one in admin.drafts()]
    if drafts:
        admin.discard(drafts)
    held = [r.threshold for r in admin.holdings(EVERYWHERE) if not r.is_fallback]
    if held:
        admin.retire([ref(one) for one in held])
    return shared


def bench(services: Services, name: str) -> Bench:
    return services.thresholds.bench(services.policy.user(name))


def written(at: Bench, scope: Scope, high: float = 5.1, **fields: Any) -> Threshold:
    """A draft that is kept."""
    one = dataclasses.replace(at.blank(scope, "vibration_mm_s"), scope=scope, high=high, **fields)
    (change,) = at.save(one)
    assert change.after is not None
    return change.after


def published(at: Bench, scope: Scope, high: float = 5.1, **fields: Any) -> Threshold:
    (change,) = at.publish([ref(written(at, scope, high, **fields))])
    assert change.after is not None
    return change.after


# -- places ----------------------------------------------------------------------------------------


def test_the_tree_holds_the_persons_plants_alone(desk: Services) -> None:
    engineer = bench(desk, "engineer")
    top = engineer.branches("plant_id", EVERYWHERE)
    assert [(one.value, one.assets) for one in top] == [("AUS", 24), ("HAM", 24)]
    lines = engineer.branches("plant_id", top[1].path)
    assert [one.value for one in lines] == ["Line 1", "Line 2", "Line 3", "Line 4"]
    assets = engineer.branches("plant_id", lines[0].path)
    assert assets
    assert all(one.is_leaf for one in assets)
    assert engineer.branches("plant_id", assets[0].path) == ()
    classes = engineer.branches("asset_class", EVERYWHERE)
    assert sum(one.assets for one in classes) == 48


def test_an_asset_in_the_tree_is_named_alone_in_a_scope(desk: Services) -> None:
    known = bench(desk, "admin").known
    path = Scope((("plant_id", "HAM"), ("line_name", "Line 1"), ("asset_id", "PMP-03")))
    assert known.node(path) == PUMP_3
    assert known.node(HAMBURG) == HAMBURG


def test_a_plant_that_is_not_ones_own_has_nothing(desk: Services) -> None:
    viewer = bench(desk, "viewer")
    assert viewer.branches("plant_id", HAMBURG) == ()
    assert viewer.assets(HAMBURG) == ()
    with pytest.raises(UserFixable, match="PMP-03"):
        viewer.curve("PMP-03", "vibration_mm_s", *viewer.window(7))


def test_nobody_without_plants_sees_an_asset(desk: Services) -> None:
    none = desk.thresholds.bench(User("new", "engineer", ()))
    assert none.assets() == ()
    assert none.branches("plant_id", EVERYWHERE) == ()


# -- what holds ------------------------------------------------------------------------------------


def test_the_nearest_wins_and_shows_what_it_hides(desk: Services) -> None:
    admin = bench(desk, "admin")
    general = published(admin, PUMPS, 5.1)
    near = published(admin, HAMBURG_PUMPS, 4.0)
    rows = {r.threshold.id: r for r in admin.holdings(HAMBURG) if not r.is_fallback}
    assert set(rows) == {near.id}
    assert [one.id for one in rows[near.id].hides] == [general.id]
    assert rows[near.id].where == "inside"
    assert len(rows[near.id].assets) < rows[near.id].of == 24
    everywhere = {r.threshold.id: r for r in admin.holdings(EVERYWHERE) if not r.is_fallback}
    assert set(everywhere) == {general.id, near.id}
    assert not set(everywhere[general.id].assets) & set(everywhere[near.id].assets)
    own = {r.threshold.id: r for r in admin.holdings(PUMP_3) if not r.is_fallback}
    assert own[near.id].where == "above"
    assert own[near.id].assets == ("PMP-03",)


def test_the_models_limits_hold_where_there_is_no_threshold(desk: Services) -> None:
    admin = bench(desk, "admin")
    before = [r for r in admin.holdings(PUMP_3) if r.is_fallback]
    assert {r.threshold.high for r in before} == {5.1, 8.5}
    published(admin, PUMPS, 5.1)
    assert not any(r.is_fallback for r in admin.holdings(PUMP_3))


def test_a_threshold_of_anothers_plant_is_not_seen(desk: Services) -> None:
    admin, viewer = bench(desk, "admin"), bench(desk, "viewer")
    one = published(admin, HAMBURG_PUMPS)
    assert not [r for r in viewer.holdings(EVERYWHERE) if r.threshold.id == one.id]
    with pytest.raises(UserFixable, match="not there"):
        viewer.get(one.id)
    with pytest.raises(UserFixable, match="not there"):
        viewer.history(one.id)
    assert one.id.encode() not in viewer.export()


# -- rights ----------------------------------------------------------------------------------------


def test_a_viewer_changes_nothing(desk: Services) -> None:
    viewer = bench(desk, "viewer")
    here = Scope((("plant_id", "HPH"),))
    with pytest.raises(Refused, match="may not change"):
        written(viewer, here)
    with pytest.raises(Refused, match="may not change"):
        viewer.import_file(b"measure,kind,plant_id,high\nvibration_mm_s,high,HPH,9\n")
    with pytest.raises(Refused, match="may not change"):
        viewer.install("vibration")


@pytest.mark.parametrize(
    "scope", [PUMPS, Scope((("plant_id", "HPH"),)), Scope((("line_name", "Line 1"),))]
)
def test_an_engineer_writes_for_their_own_plants_alone(desk: Services, scope: Scope) -> None:
    engineer = bench(desk, "engineer")
    with pytest.raises(Refused, match="not yours"):
        written(engineer, scope)
    assert written(engineer, HAMBURG_PUMPS).status == "draft"


def test_a_threshold_cannot_be_moved_into_another_plant_or_out_of_it(desk: Services) -> None:
    admin, engineer = bench(desk, "admin"), bench(desk, "engineer")
    theirs = written(admin, Scope((("plant_id", "HPH"),)))
    with pytest.raises(Refused, match="not yours"):
        engineer.save(dataclasses.replace(theirs, scope=HAMBURG))
    mine = written(engineer, HAMBURG)
    with pytest.raises(Refused, match="not yours"):
        engineer.change([ref(mine)], {"scope": Scope((("plant_id", "HPH"),))})
    with pytest.raises(UserFixable):
        engineer.discard([ref(theirs)])


def test_an_engineer_submits_and_an_administrator_publishes(desk: Services) -> None:
    engineer, admin = bench(desk, "engineer"), bench(desk, "admin")
    draft = written(engineer, HAMBURG)
    with pytest.raises(Refused, match="approve or publish"):
        engineer.publish([ref(draft)])
    (submitted,) = engineer.submit([ref(draft)])
    assert submitted.after is not None
    (done,) = admin.publish([ref(submitted.after)])
    assert done.after is not None
    assert (done.after.status, done.after.approver) == ("published", "admin")
    with pytest.raises(Refused, match="approve or publish"):
        engineer.retire([ref(done.after)])


def test_a_wrong_draft_is_kept_told_and_not_submitted(desk: Services) -> None:
    admin = bench(desk, "admin")
    draft = written(admin, PUMPS, 5.1, unit="bar")
    assert [one.field for one in admin.check(draft)] == ["unit"]
    with pytest.raises(Unfit):
        admin.submit([ref(draft)])
    with pytest.raises(Unfit):
        admin.compare(admin.get(draft.id), *admin.window(7))


def test_history_difference_and_going_back(desk: Services) -> None:
    admin = bench(desk, "admin")
    first = published(admin, PUMPS, 5.1)
    (change,) = admin.save(dataclasses.replace(first, high=4.5))
    assert change.after is not None
    admin.publish([ref(change.after)])
    second = admin.get(first.id).newest
    (back,) = admin.roll_back(ref(second), 1)
    assert back.after is not None
    assert back.after.high == 5.1
    versions = admin.history(first.id)
    assert [one.version for one in versions] == [3, 2, 1]
    said = [one.text for one in admin.differences(versions[2], versions[1])]
    assert said[:1] == ["High limit: 5.1 mm/s → 4.5 mm/s"]


# -- on history ------------------------------------------------------------------------------------


def test_a_draft_is_tried_against_what_is_in_force(desk: Services) -> None:
    admin = bench(desk, "admin")
    first = published(admin, PUMPS, 4.0, on_delay_min=10)
    admin.save(dataclasses.replace(first, high=2.0))
    compared = admin.compare(admin.get(first.id), *admin.window(28))
    assert compared.draft is not None
    assert compared.current is not None
    assert compared.draft.alerts > compared.current.alerts
    assert sum(count for count, _ in compared.draft.by_asset.values()) == compared.draft.alerts
    assert sum(load.alerts for load in compared.draft.loads) == compared.draft.alerts
    assert sum(one.n for one in compared.draft.healths) == compared.draft.alerts
    assert {load.plant for load in compared.draft.loads} == {"HAM", "AUS", "HPH"}
    assert {load.target for load in compared.draft.loads} == {48.0}


def test_a_trial_counts_only_where_no_nearer_threshold_holds(desk: Services) -> None:
    admin = bench(desk, "admin")
    published(admin, HAMBURG_PUMPS, 9.0)
    draft = written(admin, PUMPS, 2.0)
    tried = admin.compare(admin.get(draft.id), *admin.window(7)).draft
    assert tried is not None
    hamburg = set(admin.assets(HAMBURG))
    assert tried.by_asset
    assert not set(tried.by_asset) & hamburg


def test_a_trial_shows_the_persons_assets_alone(desk: Services) -> None:
    admin, engineer = bench(desk, "admin"), bench(desk, "engineer")
    one = published(admin, PUMPS, 2.0)
    tried = engineer.compare(engineer.get(one.id), *engineer.window(7)).current
    assert tried is not None
    assert tried.by_asset
    assert set(tried.by_asset) <= set(engineer.assets())
    load = engineer.load(*engineer.window(7))
    assert {course.asset for course in load.courses} <= set(engineer.assets())


def test_a_plant_whose_data_end_earlier_is_not_silent(desk: Services) -> None:
    admin = bench(desk, "admin")
    start, end = admin.window(2)
    one = dataclasses.replace(
        admin.blank(EVERYWHERE, "temperature_c"), id="gone", version=1, kind="missing", high=60.0,
        scope=Scope((("asset_class", "pump"),)),
    )  # fmt: skip
    tried = admin.try_out([one], start, end)
    ends = admin.known.ends
    assert len(set(ends.values())) > 1
    for course in tried.courses:
        assert all(span.raised_at < ends[course.plant] for span in course.spans)


def test_a_window_has_bounds(desk: Services) -> None:
    admin = bench(desk, "admin")
    one = dataclasses.replace(admin.blank(PUMPS, "vibration_mm_s"), id="x", version=1, high=2.0)
    long_ago = dt.datetime(2001, 1, 1)
    with pytest.raises(UserFixable, match="no readings"):
        admin.try_out([one], long_ago, long_ago + dt.timedelta(days=3))
    with pytest.raises(UserFixable, match="366"):
        admin.window(1_000)


# -- files, sets and the audit ---------------------------------------------------------------------


def test_what_goes_out_comes_back_unchanged(desk: Services) -> None:
    admin = bench(desk, "admin")
    published(admin, PUMPS, 5.1)
    report = admin.import_file(admin.export())
    assert (report.rows, report.same, report.wrong) == (1, 1, 0)


def test_a_row_of_another_plant_is_reported_and_not_taken(desk: Services) -> None:
    engineer = bench(desk, "engineer")
    file = b"measure,kind,plant_id,high\nvibration_mm_s,high,HAM,9\nvibration_mm_s,high,HPH,9\n"
    looked = engineer.import_file(file, trial=True)
    assert [(p.line, p.severity) for p in looked.problems if p.severity == "error"] == [
        (3, "error")
    ]
    assert engineer.import_file(file).changes == ()
    taken = engineer.import_file(file, take="right").changes
    assert [c.after.scope for c in taken if c.after] == [HAMBURG]


def test_a_file_does_not_change_what_holds_for_another_plant(desk: Services) -> None:
    admin, engineer = bench(desk, "admin"), bench(desk, "engineer")
    theirs = written(admin, Scope((("plant_id", "HPH"),)))
    file = f"id,measure,kind,plant_id,high\n{theirs.id},vibration_mm_s,high,HAM,1\n".encode()
    assert engineer.import_file(file, take="right").changes == ()
    assert admin.get(theirs.id).newest == theirs


def test_sets_are_installed_once_and_only_where_one_may(desk: Services) -> None:
    engineer, admin = bench(desk, "engineer"), bench(desk, "admin")
    chosen = next(one for one in admin.sets() if one.name == "vibration")
    assert engineer.installable(chosen) == ()
    with pytest.raises(Refused, match="not yours"):
        engineer.install("vibration")
    wanted = len(admin.installable(chosen))
    assert len(admin.install("vibration")) == wanted
    assert admin.installable(chosen) == ()
    assert admin.install("vibration") == ()


def test_each_act_and_each_reading_is_in_the_audit(desk: Services) -> None:
    admin = bench(desk, "admin")
    one = published(admin, PUMPS, 5.1)
    admin.compare(admin.get(one.id), *admin.window(7))
    admin.curve("PMP-03", "vibration_mm_s", *admin.window(7))
    admin.suggest(one, *admin.window(30))
    admin.export()
    entries = desk.audit.entries(limit=6)
    assert [(e["event"], e.get("act") or e.get("what")) for e in reversed(entries)] == [
        ("threshold", "save"),
        ("threshold", "publish"),
        ("threshold_read", "trial"),
        ("threshold_read", "curve"),
        ("threshold_read", "suggest"),
        ("export", "thresholds"),
    ]
    publish = entries[4]["thresholds"][0]
    assert (publish["id"], publish["status"]) == (one.id, "published")
    assert all(e["user"] == "admin" for e in entries)


def test_another_tenant_sees_nothing(desk: Services) -> None:
    one = published(bench(desk, "admin"), PUMPS)
    eve = desk.thresholds.bench(User("eve", "admin", ("HAM", "AUS", "HPH"), tenant="other"))
    assert eve.drafts() == ()
    with pytest.raises(UserFixable, match="not there"):
        eve.get(one.id)


def test_a_measure_that_is_hidden_from_a_role_is_in_nothing(
    desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = published(bench(desk, "admin"), PUMPS)
    role = desk.policy.roles["engineer"]
    narrow = dataclasses.replace(role, hidden=("plant_obt.vibration_mm_s",))
    roles = {**desk.policy.roles, "engineer": narrow}
    policy = dataclasses.replace(desk.policy, roles=roles)
    monkeypatch.setattr(desk.thresholds, "_policy", policy)
    engineer = bench(desk, "engineer")
    assert "vibration_mm_s" not in engineer.measures
    assert not [r for r in engineer.holdings(EVERYWHERE) if r.threshold.measure == "vibration_mm_s"]
    with pytest.raises(UserFixable):
        engineer.get(one.id)
    with pytest.raises(UserFixable):
        engineer.curve("PMP-03", "vibration_mm_s", *engineer.window(7))
    with pytest.raises(UserFixable):
        engineer.save(dataclasses.replace(engineer.blank(HAMBURG, "vibration_mm_s"), high=3.0))
