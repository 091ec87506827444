"""What people call a model's things in another language: `data/models/<model>.<language>.yaml`."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from core.errors import ConfigError
from core.language.lexicon import Lexicon, phrase_of, read_yaml
from core.language.normalise import singular
from core.language.rendering.forms import forms_of
from core.language.rendering.pieces import kind_of
from core.language.rendering.wordbook import EMPTY, Entry, Wordbook, entry_of, load_wordbook
from core.language.vocabulary import Target, Vocabulary
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel

#: The words are the same on any day.
_ANY_DAY = dt.date(2000, 1, 1)
_LOG = logging.getLogger(__name__)


def books_of(
    folder: Path, read_in: str, models: Path, name: str, model: SemanticModel
) -> tuple[Callable[[Vocabulary], Wordbook], ...]:
    """What reads each language's wordbook in a folder, but for the file of the language `read_in`
    that the parser reads; with the words for one model, by its name, in the folder `models`."""
    return tuple(
        book_of(file, models / f"{name}.{file.stem}.yaml", model)
        for file in sorted(folder.glob("*.yaml"))
        if file.stem != read_in
    )


def book_of(
    words: Path, model_words: Path, model: SemanticModel
) -> Callable[[Vocabulary], Wordbook]:
    """Reads a language's wordbook with the words for one model, when it is first asked for. A
    model without such a file has the language's own words alone; what is wrong in a file is logged
    and left out, so that no question fails by it."""

    def read(vocabulary: Vocabulary) -> Wordbook:
        try:
            book = load_wordbook(words)
        except ConfigError as error:
            _LOG.warning("%s", error)
            return EMPTY
        try:
            if not model_words.exists():
                plain = words.parent / "drafting" / words.name
                return book.with_entries(plain_entries(plain, model, vocabulary, book))
            entries, problems = model_entries(model_words, model, vocabulary, book.manner.endings)
        except ConfigError as error:
            _LOG.warning("%s", error)
            return book
        for problem in problems:
            _LOG.warning("%s: %s", model_words.name, problem)
        return book.with_entries(entries)

    return read


def check_words(path: Path, model: SemanticModel, lexicon: Lexicon) -> tuple[str, ...]:
    """What is wrong with a model's file of words, each as `file: text`; empty when nothing is."""
    nothing = DataFacts((), {}, _ANY_DAY, dt.datetime.combine(_ANY_DAY, dt.time()))
    try:
        _, problems = model_entries(path, model, Vocabulary(model, nothing, lexicon))
    except ConfigError as error:
        return (str(error),)
    return tuple(f"{path.name}: {problem}" for problem in problems)


def model_entries(
    path: Path, model: SemanticModel, vocabulary: Vocabulary, endings: Sequence[str] = ()
) -> tuple[list[Entry], tuple[str, ...]]:
    """The phrases of a model's file, and what is wrong with it in words. endings: of the language's
    words (`core.language.rendering.forms`). Raises ConfigError where it cannot be read."""
    return _entries(_raw(path), model, vocabulary, endings)


def _raw(path: Path) -> Mapping[str, Any]:
    try:
        raw = read_yaml(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"The words in {path.name} cannot be read: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigError(f"{path.name} holds no words: its first level must be keys.")
    return raw


def _entries(
    raw: Mapping[str, Any],
    model: SemanticModel,
    vocabulary: Vocabulary,
    endings: Sequence[str],
) -> tuple[list[Entry], tuple[str, ...]]:
    named: dict[str, dict[Target, tuple[str, ...]]] = defaultdict(dict)
    plural: set[str] = set()
    problems: list[str] = []
    for what, found, texts in _listed(raw, model, vocabulary):
        if found is None:
            problems.append(f"there is no {what}.")
            continue
        for text in texts:
            for form, is_plural in forms_of(str(text), endings):
                named[form.casefold()][found[0]] = found[1]
                plural |= {form.casefold()} if is_plural else set()
    entries = []
    for text, targets in named.items():
        is_short = any(other.startswith(f"{text} ") for other in named if named[other] == targets)
        said = (_short(targets, vocabulary) if is_short else None) or _said(targets, vocabulary)
        if said is None:
            names = ", ".join(t.value or t.name for t in targets)
            problems.append(f"{text!r} is said of {names}, and no word of theirs means just that.")
            continue
        kind = kind_of(next(iter(targets)), vocabulary)
        if endings:  # the language says what is one and what is several
            said = (*said[:-1], singular(said[-1]))
        entries.append(entry_of(text, kind, said, is_plural=text in plural))
    return entries, tuple(problems)


def plain_entries(
    path: Path, model: SemanticModel, vocabulary: Vocabulary, book: Wordbook
) -> list[Entry]:
    """What is everyday speech in a language for things with an everyday English name, of a model
    that nobody wrote words for. What the book or the model says already, and what would be said of
    several things, is left out. Raises ConfigError where the file cannot be read."""
    if not path.exists():
        return []
    raw = _raw(path)
    known = raw.get("columns") or {}
    columns = {
        name: [text for word in dict.fromkeys(words) for text in known.get(word, ())]
        for name, (column, _) in vocabulary.columns.items()
        if (words := [w.casefold() for w in (column.label, *column.synonyms)])
    }
    called, states = raw.get("tables") or {}, raw.get("states") or {}
    tables = {
        table.name: {
            "names": [
                text
                for word in dict.fromkeys((table.entity, *table.synonyms))
                for text in called.get(word.casefold()) or ()
            ],
            "states": {
                s.name: texts
                for s in table.states
                if (texts := [*states.get(s.name, ()), *known.get(s.name, ())])
            },
        }
        for table in model.tables.values()
    }
    entries, _ = _entries(
        {"columns": columns, "tables": tables}, model, vocabulary, book.manner.endings
    )
    return [
        entry
        for entry in entries
        if not any(key in book.phrases for key in book.manner.typed_as(entry.words))
        and not any(m.length == len(entry.words) for m in vocabulary.match(entry.words, 0))
    ]


_Named = tuple[Target, tuple[str, ...]]
_Found = tuple[str, _Named | None, Iterable[object]]


def _listed(raw: Mapping[str, Any], model: SemanticModel, vocabulary: Vocabulary) -> list[_Found]:
    """(what is named, the target with its own words in the order of their worth, phrases)."""
    found: list[_Found] = []
    own: _Named | None
    for name, texts in (raw.get("metrics") or {}).items():
        metric = model.metrics.get(name)
        own = None
        if metric is not None:
            target = Target("metric", name, frozenset({metric.table}))
            own = (target, (metric.label, name.replace("_", " "), *metric.synonyms))
        found.append((f"metric {name!r}", own, texts))
    for name, texts in (raw.get("columns") or {}).items():
        own = None
        if name in vocabulary.columns:
            column, tables = vocabulary.columns[name]
            words = (column.label, name.replace("_", " "), *column.synonyms)
            own = (Target("column", name, tables), words)
        found.append((f"column {name!r}", own, texts))
    for name, content in (raw.get("tables") or {}).items():
        table = model.tables.get(name)
        place = frozenset({name})
        own = (Target("table", name, place), (table.label, *table.synonyms)) if table else None
        found.append((f"table {name!r}", own, content.get("names", ())))
        states = {s.name: s for s in table.states} if table else {}
        for state, texts in (content.get("states") or {}).items():
            own = None
            if state in states:
                own = (Target("state", state, place), (state, *states[state].synonyms))
            found.append((f"state {state!r} of {name!r}", own, texts))
    for name, values in (raw.get("values") or {}).items():
        for value, texts in values.items():
            found.append((f"value {value!r} of {name!r}", _value(name, value, vocabulary), texts))
    return found


def _value(name: str, value: str, vocabulary: Vocabulary) -> tuple[Target, tuple[str, ...]] | None:
    """A value by its column; whether the data holds it is not asked."""
    if name not in vocabulary.columns:
        return None
    column, tables = vocabulary.columns[name]
    words = (value, *column.value_synonyms.get(value, ()), f"{column.label} {value}")
    return Target("value", name, tables, value), words


def _short(
    targets: Mapping[Target, tuple[str, ...]], vocabulary: Vocabulary
) -> tuple[str, ...] | None:
    """The end of the name of the one target, where that alone means it ("cost", of parts cost):
    what is said for a phrase that longer ones begin with, and that is only short for it."""
    names = [phrase_of(words[0]) for words in targets.values()]
    end = names[0][-1:]
    if len(names) != 1 or len(names[0]) == 1 or not any(end == phrase_of(w) for w in _own(targets)):
        return None
    match = next((m for m in vocabulary.match(end, 0) if m.length == 1), None)
    meant = {(t.kind, t.name, t.value) for t in match.targets} if match else set()
    return end if meant == {(t.kind, t.name, t.value) for t in targets} else None


def _own(targets: Mapping[Target, tuple[str, ...]]) -> list[str]:
    return [text for words in targets.values() for text in words]


def _said(
    targets: Mapping[Target, tuple[str, ...]], vocabulary: Vocabulary
) -> tuple[str, ...] | None:
    """Words of the targets' own that mean these and nothing else, such as hold no word of the
    grammar where there are any ("total" in "total units" would turn the question)."""
    lexicon = vocabulary.lexicon
    wanted = {(t.kind, t.name, t.value) for t in targets}
    own = [phrase_of(text) for text in _own(targets)]
    own = [p for p in own if p not in lexicon["ignored"].phrases] or own
    own.sort(key=lambda phrase: sum(word in lexicon.meaningful for word in phrase))
    for is_exact in (True, False):
        for phrase in own:
            match = next((m for m in vocabulary.match(phrase, 0) if m.length == len(phrase)), None)
            meant = {(t.kind, t.name, t.value) for t in match.targets} if match else set()
            if meant == wanted or (not is_exact and wanted <= meant):
                return phrase
    # a value that is not in the data is asked about by its name
    return own[0] if len(targets) == 1 and next(iter(targets)).kind == "value" else None
