"""Words that are not spelled as they are known, or stand in another form, and the known ones."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from core.language.lexicon import Lexicon
from core.language.normalise import singular
from core.language.vocabulary import LEAST_DEED, Vocabulary

if TYPE_CHECKING:  # the word list takes long to import
    from spellchecker.spellchecker import WordFrequency


@lru_cache(maxsize=1)
def _real_words() -> WordFrequency:
    """English words and how often each is met; 0 for one that the list lacks."""
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1).word_frequency


#: Letters of the shortest word that may be another one cut short.
_LEAST_CUT_SHORT: Final = 5


class Speller:
    """Mends single words towards the words that mean something here.

    A word that is ordinary English stays as it is, however near it comes to a known one: it is
    asked about and never bent ("plans" is not "plants").
    """

    #: A word this frequent in the word list is meant as it stands; one that is hardly in it may
    #: be a typing error; between the two only the surest slips are mended ("lien" for "line").
    COMMON = 2_000
    RARE = 50

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        content = set(vocabulary.words())
        self._verbs = frozenset(vocabulary.measure_words())
        self._deeds = frozenset(vocabulary.deeds())
        self._offered = tuple(sorted(w for w in content | set(lexicon.words) if len(w) >= 3))
        content |= {w + "s" for w in content if len(w) > 3 and not w.endswith("s")}
        known = content | set(lexicon.words)
        mendable = content | set(lexicon.meaningful)
        self._known = frozenset(known | {singular(w) for w in known})
        self._targets = tuple(
            sorted(w for w in mendable | {singular(w) for w in mendable} if len(w) >= 3)
        )

    def knows(self, word: str) -> bool:
        return word in self._known or singular(word) in self._known

    def is_ordinary(self, word: str) -> bool:
        """Whether an English word list holds the word as a frequent one."""
        frequency = _real_words()[word]
        return bool(frequency >= self.COMMON)

    def mend(self, word: str) -> tuple[str, ...]:
        """The known words that `word` may be a typing error of, all equally near; empty when it
        is known, ordinary, or far from everything.

        Of two words equally many strokes away the likelier slip wins: swapped letters, then a
        letter left out, then one too many, then a wrong one.
        """
        if len(word) < 3 or not word.isalpha() or self.knows(word):
            return ()
        done = [root for root in _done(word) if root in self._deeds]
        if len(done) == 1:
            return (done[0],)
        is_ordinary = self.is_ordinary(word)
        forms = [w for w in _inflections(word) if w in self._verbs] if is_ordinary else []
        if forms:
            return (forms[0],)
        if is_ordinary:
            return ()
        limit = 1 if len(word) <= 5 else 2
        near = process.extract(
            word, self._targets, scorer=OSA.distance, score_cutoff=limit, limit=25
        )
        if not near:
            return self._mend_plural(word) or self._completed(word)
        best = min(score for _, score, _ in near)
        found = [w for w, score, _ in near if score == best and self._is_likely(word, w, int(best))]
        frequency = _real_words()[word]
        if frequency >= self.RARE:
            found = [w for w in found if self._is_sure(word, w, frequency)]
        if not found:
            return self._mend_plural(word)
        ranked = sorted((self._slip(word, w), w) for w in found)
        return tuple(w for rank, w in ranked if rank == ranked[0][0])

    def _completed(self, word: str) -> tuple[str, ...]:
        """The one known word that a longer one was cut short from ("avail"); none where several
        begin so."""
        if len(word) < _LEAST_CUT_SHORT:
            return ()
        whole = {singular(w) for w in self._targets if w.startswith(word)}
        return tuple(whole) if len(whole) == 1 else ()

    @staticmethod
    def _is_likely(word: str, known: str, distance: int) -> bool:
        """Far words must begin alike; of three letters two may be swapped or one left out in the
        middle."""
        if len(word) == 3:
            is_swap = sorted(word) == sorted(known)
            is_short = len(known) > 3 and known[-1] == word[-1]
            return (is_swap or is_short) and known[0] == word[0]
        if len(known) < 4 and len(word) > 4:
            return False
        return distance < 2 or known[0] == word[0]

    def _is_sure(self, word: str, known: str, frequency: int) -> bool:
        """Whether a word that the list does hold is surely a slip: swapped letters, or one left
        out of the middle of a word that is hardly ever written."""
        if sorted(word) == sorted(known):
            return True
        is_short = len(known) == len(word) + 1
        is_framed = word[0] == known[0] and word[-1] == known[-1]
        return is_short and is_framed and frequency <= self.RARE + 10

    @staticmethod
    def _slip(word: str, known: str) -> tuple[int, bool, bool]:
        """How unlikely it is to type `word` for `known`; lower is likelier."""
        if sorted(word) == sorted(known):
            kind = 0
        elif len(known) != len(word):
            kind = 1 if len(known) > len(word) else 2
        else:
            kind = 3
        return kind, word[0] != known[0], word[-1] != known[-1]

    def parted(self, word: str) -> tuple[str, str] | None:
        """Two known words typed as one ("loadfactor"); None when it is not just two."""
        if len(word) < 7 or not word.isalpha() or self.knows(word) or self.is_ordinary(word):
            return None
        found = [
            (word[:at], word[at:])
            for at in range(3, len(word) - 2)
            if self.knows(word[:at]) and self.knows(word[at:])
        ]
        return found[0] if len(found) == 1 else None

    def _mend_plural(self, word: str) -> tuple[str, ...]:
        return self.mend(word[:-1]) if word.endswith("s") and len(word) > 5 else ()

    def near(self, word: str, limit: int = 4) -> tuple[str, ...]:
        """Known words to offer for a word that is not understood."""
        if self.is_ordinary(word):
            return ()
        found = process.extract(word, self._offered, scorer=OSA.normalized_similarity, limit=limit)
        return tuple(w for w, score, _ in found if score >= 0.7 and w != word)


def _done(word: str) -> tuple[str, ...]:
    """What a word that ends in `ed` is the past of: `scrapped` -> `scrap`."""
    root = word.removesuffix("ed")
    if root == word or len(root) < LEAST_DEED:
        return ()
    is_doubled = len(root) > LEAST_DEED and root[-1] == root[-2]
    return (root, root + "e", *((root[:-1],) if is_doubled else ()))


def _inflections(word: str) -> tuple[str, ...]:
    """Other forms of an English verb or noun: `consume` -> `consumed`, `consuming`, ..."""
    roots = [word]
    for ending in ("ing", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            root = word[: -len(ending)]
            roots += [root, root + "e"]
    found: dict[str, None] = {}
    for root in roots:
        stem = root[:-1] if root.endswith("e") else root
        for form in (root, root + "s", stem + "ed", stem + "ing", root + "d"):
            if form != word:
                found[form] = None
    return tuple(found)
