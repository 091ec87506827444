"""The verified pairs of a turn: supplied by the corpus, opened once for each of its versions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from core.assistant.parts import ModelParts
from core.entries import Entry
from core.language import Reading
from core.types import User, Verified
from core.verified import VerifiedMatch, VerifiedPairs

_LOG = logging.getLogger(__name__)

#: The live qa entries of a model that a user may see, and the version of the corpus; what is not
#: verified may be among them.
PairsOf = Callable[[User, str], tuple[Entry, ...]]
VersionOf = Callable[[str], str]
#: Similarities 0..1 of a question to entries, by id, among those that the user may see.
Similar = Callable[[str, User, str], Mapping[str, float]]


class VerifiedAnswers:
    """Finds the verified pair that answers a question. Thread-safe."""

    def __init__(
        self,
        pairs: PairsOf = lambda _user, _model: (),
        version: VersionOf = lambda _model: "",
        similar: Similar | None = None,
    ) -> None:
        """Without arguments there are no pairs. `version` must change with each change of what
        `pairs` gives."""
        self._pairs = pairs
        self._version = version
        self._similar = similar
        self._lock = threading.Lock()
        self._opened: dict[tuple[str, str, tuple[str, ...]], tuple[str, VerifiedPairs]] = {}

    def match(
        self, question: str, reading: Reading, user: User, parts: ModelParts
    ) -> VerifiedMatch | None:
        """The pair that the question matches; None for a question that no data answers, that names
        what the user may not see, or that two pairs answer otherwise."""
        if reading.problem or reading.out_of_scope:
            return None
        opened = self.opened(user, parts)
        if not opened:
            return None
        name = parts.model.name
        similar = self._similar(question, user, name) if self._similar is not None else None
        match, conflicts = opened.match(question, reading, user.plants, similar)
        if conflicts:
            ids = ", ".join(entry.id for entry in conflicts)
            _LOG.warning("verified pairs that answer one question otherwise: %s", ids)
        return match

    def opened(self, user: User, parts: ModelParts) -> VerifiedPairs:
        """The user's pairs over a model."""
        name = parts.model.name
        version = self._version(name)
        key = (name, user.tenant, user.plants)
        with self._lock:
            known = self._opened.get(key)
            if known is None or known[0] != version:
                entries = tuple(e for e in self._pairs(user, name) if e.tenant == user.tenant)
                opened = VerifiedPairs(entries, parts.parser, known[1] if known else None)
                known = self._opened[key] = (version, opened)
        return known[1]


def badge_of(match: VerifiedMatch) -> Verified:
    """What an answer says of the pair that it comes from."""
    entry = match.entry
    return Verified(
        entry=entry.id,
        question=entry.text,
        by=entry.verified_by,
        on=entry.verified_at,
        sql=match.sql,
        parameters=match.parameters,
    )
