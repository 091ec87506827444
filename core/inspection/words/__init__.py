"""Parts of a statement in plain words.

    telling      a node to its words; columns and values
    conditions   what must hold
    calls        aggregates, functions, windows

A part that no word is known for is told as the SQL that it is, so that nothing is claimed that
does not stand in the statement.
"""

from core.inspection.words.calls import CALLS
from core.inspection.words.conditions import CONDITIONS
from core.inspection.words.telling import Telling, learn

learn(CALLS, CONDITIONS)

__all__ = ["Telling"]
