"""What the parser asks back, as templates in one table. Catalogues say them in other languages,
each by its key (`core.translation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.translation import marked, pgettext

QUESTIONS: Final[dict[str, str]] = {
    "unknown": "I do not know what {words} is here. Please say it another way, or leave it out.",
    "unknown_many": (
        "I do not know what {words} are here. Please say it another way, or leave it out."
    ),
    "means": "“{word}” means “{other}”",
    "leftover": (
        "I understood the rest, but not what {words} should do in this question. Please say it "
        "another way, or leave it out."
    ),
    "without": "Without “{word}”",
    "absent": "There is no {word}. There are {names}.",
    "absent_more": "There is no {word}. There are {names} and others.",
    "alerts": (
        "Alerts that thresholds raised are on the page Alerts, with what was done about them. Here "
        "I answer from what is recorded in the data."
    ),
    "limits": (
        "Limits are on the page Thresholds: which holds for which asset, since when and why. "
        "Charts draw them. In a question, say what is above or below its limit."
    ),
    "future": (
        "Gemba answers from recorded data and makes no forecasts. Ask about a time that has passed."
    ),
    "cause": (
        "Gemba shows what the data says and does not guess at causes. Ask for a figure split by "
        "what may lie behind it, such as its reasons."
    ),
    "risk_more": (
        "Of the risk score I can say which assets of a place or kind have the highest, what it is "
        "now, and why it is so for one of them. I do not know what {words} should do in that."
    ),
    "risk_why_of_one": "I can say of one asset why its risk score is what it is. Of which one?",
    "risk_option": "riskiest assets",
    "drift_more": (
        "Whether something drifts I can say of one figure, asset by asset, over a time. I do not "
        "know what the rest of this question should do in that."
    ),
    "drift_figure": (
        "Whether something drifts I can say of what is measured all the time, such as a "
        "temperature or a ratio, and not of single events."
    ),
    "which_figure": "“{word}” can mean more than one figure. Which one do you mean?",
    "which_value": "“{word}” can mean more than one value. Which one do you mean?",
    "which_column": "“{word}” can mean more than one column. Which one do you mean?",
    "no_definition": "I have no definition of “{word}”. Ask for its figures instead.",
    "not_recorded": (
        "{table} are not recorded by {column}, so “{word}” cannot go with this figure."
    ),
    "whose_time": (
        "Rows of {table} have no time of their own, and it is not plain whose they have. By which "
        "of these times is it meant: {times}? An administrator can settle it in the model."
    ),
    "does_not_go": "“{word}” does not go with this figure.",
    "number_or_list": (
        "I understood the rest, but not what “{word}” should do in this question. Do you want "
        "their number, or a list of them?"
    ),
    "two_selections": (
        "“{word}” or “{other}” are two selections. Please ask for one of them at a time."
    ),
    "divide_what": "Which figure should be divided by “{over}”? Please ask the whole question.",
    "per_some": (
        "“{word}” is counted in some of the rows, and the figure before it is of all. Ask for the "
        "mean of those rows instead."
    ),
    "other_unit": "“{word}” is not measured in that. Leave the unit out.",
    "share_of_other": (
        "A share is of a figure in the same unit, which “{over}” is not. Ask for one per the other."
    ),
    "span": "{label} is formed over a span of time. Which one do you mean?",
    "average_of_amount": (
        "{label} is an amount: an average needs a step of time. Average per what?"
    ),
    "peak_of_amount": (
        "{label} is an amount: its highest or lowest needs something to rank."
    ),
    "in_range": "What do you want to know about {label} in that range?",
    "which_limit": "Which limit do you mean?",
    "under_way": "Figures are of a span of time, and “now” is none. Over which one?",
    "limit_about": "Which figure is the limit about?",
    "number_about": "Which figure is the number about? Please name it.",
    "what_figure": "What do you want to know? Name a figure.",
    "sum_or_mean": "Do you want the total of {label}, or its mean?",
    "rows_or_values": (
        "“{word}” may be rows, or the different values of a column. Which do you want to count?"
    ),
    "amount_of_rows": "“{word}” is a table. Which figure of it do you mean?",
    "ranked_by": "Ranked by which figure?",
    "share_of_what": "The share of what?",
    "ranked_what": "The highest or lowest of what?",
    "share_adds_up": "A share needs an amount that adds up; this figure does not.",
    "which_day": "Which day is {word}?",
    "age_of_what": "“{said}” goes with what happened once, such as an event, and not with this. "
    "Which time do you mean?",
    "moment_beside": "“{said}” cannot stand beside a figure here. Ask for the figure, and then"
    " “when was it highest?”; or ask for a list.",
    "over_midnight": "The clock times run over midnight. Which day do they begin on?",
    "which_times": (
        "Of several times only one, two, or a row without gaps can be asked at once. Which ones "
        "do you mean?"
    ),
    "overlapping": (
        "“{word}” and “{other}” overlap, so comparing them would count some of it twice. Which "
        "days do you mean?"
    ),
}  # fmt: skip


#: What a word of a question was used for.
USES: Final = (
    marked("adds up over time"),
    marked("aggregates"),
    marked("as a percentage"),
    marked("asks which"),
    marked("average for each time step"),
    marked("average to compare with"),
    marked("by what"),
    marked("change from step to step"),
    marked("compare"),
    marked("compares"),
    marked("condition"),
    marked("count"),
    marked("drift"),
    marked("each of them"),
    marked("figure"),
    marked("figure of the condition"),
    marked("filter"),
    marked("how it is aggregated"),
    marked("how it is asked"),
    marked("how long"),
    marked("how many"),
    marked("how much"),
    marked("how the figure is formed"),
    marked("joins"),
    marked("kind of picture"),
    marked("list"),
    marked("mean of each"),
    marked("moving average"),
    marked("names the value beside it"),
    marked("names the values"),
    marked("negation"),
    marked("newest one that has ended"),
    marked("now"),
    marked("number of rows"),
    marked("order"),
    marked("over time"),
    marked("ranking"),
    marked("risk score"),
    marked("share of the total"),
    marked("speaks of the whole"),
    marked("split"),
    marked("table"),
    marked("time"),
    marked("time column"),
    marked("time column of its own"),
    marked("time step"),
    marked("unit of the answer"),
    marked("what is asked"),
    marked("which readings count"),
)


def say(key: str, **fields: str) -> str:
    """The sentence of a key in the language at hand, with its fields filled in; a field is never
    read as a template."""
    return pgettext(key, QUESTIONS[key]).format_map(fields)


def quoted(words: Sequence[str]) -> str:
    """Typed words as a list."""
    return ", ".join(f"“{word}”" for word in words)
