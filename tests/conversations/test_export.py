"""A conversation as a document: whatever stands in questions, names and SQL stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Literal

import pytest

from core.errors import Unavailable, UserFixable
from core.translation import speaking
from core.types import Chip
from tests.conversations.conftest import Kit, answer
from tests.sessions.conftest import ANN, BEN

HOSTILE = (
    "# not a heading",
    "- no item",
    "1. no item",
    "=== no rule",
    "<script>alert(1)</script>",
    "![picture](http://evil.example/x.png)",
    "[link](javascript:alert(1)) https://evil.example www.evil.example",
    "`code` ```fence``` **bold** _it_ ~~gone~~ $x^2$ |cell|",
    "two\n\n# lines\r\n- of it",
    "\x1b[31mred\x1b[0m \u202eback\u202c",
    "&lt;b&gt; a@b.example",
)


def keep(kit: Kit, question: str, **more: object) -> None:
    given = replace(answer(question=question), **more)  # type: ignore[arg-type]
    kit.store.begin(ANN, "c1", f"t{given.id}", question, "plant")
    kit.store.end(ANN, f"t{given.id}", given, elapsed_ms=1.0, stopped=False)


def lines(kit: Kit) -> list[str]:
    return kit.talks.export(ANN, "c1", "md").decode().splitlines()


def test_a_document_tells_each_turn(kit: Kit) -> None:
    keep(
        kit, "energy by plant", headline="Hamburg used 12 kWh", sql="SELECT 1",
        chips=(Chip("by", "Plant"),), notes=("One day is missing.",),
    )  # fmt: skip
    kit.store.begin(ANN, "c1", "t2", "and why?", "plant")
    kit.store.end(ANN, "t2", None, elapsed_ms=1.0, stopped=True)
    kit.store.begin(ANN, "c1", "t3", "and now?", "plant")
    assert [line for line in lines(kit) if line] == [
        "# energy by plant", "## energy by plant (2026-06-30 12:00 UTC)", "Hamburg used 12 kWh",
        "Understood: Plant", "One day is missing.", "```sql", "SELECT 1", "```",
        "## and why? (2026-06-30 12:00 UTC)", "Stopped.",
        "## and now? (2026-06-30 12:00 UTC)", "Not answered yet.",
    ]  # fmt: skip


def test_a_document_is_in_the_language_of_who_takes_it(kit: Kit) -> None:
    keep(kit, "energy by plant", headline="12 kWh", chips=(Chip("by", "Plant"),))
    kit.store.begin(ANN, "c1", "t3", "and now?", "plant")
    with speaking("de"):
        said = lines(kit)
    assert "Verstanden: Plant" in said
    assert "Noch nicht beantwortet." in said


def test_the_same_as_json(kit: Kit) -> None:
    keep(kit, "Größe?", headline="12 kWh", sql="SELECT 1")
    data = kit.talks.export(ANN, "c1", "json").decode()
    assert "Größe" in data
    assert json.loads(data) == {
        "title": "Größe?",
        "turns": [
            {
                "question": "Größe?", "asked_at": "2026-06-30T12:00:00Z", "status": "answered",
                "said": "12 kWh", "understood": [], "notes": [], "sql": "SELECT 1",
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_on_its_line(kit: Kit, text: str) -> None:
    keep(kit, text, headline=text, notes=(text,), chips=(Chip("by", text),))
    found = [line for line in lines(kit) if line]
    assert len(found) == 5
    for line in found[2:]:
        assert not re.match(r"\s*([-+#>=|~]|\d+[.)]\s)", line)
    for line in found:
        # every sign that would begin or end something has a backslash before it
        rest = re.sub(r"\\.", "", re.sub(r"^##? ", "", line))
        assert not re.search(r"[`*_\[\]<>|~$&]|://|www\.", rest), line
        assert line.isprintable()
    assert json.loads(kit.talks.export(ANN, "c1", "json"))["turns"][0]["question"] == text


def test_sql_stays_in_its_fence_as_it_is(kit: Kit) -> None:
    sql = "SELECT '```' AS a,\n````\n# b\nFROM t"
    keep(kit, "energy", sql=sql)
    assert f"\n`````sql\n{sql}\n`````\n" in kit.talks.export(ANN, "c1", "md").decode()


def test_nobody_takes_anothers_along(kit: Kit) -> None:
    keep(kit, "energy")
    for conversation, user in (("c1", BEN), ("c2", ANN)):
        with pytest.raises(UserFixable, match="not there any more"):
            kit.talks.export(user, conversation, "md")


@pytest.mark.parametrize("form", ["md", "json"])
def test_what_is_taken_along_is_in_the_audit(kit: Kit, form: Literal["md", "json"]) -> None:
    keep(kit, "energy")
    kit.talks.export(ANN, "c1", form)
    assert kit.audit == [
        ("export", {"user": ANN.name, "tenant": ANN.tenant, "what": "conversation",
                    "conversation": "c1", "format": form, "turns": 1}),
    ]  # fmt: skip
    with pytest.raises(UserFixable):
        kit.talks.export(BEN, "c1", form)
    assert len(kit.audit) == 1


def test_what_cannot_be_audited_is_not_taken_along(kit: Kit) -> None:
    keep(kit, "energy")

    def away(*_: object, **__: object) -> None:
        raise Unavailable("The audit record could not be written.")

    kit.talks._record = away
    with pytest.raises(Unavailable):
        kit.talks.export(ANN, "c1", "md")
