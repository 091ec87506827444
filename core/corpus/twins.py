"""Entries that ask the same: to be merged when they mean the same, to be decided when not.

Two questions are the same when their normal forms are, when the caller's text for their meaning
is, or when they differ by the order of their words or the spelling of one. A word with a digit is
never a spelling of another, so that Line 1 is not Line 2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from core.corpus import text as texts
from core.corpus.ledger import Ledger
from core.corpus.rows import sorted_as
from core.corpus.tables import HEADS, QUESTIONS
from core.corpus.values import Duplicate, Twin
from core.entries import Entry
from core.translation import marked, told

#: Likeness, 0..100, from which two words are spellings of one, and the fewest letters they have;
#: set by tests/corpus/questions.tsv, which has no false match from here on (at 80, corrective
#: would be a spelling of collective).
SPELLING = 83.0
_SHORTEST = 5
#: Entries that share all words but one and are still compared pair by pair.
_CROWD = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of an entry, ready to be compared."""

    id: str
    key: str
    text: str
    sql: str
    plan_key: str
    status: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that ask the same. kind: `conflict` when two of them answer otherwise."""

    kind: str
    ids: tuple[str, ...]
    why: str


def is_near(one: str, other: str) -> bool:
    """Whether two normal forms are one question: in another order, or with one word misspelt."""
    mine, theirs = sorted(one.split()), sorted(other.split())
    if mine == theirs:
        return not _has_direction(one)
    if len(mine) != len(theirs):
        return False
    left, right = _rest(mine, theirs), _rest(theirs, mine)
    return len(left) == len(right) == 1 and is_spelling(left[0], right[0])


def is_spelling(one: str, other: str) -> bool:
    """Whether one word is the other with a slip of the keys."""
    if not (_may_slip(one) and _may_slip(other)):
        return False
    # Early and yearly, factor and factory: beginnings and endings make other words.
    if one[0] != other[0] or one[-1] != other[-1]:
        return False
    slips = OSA.distance(one, other, score_cutoff=2)
    return slips == 1 or (slips == 2 and ratio(one, other) >= SPELLING)


def _may_slip(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha()


def _has_direction(key: str) -> bool:
    """`from A to B` in another order is another question."""
    return any(word in ("<", ">", "to", "from", "than", "vs", "versus") for word in key.split())


def _rest(words: Sequence[str], without: Sequence[str]) -> list[str]:
    kept = list(words)
    for word in without:
        if word in kept:
            kept.remove(word)
    return kept


def asked(
    connection: sa.Connection, tenant: str, model: str, *where: sa.ColumnElement[bool]
) -> list[Asked]:
    """Questions and paraphrases of the working copies: all, or those for which `where` holds."""
    query = (
        sa.select(
            QUESTIONS.c.entry, QUESTIONS.c.key, HEADS.c.text, HEADS.c.sql, HEADS.c.plan_key,
            HEADS.c.status,
        )
        .join(
            HEADS,
            sa.and_(HEADS.c.tenant == QUESTIONS.c.tenant, HEADS.c.entry == QUESTIONS.c.entry),
        )
        .where(QUESTIONS.c.tenant == tenant, QUESTIONS.c.model == model, *where)
        .order_by(QUESTIONS.c.entry, QUESTIONS.c.position)
    )  # fmt: skip
    return [Asked(*row) for row in connection.execute(query)]


def exact(
    connection: sa.Connection, entry: Entry, plan_key: str, but: Collection[str] = ()
) -> tuple[Twin, ...]:
    """Stored entries other than this one, and none of `but`, that say the same to the letter: a
    question with its meaning, a note with its title."""
    if entry.kind != "qa":
        return _same_notes(connection, entry, but)
    question = ready(entry, plan_key)[0]
    found = asked(connection, entry.tenant, entry.model, QUESTIONS.c.key == question.key)
    index = Index(q for q in found if q.id not in but)
    return tuple(t for t in index.twins(question) if t.is_exact)


def _same_notes(connection: sa.Connection, entry: Entry, but: Collection[str]) -> tuple[Twin, ...]:
    query = sa.select(HEADS.c.entry).where(
        HEADS.c.tenant == entry.tenant,
        HEADS.c.model == entry.model,
        HEADS.c.kind == entry.kind,
        HEADS.c.deleted == sa.false(),
        HEADS.c.sorted_as == sorted_as(entry),
        HEADS.c.title == entry.title,
        HEADS.c.text == entry.text,
        HEADS.c.entry != entry.id,
    )
    shown = entry.title or entry.text[:60]
    return tuple(
        Twin(id_, shown, "same", SAME_WORDS, is_exact=True)
        for id_ in connection.execute(query).scalars()
        if id_ not in but
    )


#: Why an entry is another one's twin.
SAME_WORDS: Final = told("It has the same words.")
_SAME_MEANING: Final = told("It means the same.")
_NEARLY_SAME: Final = told("Its words are nearly the same.")


def refuse_exact(connection: sa.Connection, entry: Entry, plan_key: str) -> None:
    """Raises Duplicate when the corpus has this entry to the letter."""
    refuse(entry, exact(connection, entry, plan_key))


def refuse(entry: Entry, found: tuple[Twin, ...]) -> None:
    """Raises Duplicate when there are twins."""
    if not found:
        return
    text = marked("The corpus has this text already: {question}. Change one.")
    if entry.kind == "qa":
        text = marked(
            "The corpus has this question already, with this answer: {question}. Merge the two, or "
            "change one."
        )
    raise Duplicate(told(text, question=repr(found[0].question)), found)


class Index:
    """Questions by what can make them twins."""

    def __init__(self, questions: Iterable[Asked]) -> None:
        self.by_key: dict[str, list[Asked]] = defaultdict(list)
        self.by_plan: dict[str, list[Asked]] = defaultdict(list)
        self.by_most: dict[tuple[str, ...], list[Asked]] = defaultdict(list)
        for question in questions:
            self.add(question)

    def add(self, question: Asked) -> None:
        """Take one more."""
        self.by_key[question.key].append(question)
        if question.plan_key:
            self.by_plan[question.plan_key].append(question)
        for most in _most(question.key):
            self.by_most[most].append(question)

    def twins(self, of: Asked) -> tuple[Twin, ...]:
        """Entries other than its own that ask the same, the surest first."""
        found: dict[str, Twin] = {}
        for other in self.by_key.get(of.key, ()):
            self._note(found, of, other, SAME_WORDS, is_exact=True)
        for other in self.by_plan.get(of.plan_key, ()) if of.plan_key else ():
            self._note(found, of, other, _SAME_MEANING)
        for most in _most(of.key):
            crowd = self.by_most.get(most, ())
            for other in crowd[:_CROWD]:
                if other.id not in found and is_near(of.key, other.key):
                    self._note(found, of, other, _NEARLY_SAME)
        return tuple(found.values())

    @staticmethod
    def _note(
        found: dict[str, Twin], of: Asked, other: Asked, why: str, *, is_exact: bool = False
    ) -> None:
        if other.id == of.id or other.id in found:
            return
        same = means_same(of, other)
        found[other.id] = Twin(
            other.id,
            other.text,
            "same" if same else "conflict",
            why if same else told("{why} It answers otherwise.", why=why),
            is_exact=is_exact and same,
        )


def means_same(one: Asked, other: Asked) -> bool:
    """Whether two questions have one answer: by the caller's text for it, or by their SQL."""
    if one.plan_key and other.plan_key:
        return one.plan_key == other.plan_key
    return texts.sql_key(one.sql) == texts.sql_key(other.sql)


def _most(key: str) -> set[tuple[str, ...]]:
    """The words in order, and without each one that may be misspelt: twins have one in common."""
    words = sorted(key.split())
    without = {tuple(words[:i] + words[i + 1 :]) for i, word in enumerate(words) if _may_slip(word)}
    return without | {(*words, "")}


def ready(entry: Entry, plan_key: str) -> list[Asked]:
    """An entry's questions, to be looked up or added."""
    return [
        Asked(entry.id, texts.question_key(q), entry.text, entry.sql, plan_key, entry.status)
        for q in (entry.text, *entry.paraphrases)
    ]


class Twins:
    """Duplicates and conflicts of the corpus."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def of(self, entry: Entry, plan_key: str = "") -> tuple[Twin, ...]:
        """Entries that ask what this one does; it need not be stored."""
        mine = ready(entry, plan_key)
        with self._ledger.reading() as connection:
            keys = sa.select(QUESTIONS.c.entry, QUESTIONS.c.key).where(
                QUESTIONS.c.tenant == entry.tenant, QUESTIONS.c.model == entry.model
            )
            near = {
                id_ for id_, key in connection.execute(keys) if is_near(mine[0].key, key)
            }  # fmt: skip
            like = sa.or_(
                QUESTIONS.c.key.in_([q.key for q in mine]),
                QUESTIONS.c.entry.in_(sorted(near)[:_CROWD]),
                sa.and_(HEADS.c.plan_key == plan_key, HEADS.c.plan_key != ""),
            )
            index = Index(asked(connection, entry.tenant, entry.model, like))
        found: dict[str, Twin] = {}
        for question in mine:
            for twin in index.twins(question):
                found.setdefault(twin.id, twin)
        return tuple(found.values())

    def groups(self, tenant: str, model: str) -> tuple[Group, ...]:
        """Entries of the corpus that ask the same, conflicts first."""
        with self._ledger.reading() as connection:
            questions = asked(connection, tenant, model)
        index = Index(questions)
        by_id = {q.id: q for q in questions}
        chief: dict[str, str] = {id_: id_ for id_ in by_id}
        why: dict[str, Twin] = {}
        for question in questions:
            if question.status in ("rejected", "deprecated"):
                continue
            for twin in index.twins(question):
                if by_id[twin.id].status in ("rejected", "deprecated"):
                    continue
                one, other = _chief(chief, question.id), _chief(chief, twin.id)
                chief[max(one, other)] = min(one, other)
                for id_ in (question.id, twin.id):
                    if id_ not in why or twin.kind == "conflict":
                        why[id_] = twin
        return _grouped(chief, why)


def _chief(chief: dict[str, str], id_: str) -> str:
    while chief[id_] != id_:
        id_ = chief[id_]
    return id_


def _grouped(chief: dict[str, str], why: Mapping[str, Twin]) -> tuple[Group, ...]:
    members: dict[str, list[str]] = defaultdict(list)
    for id_ in why:
        members[_chief(chief, id_)].append(id_)
    groups = []
    for ids in members.values():
        first = next((why[i] for i in ids if why[i].kind == "conflict"), why[ids[0]])
        groups.append(Group(first.kind, tuple(sorted(ids)), first.why))
    return tuple(sorted(groups, key=lambda g: (g.kind, g.ids)))
