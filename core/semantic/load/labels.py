"""Reads the `labels` of a model's file of words: what its things are called in that language.

`data/models/<model>.<language>.yaml`; docs/languages.md tells its form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final

import yaml

from core.errors import did_you_mean
from core.semantic.model import Label, Labels, SemanticModel, Table
from core.translation import CODE, LANGUAGES

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KEYS: Final = ("model", "tables", "columns", "metrics", "values", "limits")
_OF_TABLE: Final = ("label", "row", "rows", "states")
_OF_LABEL: Final = ("label", "plural", "note", "description")


def read_labels(path: Path, model: SemanticModel) -> tuple[dict[str, Labels], tuple[str, ...]]:
    """Language -> labels of the files beside a model's own, and what is wrong in them as
    `file: text`. A name that the model lacks is wrong, and left out."""
    found: dict[str, Labels] = {}
    problems: list[str] = []
    for language in LANGUAGES:
        file = path.with_name(f"{path.stem}.{language}.yaml")
        if language == CODE or not file.is_file():
            continue
        reader = _Reader(model)
        try:
            raw = _LOADER(file.read_text("utf-8")).get_single_data()
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            problems.append(f"{file.name}: it cannot be read: {error}")
            continue
        labels = raw.get("labels") if isinstance(raw, dict) else None
        if labels is not None:
            found[language] = reader.labels(labels)
        problems += [f"{file.name}: {problem}" for problem in reader.problems]
    return found, tuple(problems)


class _Reader:
    """One file's labels, and what is wrong with them."""

    def __init__(self, model: SemanticModel) -> None:
        self.problems: list[str] = []
        self._model = model
        self._columns = {n: c for t in model.tables.values() for n, c in t.columns.items()}

    def labels(self, raw: object) -> Labels:
        known = self._mapping(raw, "'labels'", _KEYS)
        tables = self._mapping(known.get("tables"), "'tables'", self._model.tables)
        parts = {n: self._mapping(t, f"table {n!r}", _OF_TABLE) for n, t in tables.items()}
        return Labels(
            model=self._text(known.get("model", ""), "'model'"),
            tables=self._named({n: p["label"] for n, p in parts.items() if "label" in p}, "table"),
            rows={n: self._row(n, p) for n, p in parts.items() if "row" in p},
            states={key: label for n, p in parts.items() for key, label in self._states(n, p)},
            columns=self._all(known.get("columns"), "column", self._columns),
            metrics=self._all(known.get("metrics"), "metric", self._model.metrics),
            values=self._values(known.get("values")),
            limits=self._all(known.get("limits"), "limit", {o.label for o in self._model.limits}),
        )

    def _row(self, name: str, part: dict[str, Any]) -> Label:
        what = f"'row' of table {name!r}"
        return Label(self._text(part["row"], what), self._text(part.get("rows", ""), what))

    def _states(self, name: str, part: dict[str, Any]) -> Iterable[tuple[tuple[str, str], Label]]:
        table: Table = self._model.tables[name]
        known = {state.name for state in table.states}
        said = self._all(part.get("states"), f"state of {name!r}", known)
        return [((name, state), label) for state, label in said.items()]

    def _values(self, raw: object) -> dict[str, dict[str, Label]]:
        found = {}
        for name, values in self._mapping(raw, "'values'", self._columns).items():
            # Which values there are, the data tell.
            named = values if isinstance(values, dict) else {}
            labels = self._named({str(v): t for v, t in named.items()}, f"value of {name!r}")
            found[name] = self._apart(labels, name)
        return found

    def _apart(self, labels: dict[str, Label], name: str) -> dict[str, Label]:
        """The labels of values, none of which may be taken for another value."""
        seen: dict[str, str] = {}
        for value, label in labels.items():
            other = seen.setdefault(label.text.casefold(), value)
            is_taken = label.text in labels and label.text != value
            if other != value or is_taken:
                of = label.text if is_taken else other
                self.problems.append(f"{value!r} of {name!r} would be called as {of!r} is.")
        return {v: one for v, one in labels.items() if seen[one.text.casefold()] == v}

    def _all(self, raw: object, kind: str, known: Collection[str]) -> dict[str, Label]:
        return self._named(self._mapping(raw, f"a {kind}", known), kind)

    def _named(self, raw: dict[str, Any], kind: str) -> dict[str, Label]:
        found = {}
        for name, text in raw.items():
            what = f"{kind} {name!r}"
            if isinstance(text, dict):
                parts = self._mapping(text, what, _OF_LABEL)
                found[name] = Label(
                    self._text(parts.get("label", ""), what),
                    self._text(parts.get("plural", ""), what),
                    self._text(parts.get("note", ""), what),
                    self._text(parts.get("description", ""), what),
                )
            else:
                found[name] = Label(self._text(text, what))
            if not found[name].text:
                self.problems.append(f"the label of {what} is empty.")
                del found[name]
        return found

    def _text(self, raw: object, what: str) -> str:
        if isinstance(raw, str):
            return " ".join(raw.split())
        self.problems.append(f"the label of {what} must be text.")
        return ""

    def _mapping(self, raw: object, what: str, known: Collection[str]) -> dict[str, Any]:
        """The mapping with the keys that are known."""
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self.problems.append(f"{what} must hold keys.")
            return {}
        for key in raw:
            if str(key) not in known:
                hint = did_you_mean(str(key), known)
                self.problems.append(f"there is no {key!r} for a label in {what}.{hint}")
        return {str(key): value for key, value in raw.items() if str(key) in known}
