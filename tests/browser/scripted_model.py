"""A language model's server whose replies a word of the question chooses, for looking at pages.

    with FaultyServer() as server:
        server.script(replies())
        ... GEMBA_LLM_URL=server.url

An attempt gets the next reply of the question's word, the last one again and again; so does a
further candidate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tests.fakes.llm_server import Act, Wire

_PIECE: Final = 6
_PACE_S: Final = 0.003
_SLOW_S: Final = 0.15

PUMPS: Final = (
    "SELECT asset_id, AVG(vibration_mm_s) AS vibration FROM plant_obt "
    "WHERE asset_class = 'pump' AND signal_quality = 'GOOD' "
    "AND event_date >= '2026-06-22' AND event_date < '2026-06-29' "
    "GROUP BY asset_id ORDER BY vibration DESC LIMIT 10"
)
ENERGY: Final = (
    "SELECT line_name, SUM(energy_kwh) AS energy FROM plant_obt "
    "WHERE event_date >= '2026-06-01' AND event_date < '2026-07-01' "
    "GROUP BY line_name ORDER BY energy DESC LIMIT 10"
)
OTHER: Final = PUMPS.replace("AVG(", "MAX(")
ELSEWHERE: Final = "SELECT name, salary FROM staff"
WRONG: Final = PUMPS.replace("vibration_mm_s", "vibration_mms")
MANY: Final = "\n  UNION ALL\n  ".join(
    PUMPS.replace("'pump'", f"'kind {number:03}'").replace(" LIMIT 10", "") for number in range(90)
)
#: Word of the question -> replies by attempt.
SCRIPTS: Final[Mapping[str, Sequence[str]]] = {
    "wobble": (PUMPS,),
    "rattle": (ELSEWHERE, WRONG, PUMPS),
    "shudder": (PUMPS,),
    "dawdle": (PUMPS,),
    "endlessly": (MANY,),
    "guzzle": (ENERGY,),
    "wellbeing": ("NONE",),
    "roster": (ELSEWHERE, ELSEWHERE.replace("staff", "employees")),
    "judder": (PUMPS, OTHER, PUMPS.replace("vibration DESC", "2 DESC")),
}
_DOUBTED: Final = "shudder"
_SLOW: Final = ("dawdle", "endlessly")
SENTENCES: Final = ("PMP-03 vibrated most.",)
#: Other wordings of "OEE by line in Hamburg in June"; the last three ask something else.
WORDINGS: Final = (
    "How good was the OEE of each line in Hamburg in June?",
    "June, Hamburg: OEE per line",
    "Show me the overall equipment effectiveness of every line of the Hamburg plant for June",
    "OEE by line in Austin in June",
    "OEE by line in Hamburg in May",
    "OEE in Hamburg in June",
)


def replies(scripts: Mapping[str, Sequence[str]] = SCRIPTS) -> Act:
    """What the server does with any request: SQL, a verdict or a narration."""

    def act(wire: Wire) -> None:
        messages = wire.asked.body["messages"]
        said = _said(wire.asked.body, scripts)
        asked = json.dumps(messages)
        size, pace = _PIECE, _SLOW_S if any(word in asked for word in _SLOW) else _PACE_S
        if len(said) > 2_000:
            size, pace = 24, 0.01
        wire.start()
        wire.piece("", role="assistant")
        for at in range(0, len(said), size):
            wire.piece(said[at : at + size])
            wire.pause(pace)
        wire.piece(None, "stop")
        wire.finish(
            {
                "prompt_tokens": 3_180,
                "completion_tokens": max(1, len(said) // 3),
                "total_tokens": 3_180 + len(said) // 3,
                "prompt_tokens_details": {"cached_tokens": 2_816},
            }
        )

    return act


def _said(body: Mapping[str, Any], scripts: Mapping[str, Sequence[str]]) -> str:
    messages = body["messages"]
    system, asked = messages[0]["content"], messages[1]["content"]
    if "check whether the rows" in system:
        is_well = _DOUBTED not in asked
        problem = "none" if is_well else "time"
        hint = "" if is_well else "Last week may not be the week of the data."
        return json.dumps({"answers": is_well, "problem": problem, "unused": [], "hint": hint})
    if "put findings" in system:
        return json.dumps({"sentences": SENTENCES})
    if "write other wordings" in system:
        return json.dumps({"wordings": WORDINGS})
    found = next((texts for word, texts in scripts.items() if word in asked), ("NONE",))
    attempt = sum(message["role"] == "assistant" for message in messages)
    attempt = max(attempt, int(body.get("seed") or 0))
    return found[min(attempt, len(found) - 1)]
