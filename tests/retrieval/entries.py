"""Entries for tests of retrieval."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.entries import Entry, Kind, entry_id


def entry(text: str, *, kind: Kind = "qa", **other: Any) -> Entry:
    """A live entry of the tenant `a` and the model `mill`."""
    values: dict[str, Any] = {
        "tenant": "a",
        "model": "mill",
        "status": "approved",
        "created": dt.datetime(2026, 6, 1, 8, 30),
        "author": "admin",
        **other,
    }
    id_ = entry_id(values["tenant"], values["model"], kind, values.get("title", ""), text)
    return Entry(id=id_, kind=kind, text=text, **values)


CORPUS = (
    entry("Which pumps vibrated most last week?", sql="SELECT 1", paraphrases=("worst pumps",)),
    entry("OEE by line in June", sql="SELECT 2"),
    entry("Downtime of PMP-03 by reason", sql="SELECT 3", plants=("HAM",)),
    entry("Energy of Line 2 in Austin", sql="SELECT 4", plants=("AUS",)),
    entry("Energy of Line 3 in both plants", sql="SELECT 5", plants=("HAM", "AUS")),
    entry("Scrap by shift", sql="SELECT 6", tenant="b"),
    entry("Scrap by shift of another model", sql="SELECT 7", model="steel"),
    entry("Scrap that waits for a review", sql="SELECT 8", status="candidate"),
    entry("Vibration is the movement of a bearing in mm/s.", kind="doc", title="terms#Vibration"),
    entry("Energy in kWh: column energy_kwh", kind="ddl", title="readings.energy_kwh"),
)
