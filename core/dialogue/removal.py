"""Taking things away: "remove the filter", "without the limit", "for all plants"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.dialogue.edits import (
    Against,
    All,
    Anywhere,
    Edit,
    InUnits,
    Split,
    Unmeasured,
    Unsplit,
    When,
    Where,
)
from core.dialogue.places import below
from core.dialogue.words import DialogueWords
from core.language.normalise import Token, singular, tokenise
from core.language.parser import QuestionParser
from core.language.reading import Ask
from core.language.vocabulary import Target
from core.semantic.model import SemanticModel
from core.semantic.phrases import small
from core.semantic.query import Dimension, Filter, Measure, Op, SemanticQuery
from core.semantic.said import label_of
from core.translation import gettext as _
from core.types import Clarification, Option

#: Words that may stand between what is removed and what it is of.
_SMALL: Final = frozenset(
    {
        "that",
        "this",
        "again",
        "please",
        "the",
        "on",
        "of",
        "for",
        "by",
        "to",
        "in",
        "a",
        "any",
        "all",
        "'s",
    }
)

#: What is taken away whole, whatever the answer is split by.
_WHOLE: Final = frozenset({"limit", "comparison", "time", "unit"})


def removals(
    tokens: Sequence[Token],
    base: SemanticQuery,
    words: DialogueWords,
    parser: QuestionParser,
    former: SemanticQuery | None = None,
) -> list[Edit] | None:
    """The changes of words that take something away; None for words that do not. former: the query
    of the answer before the last, by which "that filter" is the one that came last. Raises Ask
    where there is nothing of the kind, or several things."""
    found = words["remove"].match(tokens, 0)
    if found is None:
        return None
    rest = list(tokens[found[1] :])
    own = figures_of([t for t in rest if t.norm not in _SMALL and t.kind != "symbol"], base, parser)
    if own:
        return [Unmeasured(own)]
    kind = ""
    for at in range(len(rest)):
        noun = words["removed"].match(rest, at)
        if noun is not None:
            kind = noun[0]
            if any(t.text == "," for t in rest[at + noun[1] : -1]):
                return None  # "drop the comparison, machine by machine": two things are said
            del rest[at : at + noun[1]]
            break
    named = [_columns(one, parser) for one in _listed(rest, parser)]
    if not all(named):
        return None
    columns = tuple(target for targets in named for target in targets)
    is_order = words["orders"].match(tokens, 0) is not None
    if is_order and not kind and any(t.value is not None for t in columns):
        return None  # "delete the pumps", "switch off PMP-03": these are no words about an answer
    return _taken(kind, columns, base, parser.model, former)


def figures_of(
    tokens: Sequence[Token], base: SemanticQuery, parser: QuestionParser
) -> tuple[Measure, ...]:
    """The figures of several that all of the tokens name; none where they name something else."""
    norms = [t.norm for t in tokens]
    if len(base.measures) < 2:
        return ()
    for match in parser.vocabulary.match(norms, 0):
        names = {t.name for t in match.targets if t.kind in ("metric", "column")}
        found = tuple(m for m in base.measures if (m.metric or m.column) in names)
        if match.length == len(norms) and found:
            return found
    # "the units", of "total units" and another figure
    said = {singular(norm) for norm in norms}
    called = [
        {singular(t.norm) for t in tokenise(_name_of(m, base, parser))} for m in base.measures
    ]
    of_it = [m for m, own in zip(base.measures, called, strict=True) if said and said <= own]
    return tuple(of_it) if len(of_it) == 1 else ()


def _name_of(measure: Measure, base: SemanticQuery, parser: QuestionParser) -> str:
    """What a figure is called in the words that are read."""
    if measure.metric is not None:
        return parser.model.metrics[measure.metric].label.casefold()
    columns = parser.model.tables[measure.table or base.table].columns
    return columns[measure.column].label.casefold() if measure.column is not None else ""


def _taken(
    kind: str,
    columns: tuple[Target, ...],
    base: SemanticQuery,
    model: SemanticModel,
    former: SemanticQuery | None,
) -> list[Edit] | None:
    names = tuple(dict.fromkeys(t.name for t in columns))
    if kind in _WHOLE and any(t.value is None for t in columns):
        return None  # "drop the comparison by line"
    match kind:
        case "limit":
            return [All()]
        case "comparison":
            return [Against(None)]
        case "time":
            return [When(None)]
        case "unit":
            return [InUnits((None,) * len(base.measures))]
        case "split":
            return [Unsplit(tuple(Dimension(n) for n in names))]
        case "filter":
            newest = None if names else _newest(base, former)
            return [newest or Anywhere(names or _only_one(base, model))]
        case "filters":
            return [Anywhere(names or _filtered(base))]
    if not names:
        return None
    filtered = {f.column for f in base.filters if f.phrase or not _is_null_test(f.op)}
    gone = _values_gone(columns, base)
    if gone is not None:
        return [Where((gone,))]
    if set(names) & filtered:
        return [Anywhere(tuple(n for n in names if n in filtered))]
    if {d.column for d in base.dimensions} & set(names) and not any(t.value for t in columns):
        return [Unsplit(tuple(Dimension(n) for n in names if Dimension(n) in base.dimensions))]
    return None


def _listed(tokens: Sequence[Token], parser: QuestionParser) -> list[list[Token]]:
    """The words that can name something, each thing of a list apart: "the pumps and the robots"."""
    found: list[list[Token]] = [[]]
    for at, token in enumerate(tokens):
        is_last = at == len(tokens) - 1
        if parser.lexicon.has("and", tokens, at) == 1:
            found.append([])
        elif is_last and parser.lexicon.has("ignored", tokens, at) == 1:
            continue  # "the pumps too"
        elif token.norm not in _SMALL and token.kind != "symbol":
            found[-1].append(token)
    return [words for words in found if words]


def _values_gone(columns: tuple[Target, ...], base: SemanticQuery) -> Filter | None:
    """The condition that leaves out what is named ("drop Hamburg"): of some values that are asked
    for, those that stay; None where no value is named, and where the answer is of these alone.
    Raises Ask where it is of others anyway."""
    names = {t.name for t in columns if t.value is not None}
    split = {d.column for d in base.dimensions if d.column is not None}
    asked = {f.column: f for f in base.filters if f.op in (Op.EQ, Op.IN)}
    name = next((n for n in (*asked, *sorted(split & names)) if n in names), min(names, default=""))
    gone = tuple(dict.fromkeys(t.value for t in columns if t.name == name and t.value is not None))
    if not gone or (len(names) > 1 and name not in split | set(asked)):
        return None
    if name not in asked:
        return Filter(name, Op.NOT_IN, gone) if len(gone) > 1 else Filter(name, Op.NE, gone)
    kept = tuple(v for v in asked[name].values if v not in gone)
    if len(kept) == len(asked[name].values):
        listed = ", ".join(str(value) for value in gone)
        told = _("The answer before is not of {values}. What should be left out of it?")
        raise Ask(Clarification(told.format(values=listed)))
    if not kept:
        return None
    return Filter(name, Op.IN, kept) if len(kept) > 1 else Filter(name, Op.EQ, kept)


def _filtered(base: SemanticQuery) -> tuple[str, ...]:
    """The columns with conditions; raises Ask where there are none."""
    columns = [f.column for f in base.filters if f.phrase or not _is_null_test(f.op)]
    if not columns:
        raise Ask(Clarification(_("There is no filter on the answer before.")))
    return tuple(dict.fromkeys(columns))


def _newest(base: SemanticQuery, former: SemanticQuery | None) -> Edit | None:
    """Without the filter that the last change brought; None where it brought none or several."""
    if former is None or former.table != base.table:
        return None
    new = {f.column for f in base.filters if f not in former.filters}
    is_limited = any(h not in former.having for h in base.having)
    if len(new) + is_limited != 1:
        return None
    return All() if is_limited else Anywhere(tuple(new), exact=True)


def _only_one(base: SemanticQuery, model: SemanticModel) -> tuple[str, ...]:
    """The column of the only condition there is; of several, it is asked which."""
    columns = [f.column for f in base.filters if f.phrase or not _is_null_test(f.op)]
    names = list(dict.fromkeys(columns))
    if not names and not base.having:
        raise Ask(Clarification(_("There is no filter on the answer before.")))
    if len(names) + bool(base.having) > 1:
        table = model.tables[base.table].columns
        labels = [table[n].label if n in table else "Time of day" for n in names]
        called = [
            small(label_of(table[n], model)) if n in table else _("time of day") for n in names
        ]
        options = tuple(
            Option(_("Without {label}").format(label=own), f"remove the {label.lower()} filter")
            for own, label in zip(called, labels, strict=True)
        )
        if base.having:
            called.append(_("a limit of the figure"))
        listed = ", ".join(called)
        raise Ask(
            Clarification(
                _("There are several filters ({listed}). Which one should go?").format(
                    listed=listed
                ),
                options,
            )
        )
    return tuple(names)


def _is_null_test(op: Op) -> bool:
    return op in (Op.IS_NULL, Op.NOT_NULL)


def everywhere(
    tokens: Sequence[Token], base: SemanticQuery, words: DialogueWords, parser: QuestionParser
) -> list[Edit] | None:
    """The changes of "for all plants", "everywhere"; None for words that say something else."""
    model = parser.model
    if words.whole("whole_site", tokens):
        place = {level for h in model.hierarchies[:1] for level in h.levels}
        scope = model.tables[base.table].scope
        names = tuple(f.column for f in base.filters if f.column in place | {scope})
        return [Anywhere(names)] if names else None
    whole = words["whole_of"].match(tokens, 0)
    if whole is not None:
        under = {n for t in _columns(tokens[whole[1] :], parser) for n in below(t.name, model)}
        gone = tuple(f.column for f in base.filters if f.column in under)
        if gone:
            return [Anywhere(gone)]
    found = words["every"].match(tokens, 0)
    if found is None:
        return None
    rest = list(tokens[found[1] :])
    targets = [t for t in _columns(rest, parser) if t.value is None]
    if not targets:
        return None
    name = targets[0].name
    found_names = [n for t in targets for n in _with_kinds(t.name, base, model)]
    if found_names:
        return [Anywhere(tuple(dict.fromkeys(found_names)))]
    kinds = [n for t in targets for n in _above(t.name, base, model)]
    if kinds:
        return [Anywhere(tuple(dict.fromkeys(kinds)))]
    if any(Dimension(t.name) in base.dimensions for t in targets):
        return [All()]
    return [Split((Dimension(name),), "add")] if found[0] == "every" else None


def _with_kinds(name: str, base: SemanticQuery, model: SemanticModel) -> tuple[str, ...]:
    """The filtered columns that "all of them" speaks of: the column itself, another name of the
    same level (a plant's code), and the kinds that the entity comes in."""
    table = model.tables[base.table]
    same = {name}
    tops = {h.levels[0] for h in model.hierarchies if h.levels}
    if name in tops and model.hierarchies and name == model.hierarchies[0].levels[0]:
        same |= {table.scope} if table.scope else set()
    if name == model.entity:
        same |= {h.levels[0] for h in model.hierarchies if h.levels[1:] == (name,)}
    said = (f for f in base.filters if f.phrase or not _is_null_test(f.op))
    return tuple(dict.fromkeys(f.column for f in said if f.column in same))


def _above(name: str, base: SemanticQuery, model: SemanticModel) -> tuple[str, ...]:
    """The filtered kinds that something comes in ("all products", of one family). A place is no
    kind of what stands in it."""
    filtered = {f.column for f in base.filters if f.op in (Op.EQ, Op.IN)}
    found = []
    for hierarchy in model.hierarchies[1:]:
        if name in hierarchy.levels:
            found += [n for n in hierarchy.levels[: hierarchy.levels.index(name)] if n in filtered]
    return tuple(found)


def _columns(tokens: Sequence[Token], parser: QuestionParser) -> tuple[Target, ...]:
    """The columns and values that all of the tokens name; none where a word is left over."""
    norms = [t.norm for t in tokens]
    found: list[Target] = []
    at = 0
    while at < len(norms):
        matches = [
            (m.length, [t for t in m.targets if t.kind in ("column", "value") and not t.is_partial])
            for m in parser.vocabulary.match(norms, at)
        ]
        matches = [m for m in matches if m[1]]
        if not matches:
            if norms[at] in _SMALL:
                at += 1
                continue
            return ()
        length, targets = max(matches, key=lambda m: m[0])
        found += targets
        at += length
    return tuple(found)
