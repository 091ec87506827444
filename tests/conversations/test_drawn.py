"""Changes of a chart are kept with its turn, and read back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.conversations.drawn import as_text, read_edits
from core.conversations.store import ConversationStore
from core.types import ChartEdit, User

USER = User("ana", "engineer", ("HAM",))


def test_changes_are_read_back_with_the_turn(tmp_path: Path) -> None:
    edits = (ChartEdit(type="bar"), ChartEdit(title="Pumps “in June”", horizontal=True))
    store = ConversationStore(tmp_path)
    store.begin(USER, "c", "t", "oee by line", "plant")
    store.note(USER, "t", edits=as_text(edits))
    kept = store.load(USER, "c")
    assert kept is not None
    assert read_edits(kept.turns[0].edits) == edits
    store.close()


@pytest.mark.parametrize("text", ["", "{", '{"edits": 1}', "null", "[" * 5_000])
def test_what_does_not_read_is_no_change(text: str) -> None:
    assert read_edits(text) == ()
