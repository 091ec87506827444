"""What differs between two texts of one model, and a draft that keeps what people wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from sqlglot import exp

from core.drafting.draft import written, yaml_of
from core.errors import UserFixable
from core.semantic.compile.trees import parsed
from core.translation import told

_NAMED: Final = ("tables", "metrics")
_LISTED: Final = ("relations", "hierarchies", "limits")


@dataclass(frozen=True, slots=True)
class Difference:
    """What one text has more, less and other than another, as `table t`, `column t.c`, `metric m`;
    what changed says which keys."""

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


def tree_of(text: str) -> CommentedMap:
    """A model's text as a tree that keeps comments and order. Raises UserFixable."""
    try:
        tree = yaml_of().load(text)
    except (YAMLError, RecursionError) as error:
        first = str(error).strip().splitlines()[0]
        raise UserFixable(
            told("The model's text is not valid YAML: {why}. Correct it first.", why=first)
        ) from error
    if not isinstance(tree, CommentedMap):
        raise UserFixable(
            told("The model's text is not made of 'key: value' lines. Correct it first.")
        )
    return tree


def difference(old: str, new: str) -> Difference:
    """Raises UserFixable for a text that is no YAML."""
    return _between(tree_of(old), tree_of(new))


def _between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    before, after = _parts(old), _parts(new)
    changed = []
    for name in before.keys() & after.keys():
        keys = sorted(
            k
            for k in before[name].keys() | after[name].keys()
            if before[name].get(k) != after[name].get(k)
        )
        if keys:
            changed.append(f"{name}: {', '.join(keys)}")
    return Difference(
        tuple(n for n in after if n not in before),
        tuple(n for n in before if n not in after),
        tuple(sorted(changed)),
    )


def _parts(tree: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Name -> what is said of it, for each thing of a model."""
    found: dict[str, Mapping[str, Any]] = {}
    rest: dict[str, Any] = {}
    for key, value in tree.items():
        if key == "tables" and isinstance(value, Mapping):
            for name, table in value.items():
                said = table if isinstance(table, Mapping) else {}
                found[f"table {name}"] = {k: v for k, v in said.items() if k != "columns"}
                columns = said.get("columns")
                for column, entry in columns.items() if isinstance(columns, Mapping) else ():
                    found[f"column {name}.{column}"] = entry if isinstance(entry, Mapping) else {}
        elif key == "metrics" and isinstance(value, Mapping):
            for name, entry in value.items():
                found[f"metric {name}"] = entry if isinstance(entry, Mapping) else {}
        elif key in _LISTED and isinstance(value, list):
            for entry in value:
                if isinstance(entry, Mapping):
                    found[f"{_one(key)} {_said(key, entry)}"] = entry
        else:
            rest[key] = value
    found["model"] = rest
    return found


def _one(key: str) -> str:
    return {"relations": "relation", "hierarchies": "hierarchy", "limits": "limit"}[key]


def _said(key: str, entry: Mapping[str, Any]) -> str:
    if key == "relations":
        return f"{entry.get('left')} - {entry.get('right')} ({', '.join(entry.get('keys') or ())})"
    return str(entry.get("name") or entry.get("label"))


def merged(old: str, new: str) -> tuple[str, Difference]:
    """The old text with what the database has more and without what it has no more, and the
    difference. What stands in the old text stays as people wrote it, but for the type of a column
    that the database keeps as another one."""
    tree, draft = tree_of(old), tree_of(new)
    before = tree_of(old)
    tables, drafted = _map(tree, "tables"), _map(draft, "tables")
    for name in [n for n in tables if n not in drafted]:
        del tables[name]
    for name, table in drafted.items():
        if name not in tables:
            tables[name] = table
            continue
        columns, found = _map(tables[name], "columns"), _map(table, "columns")
        for column in [
            c for c in columns if c not in found and not _is_reckoned(columns[c], found)
        ]:
            del columns[column]
        for column, entry in found.items():
            if column not in columns and "expression" in entry:
                if not _names_in(entry["expression"]) <= _was(before, name):
                    columns[column] = entry
            elif column not in columns:
                columns[column] = entry
            elif columns[column].get("type") not in (None, entry["type"]):
                _retyped(columns[column], entry)
                _drop_values(tables[name], column)
        _pruned(tables[name], table, columns, tables)
    known = {c for t in tables.values() for c in _map(t, "columns")}
    _prune_lists(tree, tables, known)
    for key in ("origin", "store"):
        tree[key] = draft[key]
    if tree.get("default_table") not in tables:
        tree["default_table"] = draft["default_table"]
    for key in ("relations", "hierarchies"):
        _add_new(tree, draft, key, before)
    for name, metric in _map(draft, "metrics").items():
        was_there = name in _map(before, "metrics")
        if not was_there and _is_new(metric, _map(before, "tables")):
            if "metrics" not in tree:
                tree["metrics"] = CommentedMap()
            tree["metrics"][name] = metric
    return written(tree), _between(before, tree)


def _is_reckoned(entry: Any, found: Mapping[str, Any]) -> bool:
    """Whether a column is reckoned from others, all of which are there."""
    text = entry.get("expression") if isinstance(entry, Mapping) else None
    return isinstance(text, str) and _names_in(text) <= found.keys()


def _names_in(expression: str) -> set[str]:
    return {column.name for column in parsed(expression).find_all(exp.Column)}


def _was(before: Mapping[str, Any], table: str) -> set[str]:
    """The columns that a table had before."""
    return set(_map(_map(_map(before, "tables"), table), "columns"))


def _retyped(column: CommentedMap, found: Mapping[str, Any]) -> None:
    """Another type, and a role and aggregate that go with it."""
    column["type"] = found["type"]
    column["drafted"] = True
    for key in (
        "role",
        "default_agg",
        "additive",
        "unit",
        "linked",
        "values_need_name",
        "decimals",
    ):
        if key in found:
            column[key] = found[key]
        elif key in column:
            del column[key]
    if "linked" not in found and "value_synonyms" in column:
        del column["value_synonyms"]


def _drop_values(table: CommentedMap, column: str) -> None:
    """States that name values of a column which holds others by now."""
    states = _map(table, "states")
    for name in [n for n, s in states.items() if s.get("column") == column and "values" in s]:
        del states[name]


def _map(tree: Mapping[str, Any], key: str) -> CommentedMap:
    found = tree.get(key)
    return found if isinstance(found, CommentedMap) else CommentedMap()


def _pruned(
    table: CommentedMap,
    found: Mapping[str, Any],
    columns: Mapping[str, Any],
    tables: Mapping[str, Any],
) -> None:
    """What names a column that is gone is taken out, or taken from the new draft."""
    fields = table.get("default_fields")
    if isinstance(fields, list) and any(f not in columns for f in fields):
        kept = [f for f in fields if f in columns]
        table["default_fields"] = CommentedSeq(kept or found["default_fields"])
        table["default_fields"].fa.set_flow_style()
    time = table.get("time")
    if isinstance(time, Mapping):
        named = [v for k, v in time.items() if k not in ("interval_min", "shift_hours", "via")]
        via = time.get("via") or ()
        by = [via] if isinstance(via, str) else list(via)
        if any(n not in columns for n in named) or any(n not in tables for n in by):
            if "time" in found:
                table["time"] = found["time"]
            else:
                del table["time"]
    elif "time" in found and "time" not in table:
        table["time"] = found["time"]
    if any(name not in columns for name in table.get("key", found.get("key")) or ()):
        table.pop("key", None)
    elif "key" in found and "key" not in table:
        table["key"] = found["key"]
    if table.get("scope") is not None and table["scope"] not in columns:
        # Rows that only some may see must not be everyone's because a column was renamed.
        raise UserFixable(
            told(
                "The column {column}, which decides who may see a row, is gone. Say in the model's "
                "text which one does, or 'scope: null', before drafting again.",
                column=repr(str(table["scope"])),
            )
        )
    states = table.get("states")
    if isinstance(states, CommentedMap):
        for name in [n for n, s in states.items() if s.get("column") not in columns]:
            del states[name]


def _prune_lists(tree: CommentedMap, tables: Mapping[str, Any], known: set[str]) -> None:
    if tree.get("entity") is not None and tree["entity"] not in known:
        del tree["entity"]
    for key in _LISTED:
        listed = tree.get(key)
        if isinstance(listed, list):
            for k in [k for k, e in enumerate(listed) if not _holds(key, e, tables, known)][::-1]:
                del listed[k]
    metrics = _map(tree, "metrics")
    gone = True
    while gone:  # a formula over a metric that is gone is gone too
        gone = False
        for name in [n for n, m in metrics.items() if not _stands(m, tables, metrics)]:
            del metrics[name]
            gone = True
    if "metrics" in tree and not metrics:
        del tree["metrics"]


def _holds(key: str, entry: Mapping[str, Any], tables: Mapping[str, Any], known: set[str]) -> bool:
    """Whether all that a relation, hierarchy or limit names is there."""
    if key == "limits":
        return entry.get("column") in known
    if key == "hierarchies":
        levels = set(entry.get("levels") or ())
        return any(levels <= set(_map(t, "columns")) for t in tables.values())
    left, right = tables.get(entry.get("left", "")), tables.get(entry.get("right", ""))
    if left is None or right is None:
        return False
    keys = entry.get("keys") or ()
    theirs = entry.get("right_keys") or keys
    return set(keys) <= set(_map(left, "columns")) and set(theirs) <= set(_map(right, "columns"))


def _stands(
    metric: Mapping[str, Any], tables: Mapping[str, Any], metrics: Mapping[str, Any]
) -> bool:
    """Whether all that a metric reads is there."""
    if metric.get("formula"):
        return {c.name for c in parsed(str(metric["formula"])).find_all(exp.Column)} <= set(metrics)
    texts = [str(metric[k]) for k in ("expression", "condition") if metric.get(k)]
    read = {c.name for text in texts for c in parsed(text).find_all(exp.Column)}
    owners = [tables[metric["table"]]] if metric.get("table") in tables else []
    if metric.get("table") is None:
        owners = list(tables.values())
    return any(read <= set(_map(t, "columns")) for t in owners)


def _is_new(metric: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a drafted metric is of a column that was not there before: one that was there had its
    metric taken out by somebody."""
    read = {c.name for c in parsed(str(metric["expression"])).find_all(exp.Column)}
    table = before.get(metric["table"])
    return not isinstance(table, Mapping) or not read <= set(_map(table, "columns"))


def _add_new(
    tree: CommentedMap, draft: Mapping[str, Any], key: str, before: Mapping[str, Any]
) -> None:
    """Relations and hierarchies of columns that were not there before."""
    known = {(t, c) for t, e in _map(before, "tables").items() for c in _map(e, "columns")}
    names = {c for _, c in known}
    for entry in draft.get(key) or ():
        if key == "relations":
            is_new = any((entry["left"], k) not in known for k in entry["keys"]) or (
                entry["right"] not in _map(before, "tables")
            )
        else:
            is_new = any(level not in names for level in entry["levels"])
        if is_new:
            if not isinstance(tree.get(key), list):
                tree[key] = CommentedSeq()
            tree[key].append(entry)
