"""Every rule, in the order in which findings are told."""

from core.inspection.rule import Rule
from core.inspection.rules import (
    division,
    figures,
    groups,
    joins,
    ratios,
    readings,
    rows,
    time_filters,
    time_functions,
    unit_mixes,
)

RULES: tuple[Rule, ...] = (
    *groups.RULES,
    *joins.RULES,
    *readings.RULES,
    *ratios.RULES,
    *figures.RULES,
    *unit_mixes.RULES,
    *division.RULES,
    *time_filters.RULES,
    *time_functions.RULES,
    *rows.RULES,
)
