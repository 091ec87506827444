"""A draft of an entry, looked at before it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.corpus import Corpus, Twin
from core.curation.workbench import Workbench
from core.entries import Entry, Kind, new_id
from core.errors import UserFixable
from core.translation import told
from core.types import Answer, User
from core.verified import VerifiedPairs, review_of

Field = Literal["text", "sql", "title", "paraphrases", "plants"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an admin typed. id, base: of the entry that is edited and the version that it was made
    from; empty and 0 for a new one."""

    kind: Kind
    text: str
    title: str = ""
    sql: str = ""
    paraphrases: tuple[str, ...] = ()
    plants: tuple[str, ...] = ()
    language: str = "en"
    id: str = ""
    base: int = 0

    @classmethod
    def of(cls, entry: Entry) -> Draft:
        """The entry as a draft."""
        return cls(
            kind=entry.kind,
            text=entry.text,
            title=entry.title,
            sql=entry.sql,
            paraphrases=entry.paraphrases,
            plants=entry.plants,
            language=entry.language,
            id=entry.id,
            base=entry.version,
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """Something amiss with a field. blocks: it cannot be kept; else it only cannot be verified."""

    field: Field
    message: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft looked at. answer: its SQL run as the admin, None without SQL. parameters: what the
    asker's own words replace, such as `Plant: Hamburg`. twins: entries that ask the same."""

    problems: tuple[Problem, ...]
    answer: Answer | None = None
    parameters: tuple[str, ...] = ()
    twins: tuple[Twin, ...] = ()

    @property
    def can_save(self) -> bool:
        """Whether it can be kept."""
        return not any(problem.blocks for problem in self.problems)

    @property
    def can_verify(self) -> bool:
        """Whether it can answer by itself."""
        return not self.problems


def entry_of(draft: Draft, user: User, model: str) -> Entry:
    """The entry that a draft would be."""
    return Entry(
        id=draft.id or new_id(),
        tenant=user.tenant,
        model=model,
        kind=draft.kind,
        text=draft.text,
        title=draft.title,
        sql=draft.sql,
        paraphrases=tuple(p for p in draft.paraphrases if p.strip()),
        plants=draft.plants,
        language=draft.language,
        author=user.name,
        source="user",
    )


def check(draft: Draft, bench: Workbench, user: User, corpus: Corpus) -> Checked:
    """Govern and run the draft's SQL as this person, tie its words to it, look for its twins."""
    entry = entry_of(draft, user, bench.parser.model.name)
    problems = _contents(entry, bench)
    if entry.kind != "qa":
        return Checked(tuple(problems))
    answer = bench.run_sql(entry.sql, user) if entry.sql.strip() else None
    if answer is None:
        problems.append(
            Problem("sql", told("Write the SQL that answers the question."), blocks=True)
        )
    elif answer.status in ("refused", "failed"):
        problems.append(Problem("sql", answer.message, blocks=True))
    elif answer.status == "empty":
        problems.append(
            Problem(
                "sql", told("{message} Check its conditions.", message=answer.message), blocks=False
            )
        )
    parameters: tuple[str, ...] = ()
    if not any(p.blocks for p in problems):
        amiss = review_of(entry, bench.parser).problems
        problems += [Problem("text", message, blocks=False) for message in amiss]
        parameters = _parameters(entry, bench)
    twins = corpus.twins.of(entry, bench.meaning(entry)) if entry.text.strip() else ()
    return Checked(tuple(problems), answer, parameters, tuple(t for t in twins if t.id != draft.id))


def _contents(entry: Entry, bench: Workbench) -> list[Problem]:
    problems = []
    if not entry.text.strip():
        what = told("Write the question.") if entry.kind == "qa" else told("Write the note.")
        problems.append(Problem("text", what, blocks=True))
    if entry.kind == "doc" and not entry.title.strip():
        problems.append(Problem("title", told("Give the note a title."), blocks=True))
    unknown = [plant for plant in entry.plants if plant not in bench.plants()]
    if unknown:
        problems.append(
            Problem(
                "plants", told("There is no plant {plant}.", plant=repr(unknown[0])), blocks=True
            )
        )
    if entry.kind == "ddl":
        message = told("What the model says of its tables is edited in the model's file.")
        problems.append(Problem("text", message, blocks=True))
    return problems


def _parameters(entry: Entry, bench: Workbench) -> tuple[str, ...]:
    """What of the pair's own question is replaced when somebody asks it with other words."""
    pairs = VerifiedPairs([replace(entry, status="verified")], bench.parser)
    try:
        match, _ = pairs.match(entry.text, None, bench.plants())
    except UserFixable:
        return ()
    if match is None:
        return ()
    return tuple(f"{p.label}: {p.phrase}" for p in match.parameters if p.editable)
