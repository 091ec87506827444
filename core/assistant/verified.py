"""The verified pairs of a turn: supplied by the corpus, opened once for each of its versions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from core.assistant.parts import ModelParts
from core.entries import Entry
from core.language import Reading
from core.types import User, Verified
from core.verified import KnownKeys, VerifiedMatch, VerifiedPairs

_LOG = logging.getLogger(__name__)

#: What the parser does not answer by a word of the question, which a person may have verified with
#: that word in it ("expected readings"); such a question has no reading, so only the pair's own
#: words match it. Never one that asks to write.
_MAY_MATCH = ("", "future", "cause")

#: The live qa entries of a tenant and model; what is not verified may be among them.
PairsOf = Callable[[str, str], Iterable[Entry]]
#: Another number with each change of what `PairsOf` gives.
VersionOf = Callable[[str, str], int]


class VerifiedAnswers:
    """Finds the verified pair that answers a question. Thread-safe."""

    def __init__(
        self,
        pairs: PairsOf = lambda _tenant, _model: (),
        version: VersionOf = lambda _tenant, _model: 0,
        known: VerifiedAnswers | None = None,
        folder: Path | None = None,
    ) -> None:
        """Without arguments there are no pairs. known: others, whose keys and opened pairs are
        taken over where they are the same. folder: where the keys of the pairs are kept from one
        process to the next; else they are made in each."""
        self._pairs = pairs
        self._version = version
        self._known = known
        self._folder = folder
        self._lock = threading.Lock()
        self._keys: dict[str, KnownKeys] = {}
        self._opened: dict[tuple[str, str], tuple[int, VerifiedPairs]] = {}

    def match(
        self, question: str, reading: Reading, user: User, parts: ModelParts
    ) -> VerifiedMatch | None:
        """The pair that the question matches; None for a question that asks to write or for the
        meaning of a term, that names what the user may not see, or that two pairs answer
        otherwise."""
        match, conflicts = self.look_up(question, reading, user, parts)
        if conflicts:
            ids = ", ".join(entry.id for entry in conflicts)
            _LOG.warning("verified pairs that answer one question otherwise: %s", ids)
        return match

    def look_up(
        self,
        question: str,
        reading: Reading,
        user: User,
        parts: ModelParts,
        pairs: VerifiedPairs | None = None,
    ) -> tuple[VerifiedMatch | None, tuple[Entry, ...]]:
        """The same, and the pairs that answer otherwise, for which none is used. pairs: as opened
        before, for many questions at once."""
        if reading.problem not in _MAY_MATCH or reading.out_of_scope or not _sees_any(user, parts):
            return None, ()
        known = pairs if pairs is not None else self.opened(user.tenant, parts)
        return known.match(question, reading, user.plants)

    def opened(self, tenant: str, parts: ModelParts) -> VerifiedPairs:
        """The pairs of a tenant over a model, as they are now. Where keys of many pairs are still
        to be made this takes seconds, and who else asks waits for the rest of them."""
        key = (tenant, parts.model.name)
        version = self._version(*key)
        with self._lock:
            known = self._opened.get(key)
            if known is None or known[0] != version or not known[1].is_over(parts.parser):
                entries = [e for e in self._pairs(*key) if e.tenant == tenant]
                before = known[1] if known else self._before(key)
                known = self._opened[key] = (
                    version,
                    VerifiedPairs(entries, parts.parser, before, self._keys_of(parts)),
                )
        return known[1]

    def _keys_of(self, parts: ModelParts) -> KnownKeys:
        if self._known is not None:
            with self._known._lock:
                return self._known._keys_of(parts)
        name = parts.model.name
        keys = self._keys.get(name)
        if keys is None or keys.parser is not parts.parser:
            file = self._folder / f"pairs-{name}.json" if self._folder is not None else None
            keys = self._keys[name] = KnownKeys(parts.parser, file)
        return keys

    def _before(self, key: tuple[str, str]) -> VerifiedPairs | None:
        if self._known is None:
            return None
        with self._known._lock:
            found = self._known._opened.get(key)
        return found[1] if found else None


def _sees_any(user: User, parts: ModelParts) -> bool:
    """Whether the user has plants, where the data is parted by them."""
    return bool(user.plants) or not any(t.scope for t in parts.model.tables.values())


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
