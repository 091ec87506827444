"""Who sees which alerts, what they may do with them, and what of it is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from core.alert_desk import View
from core.alerting.lifecycle import Event, State
from core.alerting.step import Happening
from core.errors import Refused, Unavailable, UserFixable
from tests.alert_desk.scene import RAISED, Scene, new

HOUR = dt.timedelta(hours=1)


def three(scene: Scene) -> None:
    scene.rises(
        new("PMP-03"),
        new("PMP-05", RAISED + HOUR, severity="critical"),
        new("PMP-09", RAISED + 2 * HOUR),
    )


def listed(scene: Scene, name: str, view: View | None = None) -> list[str]:
    return [a.asset for a in scene.desk.overview(scene.user(name), view).alerts]


def test_nothing_is_open_at_first(scene: Scene) -> None:
    seen = scene.desk.overview(scene.user("admin"))
    assert (seen.total, seen.unseen, seen.away) == (0, 0, 0)
    assert seen.checked_at == dt.datetime(2026, 6, 30, 20)
    assert seen.watched_to is None


def test_by_severity_then_age_and_of_ones_own_plants(scene: Scene) -> None:
    scene.rises(new("PMP-03", RAISED + HOUR / 2, kind="rate", threshold_id="r"))
    three(scene)
    assert listed(scene, "admin") == ["PMP-05", "PMP-03", "PMP-03", "PMP-09"]
    assert listed(scene, "engineer") == ["PMP-05", "PMP-03", "PMP-03"]
    assert listed(scene, "viewer") == ["PMP-09"]
    nobody = replace(scene.user("admin"), plants=())
    assert scene.desk.overview(nobody).total == 0
    stranger = replace(scene.user("admin"), tenant="other")
    assert scene.desk.overview(stranger).total == 0


def test_filters_narrow_the_list_and_not_the_counts(scene: Scene) -> None:
    three(scene)
    for view, assets in (
        (View(plants=("HAM",)), ["PMP-03"]),
        (View(places=(("line_name", "Line 1"),)), ["PMP-05", "PMP-09"]),
        (View(assets=("PMP-09",)), ["PMP-09"]),
        (View(severities=("critical",)), ["PMP-05"]),
        (View("away"), []),
        (View("unseen"), ["PMP-05", "PMP-03", "PMP-09"]),
    ):
        seen = scene.desk.overview(scene.user("admin"), view)
        assert [a.asset for a in seen.alerts] == assets
        assert seen.by_severity == {"critical": 1, "warning": 2, "caution": 0}
        assert seen.unseen == 3
    assert {p.asset for p in scene.desk.overview(scene.user("engineer")).places} == {
        "PMP-03", "PMP-05"
    }  # fmt: skip


def test_acknowledged_and_returned_it_is_over(scene: Scene) -> None:
    (alert,) = scene.rises(new())
    after = scene.desk.acknowledge(alert, scene.user("engineer"), "bearing is ordered")
    assert after.state is State.ACKNOWLEDGED
    assert (after.acknowledged_by, after.acknowledged_reason) == ("engineer", "bearing is ordered")
    scene.returns(alert, RAISED + 3 * HOUR)
    assert listed(scene, "engineer") == []
    # a week back from the data's present, the evening of 30 June
    assert listed(scene, "engineer", View("past")) == []
    later = new(at=dt.datetime(2026, 6, 29, 8), threshold_id="limit:2")
    (again,) = scene.rises(later)
    scene.desk.acknowledge(again, scene.user("engineer"))
    scene.returns(again, dt.datetime(2026, 6, 29, 9))
    assert listed(scene, "engineer", View("past")) == ["PMP-03"]


def test_each_act_is_in_the_audit_and_told(scene: Scene) -> None:
    (alert,) = scene.rises(new(latches=True))
    me, desk = scene.user("engineer"), scene.desk
    until = desk.utc_now() + HOUR
    shelved = desk.shelve(alert, me, until, "waiting for the fitter")
    assert shelved.state is State.SHELVED
    back = desk.unshelve(shelved, me)
    out = desk.out_of_service(back, me, "repair")
    back = desk.into_service(out, me)
    back = desk.acknowledge(back, me)
    scene.returns(back, RAISED + HOUR)
    over = desk.reset(desk.alerts([alert.id], me)[0], me)
    assert over.state is State.NORMAL
    acts = [body["act"] for _event, body in scene.audit]
    assert acts == ["shelve", "unshelve", "out_of_service", "into_service", "acknowledge", "reset"]
    event, body = scene.audit[0]
    assert event == "alert"
    assert body["user"] == "engineer"
    assert body["alert"] == alert.id
    assert (body["plant"], body["asset"], body["threshold"]) == ("HAM", "PMP-03", "limit:1")
    assert (body["reason"], body["until"]) == ("waiting for the fitter", until.isoformat())
    assert (body["before"], body["after"]) == ("unacknowledged", "shelved")
    assert scene.told == [alert.id] * 6


def test_what_cannot_be_written_to_the_audit_is_not_done(scene: Scene) -> None:
    (alert,) = scene.rises(new())

    def full(_event: str, **_body: object) -> None:
        raise Unavailable("The audit takes nothing.")

    with pytest.raises(Unavailable, match="takes nothing"):
        replace(scene.desk, record=full).acknowledge(alert, scene.user("engineer"))
    assert scene.desk.alerts([alert.id], scene.user("engineer")) == (alert,)


def test_another_plants_alert_is_as_one_that_is_not_there(scene: Scene) -> None:
    three(scene)
    (theirs,) = scene.desk.overview(scene.user("admin"), View(plants=("HPH",))).alerts
    made_up = replace(theirs, id="0" * 32)
    me, desk = scene.user("engineer"), scene.desk
    said = []
    for one in (theirs, made_up):
        with pytest.raises(UserFixable) as caught:
            desk.acknowledge(one, me)
        said.append(str(caught.value))
        assert desk.alert(one.id, me) is None
        assert desk.alerts([one.id], me) == ()
        assert desk.story(one.id, me) is None
    assert said[0] == said[1] == "There is no such alert in your plants."
    assert scene.audit == []
    assert desk.overview(me, View(plants=("HPH",))).total == 0
    assert desk.overview(me, View(under=theirs.id)).total == 0


def test_a_role_that_only_looks(scene: Scene) -> None:
    three(scene)
    me = scene.user("viewer")
    (alert,) = scene.desk.overview(me).alerts
    assert not scene.desk.can(Event.ACKNOWLEDGE, alert, me)
    assert scene.desk.can(Event.ACKNOWLEDGE, alert, scene.user("admin"))
    with pytest.raises(Refused, match="does not act on them"):
        scene.desk.acknowledge(alert, me)
    assert scene.audit == []


def test_what_somebody_else_did_meanwhile_is_said(scene: Scene) -> None:
    (seen,) = scene.rises(new())
    scene.desk.acknowledge(seen, scene.user("admin"), "on my way")
    with pytest.raises(UserFixable, match=r"changed meanwhile: Acknowledged by admin\. There is"):
        scene.desk.acknowledge(seen, scene.user("engineer"))
    assert [body["user"] for _event, body in scene.audit] == ["admin"]


def test_what_was_raised_again_is_not_acknowledged_unseen(scene: Scene) -> None:
    (seen,) = scene.rises(new())
    scene.returns(seen, RAISED + HOUR)
    again = new(at=RAISED + 2 * HOUR)
    scene.happens(Happening(Event.RAISE, again.pair, again.opened_at, alert=again))
    with pytest.raises(UserFixable, match=r"meanwhile: Raised\. This alert was raised again"):
        scene.desk.acknowledge(seen, scene.user("engineer"))


def test_an_acknowledgement_and_a_return_both_hold(scene: Scene) -> None:
    (seen,) = scene.rises(new())
    scene.returns(seen, RAISED + HOUR)
    assert scene.desk.acknowledge(seen, scene.user("engineer")).state is State.NORMAL


def test_several_at_once_each_for_itself(scene: Scene) -> None:
    three(scene)
    seen = scene.desk.overview(scene.user("admin")).alerts
    scene.desk.acknowledge(seen[1], scene.user("admin"))
    acted = scene.desk.acknowledge_all(seen, scene.user("engineer"), "storm")
    assert [a.asset for a in acted.done] == ["PMP-05"]
    assert [(a.asset, said.split(".")[0]) for a, said in acted.refused] == [
        ("PMP-03", "This changed meanwhile: Acknowledged by admin"),
        ("PMP-09", "There is no such alert in your plants"),
    ]
    assert acted.done[0].acknowledged_reason == "storm"
    with pytest.raises(UserFixable, match="at most"):
        scene.desk.acknowledge_all(seen * 100, scene.user("admin"))


@pytest.mark.parametrize(
    ("hours", "reason", "said"),
    [(0, "why", "yet to come"), (25, "why", "24 hours at most"), (1, " ", "Say why")],
)
def test_a_shelf_has_an_end_and_a_reason(scene: Scene, hours: int, reason: str, said: str) -> None:
    (alert,) = scene.rises(new())
    until = scene.desk.utc_now() + hours * HOUR
    with pytest.raises(UserFixable, match=said):
        scene.desk.shelve(alert, scene.user("engineer"), until, reason)
    assert scene.desk.most_shelved == 24 * HOUR


def test_alerts_in_a_group_stand_under_it(scene: Scene) -> None:
    first, second = new("PMP-03"), new("PMP-05")
    flood = new(
        threshold_id="group:flood", kind="flood", measure="", value=2.0, limit=None, unit=""
    )
    flood = replace(flood, place=(("plant_id", "HAM"),))
    scene.rises(first, second, flood)
    scene.happens(parents={first.pair: flood.id, second.pair: flood.id})
    me = scene.user("engineer")
    seen = scene.desk.overview(me)
    assert [a.kind for a in seen.alerts] == ["flood"]
    assert seen.grouped == {flood.id: 2}
    assert seen.by_severity["warning"] == 3
    assert scene.desk.overview(me, View(under=flood.id)).total == 2
    assert [a.asset for a in scene.desk.overview(me, View(assets=("PMP-05",))).alerts] == ["PMP-05"]
