"""What is said when there is no number, and how good the data behind a number are."""

from __future__ import annotations

import datetime as dt

from core.semantic.display import format_moment, format_number
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed, say, sentence
from core.semantic.query import SemanticQuery
from core.semantic.wording import filters_of, when
from core.types import DataQuality, EmptyReason


def empty_message(
    reason: EmptyReason,
    query: SemanticQuery | None,
    model: SemanticModel,
    *,
    subject: str | tuple[str, ...] | list[str] = "",
    first: dt.datetime | dt.date | None = None,
    last: dt.datetime | dt.date | None = None,
) -> str:
    """One of the five honest empties: what is so, and what to do.

    subject: what is out of scope or unknown, by its names. first, last: how far the loaded data go.
    """
    names = [subject] if isinstance(subject, str) else list(subject)
    names = [name for name in names if name]
    window = when(query.time if query else None)
    match reason:
        case EmptyReason.NO_ROWS:
            words = filters_of(query, model) if query else []
            filters = say("empty_no_rows_filters", filters=listed(words)) if words else ""
            return say("empty_no_rows", filters=filters, when=window)
        case EmptyReason.OUT_OF_SCOPE:
            if not names:
                return say("empty_out_of_scope_plain")
            key = "empty_out_of_scope" if len(names) == 1 else "empty_out_of_scope_many"
            return sentence(say(key, subject=listed(names)))
        case EmptyReason.NOT_LOADED:
            if first is None or last is None:
                extent = say("extent_none")
            else:
                extent = say("extent", first=_moment(first), last=_moment(last))
            return say("empty_not_loaded", when=window, extent=extent)
        case EmptyReason.SENSOR_BAD:
            return say("empty_sensor_bad", when=window)
        case EmptyReason.NOT_ANSWERABLE:
            about = say("empty_subject", subject=listed(names)) if names else ""
            return say("empty_not_answerable", model=f"{model.label!r}", subject=about)


def _moment(value: dt.datetime | dt.date) -> str:
    if isinstance(value, dt.datetime):
        return format_moment(value)
    return format_moment(dt.datetime.combine(value, dt.time()))


def _grade(share: float) -> str:
    """A share with one decimal; one that is there is never shown as nothing, nor as all."""
    text = format_number(share * 100, 1)
    if share > 0 and round(share * 100, 1) == 0:
        text = "<0.1"
    if share < 1 and round(share * 100, 1) == 100:
        text = ">99.9"
    return f"{text}\u00a0%"


def quality_line(quality: DataQuality) -> str:
    """`97.2 % Good, 2.1 % Uncertain, 0.7 % Bad; data to 23:50`; what is unknown is left out.

    The clock time alone where the note or the day is plain would hide an old value, so the date
    stands before it.
    """
    shares = (
        ("grade_good", quality.good),
        ("grade_uncertain", quality.uncertain),
        ("grade_bad", quality.bad),
        ("grade_missing", quality.missing),
    )
    grades = [
        say(key, share=_grade(share))
        for key, share in shares
        if share is not None and (share > 0 or key == "grade_good")
    ]
    end = say("data_to", moment=format_moment(quality.data_to)) if quality.data_to else ""
    parts = [", ".join(grades), end, quality.note]
    return "; ".join(part for part in parts if part)
