"""Thresholds: from which values on people are alerted."""

from core.ui import guard, thresholds

visit = guard.enter("thresholds")
thresholds.draw(visit)
