"""The page of data: what is held back, who decides on it, and what each table has."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import Refused
from core.gates.quarantine import batch_id
from core.services import Services
from core.streaming.batch import as_arrow, schema_of
from core.streaming.buffer import Buffer
from core.streaming.stream import StreamState
from tests.ui.test_boards import opened, said

_ROW = {
    "event_date": "2026-07-01", "plant_id": "HAM", "event_ts": "2026-07-01 00:00:00",
    "event_ts_utc": "2026-06-30 22:00:00", "asset_id": "PMP-03", "signal_quality": "GOOD",
    "operator_name": "Ann Example", "temperature_c": 9999.0,
}  # fmt: skip


def admit(services: Services, label: str, **other: Any) -> str:
    model = services.parts().model
    rows = as_arrow([{**_ROW, **other}], schema_of(model.tables["plant_obt"]))
    services.gates.admit(rows, model, "plant_obt", label=label, source=f"{label}.csv")
    return batch_id(label)


def looked(page: str = "data", **params: str) -> AppTest:
    app = opened("admin", page)
    for name, value in params.items():
        app.query_params[name] = value
    if params:
        app.run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    next(one for one in app.button if one.key == key).click().run()
    assert not app.exception, app.exception
    return app


def test_tables_with_what_they_have(services: Services) -> None:
    admit(services, "fine", temperature_c=50.0)
    text = said(looked())
    assert "Readings" in text
    assert "newest row 30 Jun 2026, 23:50" in text
    assert "Last batch: fine.csv, passed its checks" in text
    assert "No batch was checked yet." in text
    assert "Held back" not in text


def test_a_batch_is_discarded_with_a_reason(services: Services) -> None:
    batch = admit(services, "wrong")
    app = looked()
    text = said(app)
    assert "wrong.csv" in text
    assert "Temperature in its range: Rows outside -60 … 1500 °C: 1" in text
    assert "Ann Example" not in text
    assert "Say why" in said(press(app, f"data.discard.{batch}"))
    app.text_input(key=f"data.why.{batch}").set_value("a test of the sensor")
    text = said(press(app, f"data.discard.{batch}"))
    assert "Discarded: 1 row of wrong.csv is deleted." in text
    assert "Last batch: wrong.csv, discarded by admin" in text
    assert "Reason: a test of the sensor" in text
    assert "Held back" not in text
    newest = services.audit.entries(limit=1)[0]
    assert (newest["event"], newest["user"], newest["reason"]) == (
        "gate_discard", "admin", "a test of the sensor",
    )  # fmt: skip


def test_a_table_is_checked_as_it_stands(services: Services) -> None:
    text = said(press(looked(), "data.check.work_orders"))
    assert "All rows hold." in text


def test_live_values(services: Services) -> None:
    buffer = Buffer(services.settings.state_dir / "streams" / "line1.db", 1 << 26)
    state = StreamState(
        "line1", "plant", "plant_obt", connected=True, is_full=True, dropped=3, rows=1, readings=2
    )
    buffer.put(state=asdict(state))
    text = said(looked())
    assert "connected" in text
    assert "1 row since it began · 2 values wait · 3 values had no room" in text
    assert "The buffer is full" in text
    buffer.close()
    assert "not running" in said(looked())


def test_who_does_not_administer_sees_nothing_of_it(services: Services) -> None:
    batch = admit(services, "wrong")
    user = services.policy.user("engineer")
    for call in (services.data.tables, services.data.streams):
        with pytest.raises(Refused):
            call(user)
    with pytest.raises(Refused):
        services.data.release(user, batch, "why")
    assert services.gates.batches.held("plant")


def test_its_alert_says_what_is_held_back_and_the_watch_leaves_it(services: Services) -> None:
    admit(services, "wrong")
    services.watch.run_once()
    admin = services.policy.user("admin")
    found = [a for a in services.alerts.store.open_of("default", "plant") if a.kind == "quarantine"]
    (alert,) = found
    assert alert.returned_at is None
    text = said(looked("alerts", alert=alert.id))
    assert "Rows outside -60 … 1500 °C: 1" in text
    assert services.alerts.alert(alert.id, admin) is not None
