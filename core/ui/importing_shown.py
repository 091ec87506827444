"""What files were recognised as, and what can be said otherwise; the table of tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.cells import TYPES
from core.ingest.clocks import APART
from core.ingest.layout import DELIMITERS
from core.ingest.mapping import TagRow, read_unit, to_csv
from core.ingest.recognised import SHAPES, Choices, Column, Question, Recognised
from core.ingest.shown import form_text
from core.ingest.texts import ENCODINGS
from core.semantic.units import display_unit
from core.translation import gettext as _
from core.translation import marked, retold
from core.ui import importing_state as state
from core.ui.importing_state import Said
from core.ui.text import number, plain

_LAYOUT: Final = {
    "format": marked("Format"),
    "encoding": marked("Encoding"),
    "delimiter": marked("Delimiter"),
    "header": marked("Header"),
    "lines above": marked("Lines above it"),
    "row of units": marked("Row of units"),
    "decimal": marked("Decimal mark"),
    "thousands": marked("Mark of thousands"),
}
_VALUES: Final = {
    "yes": marked("yes"),
    "no": marked("no"),
    "comma": marked("comma"),
    "semicolon": marked("semicolon"),
    "tab": marked("tab"),
    "pipe": marked("pipe"),
    ",": marked("comma"),
    ".": marked("point"),
}
_SHAPES: Final = {
    "table": marked("A table: rows as they are"),
    "wide": marked("An export with a column a tag"),
    "long": marked("An export with a row a reading"),
}
_REPEATS: Final = {
    "refuse": marked("refuse the files"),
    "first": marked("the first counts"),
    "last": marked("the last counts"),
}
_TYPES: Final[Mapping[str, str]] = {
    "text": marked("Text"),
    "integer": marked("Whole number"),
    "double": marked("Number"),
    "boolean": marked("Yes or no"),
    "date": marked("Date"),
    "datetime": marked("Date and time"),
    "duration": marked("Length of time"),
}
_RECOGNISED: Final = marked("as recognised")
_SHOWN_SAMPLE: Final = 8
#: Answers what an export of tags among several tables is.
_OUT: Final = "out"


def draw(found: Recognised) -> None:
    """All of it, of files of one table."""
    said = state.said_of(found)
    st.markdown("##### " + _("What these files are"), anchors=False)
    layout(found)
    st.markdown(_(_SHAPES[found.shape]))
    questions([(said, "", found.questions)])
    details(found, said)
    if found.mapping and not said.keys:
        _tags(found, said)


def details(found: Recognised, said: Said) -> None:
    """What can be said otherwise of a table, its columns and its first rows."""
    _otherwise(found, said)
    _columns(found, said)
    _sample(found)
    if found.mapping and said.keys:
        _tags(found, said)


def layout(found: Recognised) -> None:
    """What a table's files are, in a few lines."""
    names = plain(", ".join(found.names[:5]) + (" …" if len(found.names) > 5 else ""))
    said = [f"{_(_LAYOUT[key])}: **{plain(_word(value))}**" for key, value in found.layout]
    if found.rows is not None:
        said.append(_("about {n} rows").format(n=number(found.rows, 0)))
    st.markdown(f"{names}  \n{' · '.join(said)}")
    for note in found.notes:
        st.markdown(f":orange[:material/warning:] {plain(retold(note))}")


def _word(value: str) -> str:
    return _(_VALUES[value]) if value in _VALUES else value


def questions(asked: Sequence[tuple[Said, str, Sequence[Question]]]) -> None:
    """What the files do not decide, with the name of the table where there are several; they are
    looked at again once all of it is answered."""
    fields = {
        f"import.ask.{question.about}.{state.serial()}" + (f".{place}" if place else ""): (
            said, name, question,
        )
        for place, (said, name, questions) in enumerate(asked)
        for question in questions
    }  # fmt: skip
    if not fields:
        return
    with st.container(border=True, key="import-questions"):
        for key, (_said, name, question) in fields.items():
            _question(key, name, question, {k: (s, q.about) for k, (s, _n, q) in fields.items()})


def _question(
    key: str, name: str, question: Question, fields: Mapping[str, tuple[Said, str]]
) -> None:
    options = dict(question.options)
    if name and question.about in ("shape", "table"):
        options[_OUT] = _("leave it out")
    text = plain(retold(question.text))
    st.radio(
        f":material/help: **{plain(name)}**: {text}" if name else f":material/help: {text}",
        list(options),
        format_func=lambda option: retold(options[option]),
        index=None,
        horizontal=True,
        key=key,
        on_change=_answered,
        args=(fields,),
    )


def _answered(fields: Mapping[str, tuple[Said, str]]) -> None:
    """fields: keys of all that is asked, with whose choice each is and what it is about."""
    for key, (said, about) in fields.items():
        chosen = st.session_state.get(key)
        if chosen == _OUT:
            state.leave_out([*state.arranged().left_out, *said.keys])
        elif chosen and about == "table":
            state.name_files(said.keys, str(chosen).partition("=")[0])
        elif chosen:
            said.choose(**{about: chosen})
    if all(st.session_state.get(key) for key in fields):
        state.go("look")


def _otherwise(found: Recognised, said: Said) -> None:
    """What can be chosen; it holds from the next look on."""
    # An expander does not stand in another one.
    of_many = bool(said.keys)
    with (
        st.container() if of_many else st.expander(_("Read them otherwise"), icon=":material/tune:")
    ):
        chosen = said.choices()
        one, two, three = st.columns(3)
        with one:
            encoding = _pick(_("Encoding"), ENCODINGS, chosen.encoding, said.key("pick.encoding"))
            header = _pick(
                _("Header"),
                ("yes", "no"),
                _yes_no(chosen.has_header),
                said.key("pick.header"),
                words=_VALUES,
            )
        with two:
            delimiter = _pick(
                _("Delimiter"),
                tuple(DELIMITERS),
                chosen.delimiter,
                said.key("pick.delimiter"),
                words=DELIMITERS,
            )
            decimal = _pick(
                _("Decimal mark"),
                (".", ","),
                chosen.decimal or None,
                said.key("pick.decimal"),
                words=_VALUES,
            )
        if not of_many or found.shape != "table" or chosen.shape:
            with three:
                shape = _pick(
                    _("Shape"), SHAPES, chosen.shape, said.key("pick.shape"), words=_SHAPES
                )
                repeats = st.selectbox(
                    _("Readings that repeat a time"),
                    list(_REPEATS),
                    index=list(_REPEATS).index(chosen.repeats),
                    format_func=lambda option: _(_REPEATS[option]),
                    key=said.key("repeats"),
                )
            said.choose(shape=shape, repeats=repeats)
        with three if of_many else st.container():
            of_day = _of_day(found, said, chosen)
        take_empty = st.checkbox(
            _("Take cells that are no values of their column's type as empty"),
            value=chosen.bad_cells == "empty",
            key=said.key("bad"),
        )
        said.choose(
            encoding=encoding,
            has_header=None if header is None else header == "yes",
            delimiter=delimiter,
            time_of_day=of_day or "",
            bad_cells="empty" if take_empty else "refuse",
        )
        if decimal:
            said.choose(decimal=decimal)
        st.caption(_("It holds from the next look on."))


def _of_day(found: Recognised, said: Said, chosen: Choices) -> str | None:
    return _pick(
        _("Column with the time of day of a date"),
        (APART, *(column.source for column in found.columns if column.source != APART)),
        chosen.time_of_day or None,
        said.key(f"pick.time_of_day.{state.serial()}"),
        words={APART: marked("none: keep date and time apart")},
    )


def _pick(
    label: str,
    options: tuple[str, ...],
    value: str | None,
    key: str,
    words: Mapping[str, str] | None = None,
) -> str | None:
    """One of the options, or None for what is recognised."""
    said = words or {}
    return st.selectbox(
        label,
        (None, *options),
        index=0 if value is None else 1 + options.index(value),
        format_func=lambda o: _(_RECOGNISED) if o is None else _(said[o]) if o in said else o,
        key=key,
    )


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _columns(found: Recognised, said: Said) -> None:
    """The columns; their types can be edited."""
    source, kind, unit, such = _("Column"), _("Type"), _("Unit"), _("Such as")
    frame = pd.DataFrame(
        {
            source: [c.source for c in found.columns],
            kind: [c.type for c in found.columns],
            unit: [display_unit(c.unit) for c in found.columns],
            such: [", ".join(c.samples) for c in found.columns],
            _("Form"): [_form(c) for c in found.columns],
        }
    )
    choice = st.column_config.SelectboxColumn(
        options=list(TYPES), required=True, format_func=lambda name: _(_TYPES[str(name)])
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=[source, unit, such, _("Form")],
        column_config={kind: choice},
        key=said.key(f"columns.{state.serial()}"),
        width="stretch",
    )
    types = dict(said.choices().types)
    for column, wanted in zip(found.columns, edited[kind], strict=True):
        if wanted != column.type:
            types[column.source] = wanted
    said.choose(types=types)


def _form(column: Column) -> str:
    if column.is_blank:
        return _("Nothing; it is left out")
    if column.part_of:
        return _("Time of day of {column}").format(column=column.part_of)
    return form_text(column)


def _sample(found: Recognised) -> None:
    rows = found.sample[:_SHOWN_SAMPLE]
    if rows:
        names = [column.source for column in found.columns]
        st.caption(_("The first rows, as they stand in the file"))
        st.dataframe(
            pd.DataFrame([list(row) for row in rows], columns=names),
            hide_index=True,
            width="stretch",
        )


def _tags(found: Recognised, said: Said) -> None:
    """The table of tags, to be edited."""
    st.markdown("##### " + _("Tags, and what they measure where"), anchors=False)
    unsure = sum(not row.is_certain for row in found.mapping)
    st.caption(
        _("Proposed from the names by ISA-5.1. {n} of {total} are guesses; edit what is wrong.")
        .format(n=number(unsure, 0), total=number(len(found.mapping), 0))
    )  # fmt: skip
    names = {
        "tag": _("Tag"), "asset": _("Asset"), "measure": _("Measure"), "unit": _("Unit"),
        "area": _("Area"), "use": _("Import"), "sure": _("Sure"),
    }  # fmt: skip
    frame = pd.DataFrame(
        {
            names["tag"]: [row.tag for row in found.mapping],
            names["asset"]: [row.asset for row in found.mapping],
            names["measure"]: [row.measure for row in found.mapping],
            names["unit"]: [display_unit(row.unit) for row in found.mapping],
            names["area"]: [row.area for row in found.mapping],
            names["use"]: [row.is_used for row in found.mapping],
            names["sure"]: [row.is_certain for row in found.mapping],
        }
    )
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=[names["tag"], names["sure"]],
        key=said.key(f"tags.{state.serial()}"),
        width="stretch",
    )
    columns = {key: list(edited[name]) for key, name in names.items()}
    rows = tuple(
        _row(old, {key: values[place] for key, values in columns.items()}, place + 1)
        for place, old in enumerate(found.mapping)
    )
    if rows != found.mapping:
        said.choose(mapping=rows)
    st.download_button(
        _("Take this table out"),
        data=to_csv(rows),
        file_name="tags.csv",
        mime="text/csv",
        key=said.key("tags_out"),
        icon=":material/download:",
        on_click="ignore",
    )


def _row(old: TagRow, values: dict[str, Any], line: int) -> TagRow:
    """A row as it was edited. Raises UserFixable for a unit that is none."""
    shown = display_unit(old.unit)
    text = str(values["unit"] or "")
    return TagRow(
        tag=old.tag,
        asset=str(values["asset"] or ""),
        measure=str(values["measure"] or ""),
        unit=old.unit if text == shown else read_unit(text, line),
        area=str(values["area"] or ""),
        is_used=bool(values["use"]),
        is_certain=old.is_certain,
    )
