"""The grammar of the SELECTs that one user may run: a reply cannot name what is not in it.

    nodes      a grammar as values, and its text
    literals   numbers, dates, texts of bounded length
    offer      what this user may name
    rows       expressions over the rows of a table, conditions
    figures    aggregates, arithmetic between them, metrics
    labels     what a figure may be called
    selects    SELECTs over one table
    layers     SELECTs over grouped SELECTs
    build      all of it together
    cache      grammars that are made once
    matching   whether a text is a sentence
    spelling   a SELECT as the grammar spells it

docs/grammar.md says what is in the language and what is not.
"""

from core.generation.grammar.build import sql_grammar, sql_rules
from core.generation.grammar.cache import Grammars, UserGrammar
from core.generation.grammar.offer import values_for

__all__ = ["Grammars", "UserGrammar", "sql_grammar", "sql_rules", "values_for"]
