"""Corpus: what Gemba was taught: reviewed, tried, and published behind a check."""

from core.ui import corpus, guard

corpus.draw(guard.enter("corpus"))
