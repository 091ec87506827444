"""What Gemba knows beside the data: an entry of the corpus, as a value.

The corpus keeps entries, retrieval finds them, a turn answers from them, the admin's page edits
them; all four speak of this value.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["ddl", "qa", "doc"]
EntryStatus = Literal["candidate", "approved", "verified", "rejected", "deprecated"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATUSES: tuple[EntryStatus, ...] = get_args(EntryStatus)
#: Entries that retrieval may find; the others wait for a review, or have been put aside.
LIVE: frozenset[EntryStatus] = frozenset({"approved", "verified"})
_SPACE = uuid.UUID("6a1f3c2e-5f0e-4f6e-9c58-5b8e2d0a7d11")


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of the corpus.

    id: a UUID in text. kind: `ddl`, a table or column of the semantic model; `qa`, a question with
    its SQL; `doc`, a note on the plant's terms. title: what it is about (`plant_obt.energy_kwh`, a
    note's heading); empty for a question. text: the question, the note, the description. sql:
    StarRocks dialect as written, before governance; only `qa` has one. paraphrases: other wordings
    of the question that an admin accepted. plants: whom it is for: seen by who may see all of
    these; none means everybody of the tenant. status: only `approved` and `verified` ones are
    found; a `verified` question also answers by itself. created, verified_at: UTC, naive. hits: how
    often it was used. version: 1 for the first, one more with each change. source: `model`, `seed`,
    `user`, `feedback` or `import`.
    """

    id: str
    tenant: str
    model: str
    kind: Kind
    text: str
    title: str = ""
    sql: str = ""
    paraphrases: tuple[str, ...] = ()
    plants: tuple[str, ...] = ()
    language: str = "en"
    author: str = ""
    status: EntryStatus = "candidate"
    created: dt.datetime | None = None
    verified_by: str = ""
    verified_at: dt.datetime | None = None
    hits: int = 0
    version: int = 1
    source: str = "user"

    @property
    def is_live(self) -> bool:
        """Whether retrieval may find it."""
        return self.status in LIVE

    def seen_by(self, plants: tuple[str, ...]) -> bool:
        """Whether somebody who may see these plants may see the entry."""
        return set(self.plants) <= set(plants)


def entry_id(*parts: str) -> str:
    """An identifier that is the same for the same parts: for entries that files declare."""
    return str(uuid.uuid5(_SPACE, "\x1f".join(parts)))


def new_id() -> str:
    """An identifier that no other entry has."""
    return str(uuid.uuid4())
