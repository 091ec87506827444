"""Turns to keep."""

import datetime as dt

import pyarrow as pa

from core.dialogue.past import PastTurn
from core.semantic.query import Agg, Measure, SemanticQuery
from core.types import Answer, User

ROWS = pa.table({"asset": ["PMP-01", "PMP-02"], "kwh": [1.5, None]})


def turn(user: User, number: int = 1, **more: object) -> PastTurn:
    """The turn number so and so of a person."""
    plan = SemanticQuery("plant", "energy", measures=(Measure(agg=Agg.SUM, column="kwh"),))
    made: dict[str, object] = {
        "id": f"a{number}", "question": f"energy, question {number}", "status": "answered",
        "intent": "NEW_QUERY", "source": "parser", "user": user, "model": "plant", "plan": plan,
        "headline": "1,5 kWh ↯", "asked_at": dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC),
    }  # fmt: skip
    return PastTurn(Answer(**{**made, **more}))  # type: ignore[arg-type]
