"""Edits of a model's text: each takes a text and gives one, with its comments and order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from core.drafting.difference import tree_of
from core.drafting.draft import written
from core.errors import UserFixable
from core.translation import gettext as _

Said = Mapping[str, Any]
_UNSAID: Final = (None, "", False)


def with_table(text: str, table: str, said: Said) -> str:
    """What is said of a table, confirmed."""
    return _with(text, ("tables", table), said)


def with_column(text: str, table: str, column: str, said: Said) -> str:
    """What is said of a column, confirmed."""
    return _with(text, ("tables", table, "columns", column), said)


def with_metric(text: str, metric: str, said: Said) -> str:
    """What is said of a metric, confirmed; one that is not there is added."""
    tree = tree_of(text)
    if not isinstance(tree.get("metrics"), CommentedMap):
        tree["metrics"] = CommentedMap()
    if metric not in tree["metrics"]:
        tree["metrics"][metric] = CommentedMap()
    return _with(written(tree), ("metrics", metric), said)


def without_metric(text: str, metric: str) -> str:
    """Without a metric; formulas that name it are problems then."""
    tree = tree_of(text)
    metrics = tree.get("metrics")
    if isinstance(metrics, CommentedMap):
        metrics.pop(metric, None)
        if not metrics:
            del tree["metrics"]
    return written(tree)


def confirmed(text: str, table: str = "") -> str:
    """Without the marks of what was drafted: of one table with its columns, or of all."""
    tree = tree_of(text)
    tables = tree.get("tables")
    if table:
        entry = tables.get(table) if isinstance(tables, CommentedMap) else None
        _confirm(entry)
    else:
        _confirm(tree)
    return written(tree)


def taken_over(text: str, table: str, column: str, *, takes: bool) -> str:
    """What a language model proposed for a column, taken over or thrown away. The column's other
    marks stay: a description says nothing of its unit."""
    tree = tree_of(text)
    entry = _entry(tree, ("tables", table, "columns", column))
    proposed = entry.pop("proposed", None)
    if takes and isinstance(proposed, Mapping):
        if proposed.get("description"):
            entry["description"] = str(proposed["description"])
        words = [*(entry.get("synonyms") or ()), *(proposed.get("synonyms") or ())]
        if words:
            entry["synonyms"] = _flow({str(w).casefold(): str(w) for w in words}.values())
    return written(tree)


def _with(text: str, path: Sequence[str], said: Said) -> str:
    tree = tree_of(text)
    entry = _entry(tree, path)
    for key, value in said.items():
        if value in _UNSAID or value == () or value == []:
            entry.pop(key, None)
        elif isinstance(value, tuple | list):
            if list(entry.get(key) or ()) != list(value):
                entry[key] = _flow(value)
        elif entry.get(key) != value:
            entry[key] = value
    entry.pop("drafted", None)
    return written(tree)


def _entry(tree: CommentedMap, path: Sequence[str]) -> CommentedMap:
    entry: Any = tree
    for key in path:
        entry = entry.get(key) if isinstance(entry, CommentedMap) else None
    if not isinstance(entry, CommentedMap):
        raise UserFixable(
            _("The draft has no {name} any more. Open it again.").format(name=repr(path[-1]))
        )
    return entry


def _flow(words: Any) -> CommentedSeq:
    made = CommentedSeq(list(words))
    made.fa.set_flow_style()
    return made


def _confirm(node: Any) -> None:
    if isinstance(node, CommentedMap):
        node.pop("drafted", None)
        for value in node.values():
            _confirm(value)
    elif isinstance(node, CommentedSeq):
        for value in node:
            _confirm(value)
