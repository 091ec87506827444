"""Answers in which a language model had a part, named by words of the question."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from core.types import Answer, Attempt, Clarification, Difficulty, Made
from tests.ui.fake_answers import SQL, answer_to

MODEL = "coder"
#: What a page must show as the text it is.
HOSTILE = (
    "<script>alert(1)</script> [x](http://e.invalid) ![i](http://e.invalid/i.png) **b** $x$ "
    ":red[r] :material/home: :blue-badge[c] `d` | _i_\n# h\n```\nout\n``` </code></pre><b>z"
)
WHY = "Gemba's own vocabulary does not hold “wobble”; the model's reading is used."
HARD = Difficulty(0.15, ("words that the vocabulary does not hold (“wobble”)",))
WRITTEN = (
    "SELECT asset_id, AVG(vibration_mm_s) AS vibration FROM plant_obt WHERE asset_class = 'pump' "
    "GROUP BY asset_id ORDER BY vibration DESC LIMIT 10"
)
MISSPELT = WRITTEN.replace("vibration_mm_s", "vibration_mms")
LONG_SQL = "\n  UNION ALL\n  ".join(
    WRITTEN.replace("'pump'", f"'kind {number:03}'") for number in range(140)
)
REFUSED = (
    "This query is not run: there is no table of that name for you (at 'staff'). "
    "Allowed: alarm_events, plant_obt, work_orders."
)
COLUMNS = ", ".join(f"column_{number}" for number in range(60))
FINDINGS = "PMP-03 vibrated most."
DOUBT = "The model checked this answer and is not sure of it: another time may have been meant."


def attempt(number: int, **changes: Any) -> Attempt:
    """An attempt that ran and answers, but for `changes`."""
    made = Attempt(
        number,
        MODEL,
        "grammar",
        WRITTEN,
        "used",
        rows=8,
        prompt_tokens=3_180,
        cached_tokens=2_816,
        reply_tokens=77,
        first_ms=80.0,
        total_ms=490.0,
    )
    return dataclasses.replace(made, **changes)


def made(*attempts: Attempt, **changes: Any) -> Made:
    """A model's part with these attempts."""
    of_model = Made(WHY, MODEL, HARD, attempts)
    return dataclasses.replace(of_model, **changes)


def _answered(base: Answer, by: Made, **changes: Any) -> Answer:
    bars = answer_to("Which pumps vibrated most last week?", base.user)
    told: dict[str, Any] = {
        "id": base.id,
        "question": base.question,
        "source": "model",
        "made": by,
        "words": (),
    }
    return dataclasses.replace(bars, **(told | changes))


def _asked_back(base: Answer, by: Made, note: str) -> Answer:
    return dataclasses.replace(
        base,
        status="clarify",
        source=None,
        message="I do not know what “wobble” is here.",
        clarification=Clarification("I do not know what “wobble” is here.", (), ("wobble",)),
        made=by,
        notes=(note,),
    )


def _once(base: Answer) -> Answer:
    return _answered(base, made(attempt(1)), narration=(FINDINGS,))


def _third(base: Answer) -> Answer:
    tries = (
        attempt(1, text="SELECT name FROM staff", outcome="refused", why=REFUSED, rows=None),
        attempt(
            2,
            text=MISSPELT,
            outcome="failed",
            why=f"No such column. Allowed: {COLUMNS}.",
            rows=None,
        ),
        attempt(3),
    )
    return _answered(base, made(*tries))


def _doubted(base: Answer) -> Answer:
    tries = (attempt(1, outcome="doubted", why=DOUBT), attempt(2))
    return _answered(base, made(*tries), doubts=(DOUBT,), notes=(DOUBT,))


def _majority(base: Answer) -> Answer:
    tries = (
        attempt(1),
        attempt(2, outcome="agreed"),
        attempt(3, text=WRITTEN.replace("LIMIT 10", "LIMIT 1"), outcome="outvoted", rows=1),
    )
    return _answered(base, made(*tries, agreed=(2, 3)))


def _declined(base: Answer) -> Answer:
    none = attempt(1, text="NONE", outcome="declined", rows=None)
    return _asked_back(base, made(none), "The model found no answer to this in the plant's tables.")


def _down(base: Answer) -> Answer:
    return _asked_back(base, made(), "The language model cannot be reached.")


def _fallback(base: Answer) -> Answer:
    by = made(why="The settings put the model first.", by_fallback=True)
    note = "The language model cannot be reached. This is Gemba's own reading."
    return _answered(base, by, source="parser", notes=(note,))


def _refused(base: Answer) -> Answer:
    tries = tuple(
        attempt(n, text="SELECT name FROM staff", outcome="refused", why=REFUSED, rows=None)
        for n in (1, 2)
    )
    return dataclasses.replace(
        base,
        status="refused",
        source=None,
        rule="Q6",
        message=REFUSED,
        notes=("What the model wrote may not be run.",),
        made=made(*tries),
    )


def _hostile(base: Answer) -> Answer:
    name = "org/**m**:red[x]"
    tries = (
        attempt(1, model=name, text=HOSTILE, outcome="unread", why=HOSTILE, rows=None),
        attempt(2, model=name, text="", outcome="unread", why="The reply was empty.", rows=None),
    )
    by = made(*tries, model=name, why=HOSTILE, difficulty=Difficulty(1.0, (HOSTILE,)))
    return _answered(base, by, doubts=(HOSTILE,), notes=(HOSTILE,), narration=(HOSTILE,))


def _long(base: Answer) -> Answer:
    return _answered(base, made(attempt(1, text=LONG_SQL)), sql=SQL)


#: Word of the question -> the answer to it, of one that has none yet.
BUILDERS: dict[str, Callable[[Answer], Answer]] = {
    "quiver": _once,
    "rattle": _third,
    "shudder": _doubted,
    "judder": _majority,
    "wellbeing": _declined,
    "unplugged": _down,
    "stand-in": _fallback,
    "roster": _refused,
    "hostile": _hostile,
    "endless": _long,
}


def model_answer_to(answer: Answer) -> Answer | None:
    """The answer that a model had a part in, where the question names one."""
    found = (build for word, build in BUILDERS.items() if word in answer.question.casefold())
    build = next(found, None)
    return None if build is None else build(answer)
