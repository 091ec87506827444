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
)

RULES: tuple[Rule, ...] = (
    *groups.RULES,
    *joins.RULES,
    *readings.RULES,
    *ratios.RULES,
    *figures.RULES,
    *division.RULES,
    *time_filters.RULES,
    *time_functions.RULES,
    *rows.RULES,
)
