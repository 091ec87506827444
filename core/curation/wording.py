"""Other wordings of a pair's question: a language model's where there is one, else from the words
that the semantic model and the lexicon know."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from core.entries import Entry
from core.errors import UserFixable
from core.generation.port import LanguageModel, ModelTrouble, reply_of
from core.generation.wordings import read_wordings, wordings_request
from core.language.normalise import clean, place_of, tokenise
from core.language.parser import QuestionParser
from core.language.tagger import Item
from core.language.vocabulary import Target
from core.verified import VerifiedPairs
from core.verified.agreement import agreement_of
from core.verified.dictionary import Dictionary

_LOG = logging.getLogger(__name__)
_MOST: Final = 12
#: Longest wait for a language model's wordings, in seconds.
_WAIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """Wordings to be accepted one by one. came: whose they are; the last two are the lexicon's,
    because the model did not reply, or because nothing that it proposed asks the same."""

    wordings: tuple[str, ...]
    came: Literal["model", "lexicon", "no reply", "none fit"]


def proposed(entry: Entry, parser: QuestionParser, model: LanguageModel | None) -> Proposal:
    """A language model's wordings where they and the pair's SQL say the same, as far as code can
    tell: nothing stands against one that does not stand against the pair's own question. Else the
    lexicon's."""
    if model is None:
        return Proposal(paraphrases_of(entry, parser), "lexicon")
    try:
        reply = reply_of(
            model, wordings_request(entry.text, tenant=entry.tenant), timeout_s=_WAIT_S
        )
    except ModelTrouble as trouble:
        _LOG.warning("wordings are the lexicon's: %s", trouble)
        return Proposal(paraphrases_of(entry, parser), "no reply")
    words = Dictionary.of(parser.model, parser.facts)
    plants = tuple(sorted({s for v in parser.facts.values for s in v.scopes}))
    known = {_plain(wording) for wording in (entry.text, *entry.paraphrases)}

    def against(question: str) -> set[str]:
        said = agreement_of(question, entry.sql, parser, words, plants)
        return {*said.problems, *said.remarks, *said.unsaid}

    borne = against(entry.text)
    found = []
    for wording in read_wordings(reply.text):
        if _plain(wording) not in known and against(wording) <= borne:
            known.add(_plain(wording))
            found.append(wording)
    if not found:
        return Proposal(paraphrases_of(entry, parser), "none fit")
    return Proposal(tuple(found), "model")


def paraphrases_of(entry: Entry, parser: QuestionParser) -> tuple[str, ...]:
    """Wordings that say the same and are not among the pair's yet: one thing in the question is
    called by another of its names. Only those that match the pair and give its own SQL."""
    try:
        text = clean(entry.text)
        items = parser.tagger.tag(tokenise(text)).items
    except UserFixable:
        return ()
    pairs = VerifiedPairs([replace(entry, status="verified", plants=())], parser)
    plants = tuple(sorted({s for v in parser.facts.values for s in v.scopes}))
    own, _ = pairs.match(entry.text, None, plants)
    if own is None:
        return ()
    known = {_plain(wording) for wording in (entry.text, *entry.paraphrases)}
    found: list[str] = []
    for candidate in _candidates(text, items, parser):
        if _plain(candidate) in known:
            continue
        known.add(_plain(candidate))
        match, _ = pairs.match(candidate, None, plants)
        if match is not None and match.sql == own.sql:
            found.append(candidate)
        if len(found) == _MOST:
            break
    return tuple(found)


def _candidates(text: str, items: list[Item], parser: QuestionParser) -> Iterator[str]:
    """The question with one item under another name, its items in turn."""
    choices = []
    for item in items:
        names = [n for target in item.targets for n in _names(target, parser)]
        start, end = place_of(item.tokens)
        choices.append([text[:start] + name + text[end:] for name in dict.fromkeys(names)])
    for turn in range(max(map(len, choices), default=0)):
        yield from (names[turn] for names in choices if turn < len(names))


def _names(target: Target, parser: QuestionParser) -> tuple[str, ...]:
    model = parser.model
    if target.kind == "metric":
        metric = model.metrics[target.name]
        return (metric.label.lower(), *metric.synonyms)
    if target.kind == "column":
        column, _ = parser.vocabulary.columns[target.name]
        return (column.label.lower(), *column.synonyms)
    if target.kind == "value" and target.value is not None:
        column, _ = parser.vocabulary.columns[target.name]
        return tuple(column.value_synonyms.get(target.value, ()))
    return ()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip("?. ")
