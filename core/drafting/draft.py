"""From what was found to the text of a semantic model, in which everything is marked as drafted."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from core.drafting.keys import key_of
from core.drafting.labels import labels_of, synonyms_of, turned
from core.drafting.metrics import metrics_of, on_one_line, reckoned_columns
from core.drafting.natures import Natured
from core.drafting.shape import Axis, Join, levels_of
from core.drafting.speech import (
    counted_of,
    deed_of,
    event_of,
    head_of,
    named_by,
    naming_column,
    quality_of,
    row_of,
    states_of,
)
from core.drafting.survey import Survey
from core.drafting.times import lenders_of
from core.drafting.words import (
    english_words,
    label_of,
    participle_of,
    parts_of,
    plain_name,
    singular,
    table_label,
    umlauted,
)
from core.semantic.model import Origin
from core.translation import told

_FIELDS: Final = 8


@dataclass(frozen=True, slots=True)
class Drafted:
    """text: the YAML of a model. notes: what to confirm, as sentences, the weightiest first. seen:
    the text of the file on what its columns hold, empty for none."""

    name: str
    text: str
    notes: tuple[str, ...]
    seen: str = ""


def drafted(found: Survey, name: str, label: str, store: str, origin: Origin) -> Drafted:
    """The model's text. store: the path below the data folder."""
    writer = _Writer(found)
    root = CommentedMap()
    root["label"] = label
    root["origin"] = _flow(
        {"database": origin.database, "tables": list(origin.tables), "copied": origin.is_copied}
    )
    root["store"] = store
    root["default_table"] = found.names.tables[found.default]
    root["clock"] = "watermark" if any(found.axes.values()) else "wall"
    root["suggestions"] = CommentedSeq(writer.suggestions())
    levels = writer.hierarchies()
    if levels:
        root["hierarchies"] = CommentedSeq(levels)
    relations = writer.relations()
    if relations:
        root["relations"] = CommentedSeq(relations)
    root["tables"] = CommentedMap({found.names.tables[t]: writer.table(t) for t in found.tables})
    metrics = metrics_of(found)
    if metrics:
        root["metrics"] = CommentedMap(metrics)
    return Drafted(name, written(root), (*writer.notes(), *found.notes))


def yaml_of() -> YAML:
    """What reads and writes a model's text and keeps comments, order and quotes."""
    made = YAML()
    made.width = 100
    made.indent(mapping=2, sequence=4, offset=2)
    made.preserve_quotes = True
    made.allow_unicode = True
    return made


def written(root: Any) -> str:
    """The text of a tree."""
    out = io.StringIO()
    yaml_of().dump(root, out)
    return out.getvalue()


def _flow(entries: Mapping[str, Any]) -> CommentedMap:
    """A mapping on one line."""
    made = CommentedMap(entries)
    made.fa.set_flow_style()
    return made


class _Writer:
    """Writes the parts of one model."""

    def __init__(self, found: Survey) -> None:
        self._found = found
        self._joins = tuple(filter(self._is_kept, found.joins))
        self._lenders = lenders_of(found, self._joins)
        self._named_by = named_by(self._joins, found.tables, found.natures)
        for name, sampled in found.tables.items():
            alone = found.axes[name] is None and name not in {j.right for j in self._joins}
            column = naming_column(sampled, found.natures[name]) if alone else None
            if column is not None:
                self._named_by.setdefault(name, column)

    def _name(self, table: str, column: str) -> str:
        return self._found.names.columns[table, column]

    def table(self, name: str) -> CommentedMap:
        comment, natures = self._found.tables[name].table.comment, self._found.natures[name]
        label = table_label(name)
        made = CommentedMap()
        made["label"] = label
        made["entity"] = singular(label)
        made["drafted"] = True
        axis = self._found.axes[name]
        event = event_of(natures, axis)
        nouns = self._rows(name)[1]
        english = (english_words("tables").get(noun, "") for noun in nouns)
        said = [event, *nouns, *umlauted(label), *english]
        said = [word for word in said if word and word not in (label.casefold(), singular(label))]
        if said:
            made["synonyms"] = on_one_line(said)
        if comment:
            made["description"] = " ".join(comment.split())[:400]
        made["scope"] = None
        if axis is not None:
            made["time"] = _flow(self._axis(name, axis))
        elif (lender := self._lenders.get(name)) is not None and lender.others:
            way = [self._found.names.tables[table] for table in lender.way]
            made["time"] = _flow({"via": way[0] if len(way) == 1 else on_one_line(way)})
        if key := key_of(self._found.tables[name], natures, axis, self._joins):
            made["key"] = on_one_line([self._name(name, column) for column in key])
        graded = quality_of(natures, self._found.tables[name].profiles)
        if graded is not None:
            column = self._name(name, graded.pop("column")[0])
            made["quality"] = _flow({"column": column, **graded})
        made["default_fields"] = on_one_line(self._fields(name, natures, axis))
        states = states_of(natures, self._found.tables[name].profiles, axis)
        if states:
            made["states"] = CommentedMap(
                {s: _flow({"column": self._name(name, c), **e}) for s, (c, e) in states.items()}
            )
        labels = self.labels(name)
        columns = {
            self._name(name, c): self._column(name, n, labels[c]) for c, n in natures.items()
        }
        for entry in columns.values() if graded is not None else ():
            if entry["role"] == "measure":
                entry["needs_good"] = True
        for join in self._joins:
            if join.left == name and join.names_things:
                self._said_as_there(columns[self._name(name, join.keys[0])], join)
        made["columns"] = CommentedMap({**columns, **reckoned_columns(self._found, name, labels)})
        return made

    def _said_as_there(self, entry: CommentedMap, join: Join) -> None:
        """The assets of readings are called as the list of them calls its rows too: machines."""
        key = self.labels(join.right)[join.right_keys[0]].casefold()
        said = [*entry.get("synonyms", ()), key, singular(table_label(join.right))]
        own = entry["label"].casefold()
        entry["synonyms"] = on_one_line([w for w in dict.fromkeys(said) if w != own])

    def _rows(self, table: str) -> tuple[str, tuple[str, ...]]:
        """The number that tells the rows apart, and what a row is called by it, as far as other
        tables do not call their own column so."""
        found = row_of(self._found.tables[table], self._found.natures[table])
        if found is None:
            return "", ()
        column, nouns = found
        is_named = any(j.right == table and column in j.right_keys for j in self._joins)
        label = label_of(column, is_key=True).casefold()
        return ("", ()) if is_named and label in nouns else (column, nouns)

    def _called(self, table: str) -> set[str]:
        """What the table's columns are called."""
        return {label.casefold() for label in self.labels(table).values()}

    def labels(self, table: str) -> dict[str, str]:
        """Column -> label. Numbers of rows that people know by a name are called numbers."""
        keys = {
            key
            for join in self._joins
            if join.right in self._named_by and table in (join.left, join.right)
            for key in (*(join.keys if table == join.left else ()),
                        *(join.right_keys if table == join.right else ()))
        }  # fmt: skip
        return labels_of(self._found.natures[table], frozenset({*keys, self._rows(table)[0]}))

    def _axis(self, table: str, axis: Axis) -> dict[str, Any]:
        made: dict[str, Any] = {"timestamp": self._name(table, axis.timestamp)}
        for key, column in (("date", axis.date), ("utc", axis.utc), ("end", axis.end)):
            if column is not None:
                made[key] = self._name(table, column)
        if axis.minutes:
            made["interval_min"] = axis.minutes
        return made

    def _fields(self, table: str, natures: Mapping[str, Natured], axis: Axis | None) -> list[str]:
        order = ("id", "dimension", "measure", "flag")
        shown = sorted(
            (n for n in natures.values() if n.nature in order and not n.is_personal),
            key=lambda n: order.index(n.nature),
        )
        first = [axis.timestamp] if axis else []
        split = [n.column.name for n in shown if n.nature != "measure"][: _FIELDS // 2]
        figures = [n.column.name for n in shown if n.nature == "measure"][: _FIELDS // 2]
        found = [*first, *split, *figures] or [next(iter(natures))]
        return [self._name(table, c) for c in found]

    def _column(self, table: str, natured: Natured, label: str) -> CommentedMap:
        made = CommentedMap()
        made["type"] = natured.type
        made["role"] = {"id": "dimension", "flag": "dimension"}.get(natured.nature, natured.nature)
        made["label"] = label
        made["drafted"] = True
        comment = " ".join(natured.column.comment.split())
        if comment:
            made["description"] = comment[:400]
        if natured.unit is not None:
            made["unit"] = natured.unit
        if natured.nature == "measure":
            made["default_agg"] = "sum" if natured.adds else "avg"
            if natured.adds or natured.is_either:
                made["additive"] = True
        if natured.is_personal:
            made["personal"] = True
        if natured.is_linked and natured.type == "string":
            made["linked"] = True
            if natured.needs_name:
                made["values_need_name"] = True
        synonyms = synonyms_of(natured, label, comment)
        if natured.nature == "measure":
            others = list(self.labels(table).values())
            forms = (head_of(label, others), counted_of(label, others), *turned(label))
            synonyms += [form for form in forms if form and form not in synonyms]
        header = comment.partition("(")[0].partition("[")[0].strip().casefold()
        english = english_words().get(label.casefold()) or english_words().get(header)
        if english and english not in self._called(table):
            synonyms.append(english)
        if self._is_time(table, natured.column.name) and (done := deed_of(table_label(table))):
            synonyms += [done] if done not in synonyms else []
        if self._named_by.get(table) == natured.column.name:
            one = singular(table_label(table))
            synonyms += [one] if one not in (label.casefold(), *synonyms) else []
        if synonyms:
            made["synonyms"] = on_one_line(synonyms)
        values = self._values(table, natured)
        if values:
            made["value_synonyms"] = CommentedMap({v: on_one_line(w) for v, w in values.items()})
        return made

    def _is_time(self, table: str, column: str) -> bool:
        """Whether it is the table's time, and no column says what was done at it."""
        axis, natures = self._found.axes[table], self._found.natures[table]
        is_said = any(n.nature == "time" and participle_of(name) for name, n in natures.items())
        return axis is not None and axis.timestamp == column and not is_said

    def _values(self, table: str, natured: Natured) -> dict[str, list[str]]:
        """Values as people would write them: `IN_PROGRESS` -> in progress."""
        if not natured.is_linked or natured.is_personal or natured.type != "string":
            return {}
        profile = self._found.tables[table].profiles[natured.column.name]
        if profile.distinct > len(profile.values):
            return {}
        found: dict[str, list[str]] = {}
        taken = {str(v).casefold() for v in profile.values}
        for value in map(str, profile.values):
            said = " ".join(parts_of(value))
            if ("_" in value or value != value.strip()) and said and said not in taken:
                found[value] = [said]
                taken.add(said)
        return found

    def _is_kept(self, join: Join) -> bool:
        """Whether the model can say a join: its columns are there, and of the same types."""
        natures, names = self._found.natures, self._found.names.columns
        if not {join.left, join.right} <= self._found.tables.keys():
            return False
        pairs = list(zip(join.keys, join.right_keys, strict=True))
        are_there = all((join.left, a) in names and (join.right, b) in names for a, b in pairs)
        return are_there and all(
            natures[join.left][a].type == natures[join.right][b].type for a, b in pairs
        )

    def relations(self) -> list[CommentedMap]:
        made = []
        for join in self._joins:
            keys = [self._name(join.left, k) for k in join.keys]
            theirs = [self._name(join.right, k) for k in join.right_keys]
            entry: dict[str, Any] = {
                "left": self._found.names.tables[join.left],
                "right": self._found.names.tables[join.right],
                "kind": "many_to_one",
                "keys": keys,
            }
            if theirs != keys:
                entry["right_keys"] = theirs
            entry["drafted"] = True
            made.append(_flow(entry))
        return made

    def hierarchies(self) -> list[CommentedMap]:
        made: dict[tuple[str, ...], CommentedMap] = {}
        taken: set[str] = set()
        for table, seen in self._found.tables.items():
            for chain in levels_of(seen, self._found.natures[table]):
                levels = tuple(self._name(table, c) for c in chain)
                name = plain_name(levels[-1], taken)
                if levels not in made:
                    taken.add(name)
                    made[levels] = _flow({"name": name, "levels": list(levels), "drafted": True})
        return list(made.values())

    def suggestions(self) -> list[str]:
        """Questions for the first screen, about the table that questions are about."""
        natures = self._found.natures[self._found.default]
        labels = self.labels(self._found.default)
        has_time = self._found.axes[self._found.default] is not None
        figures = [labels[n.column.name] for n in natures.values() if n.nature == "measure"]
        splits = [
            labels[n.column.name]
            for n in natures.values()
            if n.nature == "dimension" and n.is_linked and not n.is_personal
        ]
        found = []
        for figure in figures[:2]:
            found += [f"{figure} by {split.casefold()}" for split in splits[:2]]
            found += [f"{figure} by month"] if has_time else []
        label = table_label(self._found.default)
        found.append(f"How many {label.casefold()}{' per month' if has_time else ' are there'}?")
        return found[:6]

    def notes(self) -> list[str]:
        """What a person has to look at, by what it would do to an answer."""
        found: list[str] = []
        for table, natures in self._found.natures.items():
            unsure = [
                self._name(table, n.column.name)
                for n in natures.values()
                if n.nature == "measure" and not n.is_sure
            ]
            if unsure:
                found.append(
                    told(
                        "{table}: nothing says whether these add up, so they are averaged: "
                        "{columns}.",
                        table=table,
                        columns=", ".join(unsure),
                    )
                )
            personal = [self._name(table, n.column.name) for n in natures.values() if n.is_personal]
            if personal:
                found.append(
                    told(
                        "{table}: taken for personal data and masked for most: {columns}.",
                        table=table,
                        columns=", ".join(personal),
                    )
                )
        found += [
            told(
                "{left} and {right} were joined because the values of {columns} stand there, not "
                "by a declared key.",
                left=j.left,
                right=j.right,
                columns=", ".join(j.keys),
            )
            for j in self._found.joins
            if not j.is_declared
        ]
        for table, lender in self._lenders.items():
            axis = self._found.axes[lender.way[-1]]
            assert axis is not None
            time = f"{lender.way[-1]}.{axis.timestamp}"
            said = told(
                "{table} has no time of its own and goes by {time}.", table=table, time=time
            )
            if lender.others:
                said = told(
                    "{table} has no time of its own and goes by {time}; {others} would do too. "
                    "Correct 'via' under its 'time' where that is not meant.",
                    table=table,
                    time=time,
                    others=", ".join(dict.fromkeys(lender.others)),
                )
            found.append(said)
        bounded = [n for n, t in self._found.tables.items() if t.by_bound]
        if bounded:
            found.append(
                told(
                    "Only a sample was read of {tables}: values and grains may be more.",
                    tables=", ".join(bounded),
                )
            )
        found.append(told("Everyone may see all rows: name a 'scope' column where that is not so."))
        return found
