"""Descriptions and synonyms that a language model proposes for a draft. They stand apart from what
is in force until somebody takes them over, and no value of any row is sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from core.drafting.difference import tree_of
from core.drafting.draft import Drafted, written
from core.generation.descriptions import MAX_COLUMNS, descriptions_request, read_descriptions
from core.generation.port import LanguageModel, ModelTrouble, reply_of
from core.translation import told

_LOG: Final = logging.getLogger(__name__)
_WAIT_S: Final = 30.0
_CALLS: Final = 20


def with_proposals(drafted: Drafted, model: LanguageModel) -> Drafted:
    """The draft with the model's proposals. Where the model does not reply, a note says so and the
    draft is as it was."""
    tree = tree_of(drafted.text)
    calls = 0
    for name, table in tree["tables"].items():
        columns = list(table["columns"].items())
        for start in range(0, len(columns), MAX_COLUMNS):
            if calls == _CALLS:
                return _with(
                    drafted, tree, told("More columns than a language model was asked about.")
                )
            calls += 1
            some = dict(columns[start : start + MAX_COLUMNS])
            try:
                reply = reply_of(model, _request(name, some), timeout_s=_WAIT_S)
            except ModelTrouble as trouble:
                _LOG.warning("no words were proposed: %s", trouble)
                return _with(
                    drafted,
                    tree,
                    told("The language model proposed nothing more: {why}", why=str(trouble)),
                )
            taken = _taken(table["columns"])
            for column, (text, synonyms) in read_descriptions(reply.text, list(some)).items():
                _propose(some[column], text, [s for s in synonyms if s.casefold() not in taken])
    return _with(drafted, tree, "")


def _request(name: str, columns: Mapping[str, Any]) -> Any:
    said = [
        {
            "name": column,
            "type": entry.get("type"),
            "label": entry.get("label"),
            "unit": entry.get("unit"),
            "comment": entry.get("description"),
        }
        for column, entry in columns.items()
    ]
    return descriptions_request(name, said)


def _taken(columns: Mapping[str, Any]) -> set[str]:
    """All that a column is called already: a proposal never takes a word from another."""
    found: set[str] = set()
    for name, entry in columns.items():
        proposed = (entry.get("proposed") or {}).get("synonyms") or ()
        for word in (name, entry.get("label", ""), *(entry.get("synonyms") or ()), *proposed):
            found.add(str(word).casefold())
    return found


def _propose(column: CommentedMap, description: str, synonyms: list[str]) -> None:
    made = CommentedMap()
    if description and description != column.get("description"):
        made["description"] = description
    if synonyms:
        made["synonyms"] = CommentedSeq(synonyms)
    if made:
        made.fa.set_flow_style()
        column["proposed"] = made


def _with(drafted: Drafted, tree: CommentedMap, note: str) -> Drafted:
    notes = (*drafted.notes, note) if note else drafted.notes
    return replace(drafted, text=written(tree), notes=notes)
