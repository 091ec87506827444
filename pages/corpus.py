"""Corpus: what Gemba was taught: reviewed, tried, and published behind a check."""

from core.translation import CODE, speaking
from core.ui import corpus, guard

visit = guard.enter("corpus")
# Its texts are not translated: as a whole in English, and not in two languages.
with speaking(CODE):
    corpus.draw(visit)
