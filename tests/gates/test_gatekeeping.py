"""A stream's batches pass the gate, and a stream without room is an alert while it lasts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.alerting.data_alerts import STREAM
from core.alerting.store import AlertStore
from core.gatekeeping import StreamAlarm, alerts_of, gate_of, open_gates
from core.gates.quarantine import batch_id
from core.governance.policy import load_policy
from core.settings import Settings
from core.streaming.batch import Batch
from core.streaming.stream import StreamState
from tests.gates.small import row, small_model


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def test_a_batch_of_live_values_that_fails_is_put_aside_once(
    settings: Settings, tmp_path: Path
) -> None:
    model, policy = small_model(tmp_path), load_policy()
    audit: list[str] = []
    gates = open_gates(settings, policy, lambda event, **_: audit.append(event))
    passes = gate_of(gates, model)
    sound = Batch("gemba_line_ab_00000001_x", "readings", (row(0), row(1)))
    wrong = replace(sound, label="gemba_line_ab_00000002_y", rows=(row(2, heat=500.0), row(3)))
    assert passes(sound)
    assert not passes(wrong)
    assert not passes(wrong)  # the same after its answer was lost
    (held,) = gates.batches.held("works")
    assert (held.id, held.report.source) == (batch_id(wrong.label), "gemba_line_ab")
    admin = policy.user(policy.default_user)
    gates.release(held.id, model, admin, "it was a test")
    assert not passes(wrong)  # released rows are in the store, and not to be sent once more
    assert audit == ["gate_release"]


def test_a_stream_without_room_is_one_alert(settings: Settings) -> None:
    store = AlertStore(settings.state_dir)
    alarm = StreamAlarm(alerts_of(store, load_policy()), ("HAM",))
    fine = StreamState("line1", "plant", "plant_obt")
    full = replace(fine, is_full=True, dropped=5, store_trouble="the disk is full")

    def standing() -> list[tuple[str, str, str]]:
        found = store.open_of("default", "plant")
        return [(a.kind, a.plant, a.asset) for a in found if a.returned_at is None]

    alarm(fine)
    assert standing() == []
    for _ in range(3):
        alarm(full)
    assert standing() == [(STREAM, "HAM", "line1")]
    (alert,) = store.open_of("default", "plant")
    assert "the disk is full" in alert.note
    alarm(fine)
    assert standing() == []


def test_a_store_that_takes_no_batch_for_long_is_an_alert(settings: Settings) -> None:
    store = AlertStore(settings.state_dir)
    now = [0.0]
    alarm = StreamAlarm(alerts_of(store, load_policy()), ("HAM",), clock=lambda: now[0])
    fine = StreamState("line1", "plant", "plant_obt")
    why = "StarRocks has not taken the batch: too many filtered rows"
    blocked = replace(fine, store_trouble=why, batches=4)

    def at(second: float, state: StreamState) -> list[str]:
        now[0] = second
        alarm(state)
        found = store.open_of("default", "plant")
        return [a.note for a in found if a.returned_at is None]

    assert at(0, fine) == []
    assert at(10, blocked) == []
    assert at(200, fine) == []  # it came back by itself
    assert at(210, blocked) == []
    assert at(500, blocked) == []
    (note,) = at(511, blocked)
    assert "4 wait on disk" in note
    assert why in note
    assert at(600, blocked) == [note]
    (note,) = at(700, replace(blocked, is_full=True, dropped=7))
    assert note.startswith("The buffer is full")
    # Room again, and the store as before: that is told again, and ends with the store's trouble.
    (note,) = at(710, blocked)
    assert "4 wait on disk" in note
    assert at(720, fine) == []


def test_an_alarm_that_a_stream_before_left_ends_with_the_first_sound_state(
    settings: Settings,
) -> None:
    store = AlertStore(settings.state_dir)
    alerts = alerts_of(store, load_policy())
    fine = StreamState("line1", "plant", "plant_obt")
    StreamAlarm(alerts, ("HAM",), blocked_s=0.0)(replace(fine, store_trouble="gone"))
    assert [a.returned_at for a in store.open_of("default", "plant")] == [None]
    later = StreamAlarm(alerts, ("HAM",))
    later(replace(fine, store_trouble="gone"))
    assert [a.returned_at for a in store.open_of("default", "plant")] == [None]
    later(fine)
    assert not [a for a in store.open_of("default", "plant") if a.returned_at is None]
