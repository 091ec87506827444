"""The sentences that charts show, in one table; catalogues say them in other languages, each by its
key."""

from __future__ import annotations

from typing import Final

from core.translation import pgettext

SENTENCES: Final = {
    "not_drawable": "This result cannot be shown as {wish}: {reason}.",
    "unknown_wish": "There is no chart called {wish!r}; this is {type}.",
    "empty": "there are no rows",
    "needs_number": "it has no number to draw",
    "needs_time": "it has no order to follow, such as time",
    "needs_category": "it has nothing to split by",
    "needs_two_measures": "it needs two figures for each point",
    "needs_two_splits": "it is not split by two things",
    "needs_bins": "its values are not cut into bins",
    "needs_spread": "it has one value for each bar and no spread",
    "needs_additive": "these figures cannot be added up",
    "needs_one_row": "it has more than one row",
    "needs_one_unit": "its figures have different units",
    "needs_one_split": "it is split by more than one thing",
    "no_pie_of_time": "a pie cannot show steps that follow one another, such as days",
    "no_pie_of_ratios": "these figures are no parts of a whole, because they cannot be added up",
    "no_pie_of_two": "it compares two times",
    "not_these_columns": "These columns cannot be shown as {type}: {reason}.",
    "rest_added": "The {kept} {which} of {all} are shown; the rest are summed as {other}.",
    "rest_left_out": "The {kept} {which} of {all} are shown; the rest is left out.",
    "no_such_column": "it has no such column",
    "one_figure": "it shows one figure",
    "one_figure_by_series": "lines or bars for each group show one figure",
    "too_many_figures": "more than four figures side by side cannot be read",
    "several_rows": "several rows would lie on one another",
    "needs_each": "it shows rows one by one",
    "no_sum_of_ratios": "ratios and means cannot be added up",
    "needs_whole": "it does not have all the rows of the whole",
    "needs_positive": "a figure below zero is no part of a whole",
    "needs_something": "there is nothing above zero to share out",
    "too_many_series": "it would have more than 8 colours side by side",
    "rest_summed": "The {kept} largest of {all} are shown; the rest are summed as {other}.",
    "rest_dropped": "The {kept} {which} of {all} are shown; ratios and means cannot be summed into "
    "a rest.",
    "highest": "highest",
    "lowest": "lowest",
    "more_measures": "Drawn: {shown}. The table has the other figures.",
    "rows_alike": "Several rows share what they are split by; the table shows each of them.",
    "more_splits": "Split by more than two things; the table shows them all.",
    "many_units": "The figures have different units, so they are in a table and not on one axis.",
    "limit_far": "The limit {limit} lies far outside the values and is not drawn.",
    "limits_differ": "Where not all of these assets have the same limit, none is drawn.",
    "limits_unknown": "Which limits counted at that time cannot be told, so none is drawn.",
    "limits_changed": "Limits changed within this time ({when}); those that did not hold "
    "throughout are not drawn.",
    "limit_until": "In force until {at}",
    "limit_on": "In force until the end of this time",
    "cumulative": "Cumulative share",
    "other": "Other",
    "hidden_rest": "{name} (hidden)",
    "by": "{measure} by {splits}",
    "filtered": "{title} ({filters})",
    "more_filters": "{n} more",
    "during": "{title}, {window}",
    "compared": "{title} against {window}",
    "against": "{y} against {x}",
    "and": "{all_but_last} and {last}",
    "values": "Values of {what}",
    "records": "Rows",
    "no_data": "No data",
    "no_value": "no value",
    "same_unit_far": "Drawn: {shown}. The other figures are too far from it in size for one axis; "
    "the table has them.",
    "better": "better",
    "worse": "worse",
    "on_previous": "{change} against {previous}",
    "rows_shown": "The first {shown} of {all} rows.",
    "cut": "The result was cut at {rows} rows, so a rest or a total is not shown.",
    "severity_mark": "Line",
    "severity_caution": "Caution",
    "severity_warning": "Warning",
    "severity_critical": "Critical",
    "meaning_normal": "normal",
    "meaning_good": "good",
    "meaning_caution": "caution",
    "meaning_warning": "warning",
    "meaning_critical": "critical",
    "share_of_shown": "Shares are of the {n} that were asked for, not of everything.",
    "slices_without": "What has no value, or zero, has no slice.",
    "total": "Total",
    "bin": "{low} to {high}",
    "control_mean": "Mean {mean}",
    "control_limits": "Control limits {low} and {high}",
    "control_flagged": "Breaks a rule",
    "control_level": "Level",
    "control_level_at": "Level {mean}",
    "control_baseline": "Baseline",
    "control_rule": "{title}: {name}",
    "control_note": "Mean and control limits (3 sigma) are those of {window}. Control limits say "
    "what the process does; they are no specification limits.",
    "added_up_over": "Added up over {what}.",
}

#: Names of charts as said in a note.
CHART_NAMES: Final = {
    "line": "a line",
    "bar": "bars",
    "grouped_bar": "grouped bars",
    "stacked_bar": "stacked bars",
    "pareto": "a Pareto chart",
    "heatmap": "a heatmap",
    "scatter": "a scatter plot",
    "histogram": "a histogram",
    "box": "a box plot",
    "pie": "a pie",
    "kpi": "a single figure",
    "table": "a table",
}


def say(key: str, **words: object) -> str:
    """The sentence of that key in the language at hand, with its words filled in."""
    return pgettext(key, SENTENCES[key]).format(**words)


def chart_name(kind: str) -> str:
    """A kind of chart as a note names it: `a line`."""
    return pgettext(kind, CHART_NAMES[kind])


def joined(parts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return say("and", all_but_last=", ".join(parts[:-1]), last=parts[-1])
