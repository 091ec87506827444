"""Boards: answers that are kept and run again."""

from core.ui import boards, guard

visit = guard.enter("boards")
boards.draw(visit)
