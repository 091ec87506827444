"""Grammars are made once for everybody who may name the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from core.generation.grammar.build import sql_rules
from core.generation.grammar.nodes import Rules, ebnf
from core.generation.grammar.offer import OfferedTable, offered, values_for
from core.generation.grammar.spelling import NotSpelled, spelled
from core.generation.port import Grammar
from core.generation.prompt import Visible
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel

#: How many are kept; about 120 KB each for the demo plant.
MOST = 64


@dataclass(frozen=True)
class UserGrammar:
    """What one kind of user may write. grammar: for the server. rules, tables: the same as values,
    to spell SQL of ours by. row_cap: the largest LIMIT."""

    grammar: Grammar
    rules: Rules
    tables: tuple[OfferedTable, ...]
    row_cap: int

    def spelled(self, sql: str) -> str | None:
        """A statement as this user's grammar spells it; None where it is not in the language."""
        try:
            return spelled(sql, self.rules, self.tables, row_cap=self.row_cap)
        except (NotSpelled, RecursionError):
            return None


class Grammars:
    """Keeps the grammars that were asked for last. Thread-safe; each is made once."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[Hashable, UserGrammar] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def of(
        self,
        model: SemanticModel,
        visible: Visible,
        facts: DataFacts,
        *,
        plants: Iterable[str],
        row_cap: int,
        stamp: str = "",
        masked: frozenset[tuple[str, str]] = frozenset(),
        columns: frozenset[tuple[str, str]] | None = None,
    ) -> UserGrammar:
        """The grammar of what a user with these columns and plants may run.

        stamp: names the state of the data that `facts` were read from (the engine's own); masked:
        the (table, column) that the user sees under a mask; columns: those retrieved for the
        question, None for all. ValueError when nothing is visible.
        """
        mine = frozenset(plants)
        shown = frozenset(visible.items())
        key = (model.name, model.version, stamp, shown, mine, row_cap, masked, columns)
        with self._lock:
            found = self._known.get(key)
            if found is None:
                values = values_for(facts, mine, masked)
                rules = sql_rules(model, visible, values, row_cap=row_cap, columns=columns)
                tables = tuple(offered(model, visible, values, columns))
                found = UserGrammar(Grammar(ebnf(rules)), rules, tables, row_cap)
                self._known[key] = found
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return found
