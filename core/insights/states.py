"""What is said when there is no number, and how good the data behind a number are."""

from __future__ import annotations

import datetime as dt

from core.semantic.display import format_fixed, format_moment, format_number
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed, say, sentence
from core.semantic.query import SemanticQuery
from core.semantic.said import entities_of, said
from core.semantic.subject import grouped_words, kept_figure, subject_of
from core.semantic.wording import (
    column_words,
    measure_words,
    metric_of,
    table_of,
    when,
)
from core.types import DataQuality, EmptyReason


def empty_message(
    reason: EmptyReason,
    query: SemanticQuery | None,
    model: SemanticModel,
    *,
    subject: str | tuple[str, ...] | list[str] = "",
    first: dt.datetime | dt.date | None = None,
    last: dt.datetime | dt.date | None = None,
    has_rows: bool = False,
    nearest: tuple[str, str] | None = None,
) -> str:
    """One of the five honest empties: what is so, and what to do.

    subject: what is out of scope or unknown, by its names. first, last: how far the loaded data go.
    has_rows: the filters leave rows, but no figure. nearest: the name and the figure of the group
    that came nearest to a threshold which none met.
    """
    names = [subject] if isinstance(subject, str) else list(subject)
    names = [name for name in names if name]
    window = when(query.time if query else None)
    match reason:
        case EmptyReason.NO_ROWS:
            return _no_rows(query, model, window, has_rows=has_rows, nearest=nearest)
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
            about = subject_of(query, model).phrase if query else ""
            is_some = query is not None and any(m.where for m in query.measures)
            key = "empty_sensor_bad_where" if is_some else "empty_sensor_bad_of"
            return say(key, subject=about, when=window)
        case EmptyReason.NOT_ANSWERABLE:
            if query is not None and has_rows:
                return _no_value(query, model, window)
            about = say("empty_subject", subject=listed(names)) if names else ""
            return say("empty_not_answerable", model=f"{said(model).label!r}", subject=about)


def _no_rows(
    query: SemanticQuery | None,
    model: SemanticModel,
    window: str,
    *,
    has_rows: bool,
    nearest: tuple[str, str] | None,
) -> str:
    if query is None:
        return say("empty_no_rows", entities=entities_of(None), when=window)
    if query.having and query.having[0].measure < len(query.measures):
        return _none_kept(query, model, window, nearest)
    if has_rows and _zero_note(query, model):
        return _no_value(query, model, window)
    table = table_of(query, model)
    subject = subject_of(query, model, states_apart=True)
    entities = subject.around(entities_of(table))
    return say("empty_no_rows", entities=entities, when=window)


def _zero_note(query: SemanticQuery, model: SemanticModel) -> str:
    metric = metric_of(query.measures[0].metric, model) if query.measures else None
    return metric.zero_note if metric else ""


def _no_value(query: SemanticQuery, model: SemanticModel, window: str) -> str:
    """Rows are there, and the figure is not: the metric says why, or there is no such sensor."""
    subject = subject_of(query, model)
    what = measure_words(query.measures[0], query, model) if query.measures else ""
    note = _zero_note(query, model)
    if note:
        return say("empty_no_value", what=subject.behind(what), when=window, reason=note)
    column = query.measures[0].column if query.measures and not query.measures[0].over else None
    label = column_words(column, query, model) if column else what
    return say("empty_no_such", subject=subject.phrase, when=window, what=label)


def _none_kept(
    query: SemanticQuery, model: SemanticModel, window: str, nearest: tuple[str, str] | None
) -> str:
    """A threshold that no group met, with the group that came nearest."""
    having = query.having[0]
    what = measure_words(query.measures[having.measure], query, model)
    group, _, skip = grouped_words(query, model)
    kept = subject_of(query, model, skip=skip).apart(kept_figure(having, query, model))
    none = say("kept_none", group=group, what=kept, when=window)
    if nearest is not None:
        return say("kept_nearest", none=none, who=nearest[0], value=nearest[1])
    return say("empty_kept", sentence=say("kept_none_end", none=none), what=what, group=group)


def _moment(value: dt.datetime | dt.date) -> str:
    if isinstance(value, dt.datetime):
        return format_moment(value)
    return format_moment(dt.datetime.combine(value, dt.time()))


def _grade(share: float) -> str:
    """A share with one decimal; one that is there is never shown as nothing, nor as all."""
    text = format_number(share * 100, 1)
    if share > 0 and round(share * 100, 1) == 0:
        text = f"<{format_fixed(0.1, 1)}"
    if share < 1 and round(share * 100, 1) == 100:
        text = f">{format_fixed(99.9, 1)}"
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
