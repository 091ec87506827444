"""Inspect SQL: what a statement may do, means and would read, before it runs."""

from core.ui import guard, inspector

visit = guard.enter("inspect")
inspector.draw(visit)
