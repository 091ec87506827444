"""Data: what each table has, and what its gate holds back."""

from core.ui import data, guard

visit = guard.enter("data")
data.draw(visit)
