"""Files of several tables: what each table is and is called, and how they go together."""

from __future__ import annotations

import streamlit as st

from core.ingest.proposed import Joined, Proposal
from core.ingest.recognised import Recognised
from core.ingest.report import LoadReport
from core.ingest.tables import Table, TablesFound
from core.semantic.units import display_unit
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import importing_shown, states, stay
from core.ui import importing_state as state
from core.ui.importing_report import added_lines
from core.ui.importing_state import Said
from core.ui.text import number, plain

#: Columns that are named in a line.
_SHOWN = 12


def draw(found: TablesFound) -> None:
    """All of it."""
    tables = found.tables
    title = ngettext("{n} table", "{n} tables", len(tables)).format(n=number(len(tables), 0))
    if found.adds_to:
        title = _("Rows come to {n} of {all} tables of {name}").format(
            n=number(len(tables), 0), all=number(len(found.there), 0), name=plain(found.adds_to)
        )
    st.markdown(f"##### {title}", anchors=False)
    for note in found.notes:
        st.markdown(f":gray[:material/info:] {plain(retold(note))}")
    if found.problem:
        states.say(
            states.Look("error", "orange", marked("This stands in the way")), retold(found.problem)
        )
    importing_shown.questions(
        [(Said(table.keys), table.name, table.found.questions) for table in tables]
    )
    proposal = found.report.proposal if found.report is not None else None
    for table in tables:
        with st.container(border=True, key=f"import-table-{state.serial()}-{table.name}"):
            _table(table, proposal, found)
    if found.adds_to:
        taken = {table.name for table in tables}
        rest = ", ".join(name for name in found.there if name not in taken)
        if rest:
            st.caption(_("Nothing comes to: {tables}").format(tables=plain(rest)))
    elif proposal is not None:
        st.caption(
            _("Joins and times are found in the rows and drafted as the model's; the page Models "
              "corrects them.")
        )  # fmt: skip
    elif not (found.questions or found.problem):
        st.caption(
            _("How the tables go together is found in all rows, and told by the check and the "
              "import.")
        )  # fmt: skip


def _table(table: Table, proposal: Proposal | None, found: TablesFound) -> None:
    said = Said(table.keys)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        key = said.key("table")
        if found.adds_to:
            st.selectbox(
                _("Comes to the table"), found.there, key=key,
                index=found.there.index(table.name) if table.name in found.there else None,
                placeholder=_("to be answered"), on_change=_renamed, args=(table, key, True),
            )  # fmt: skip
        else:
            st.text_input(
                _("Table"), value=table.name, key=key, help=_("What it is called"),
                on_change=_renamed, args=(table, key, proposal is not None),
            )  # fmt: skip
    with right:
        _summary(table, proposal)
        report = next((r for r in _reports(found) if r.name == table.name), None)
        if report is not None and report.added is not None:
            st.markdown("  \n".join(plain(line) for line in added_lines(report.added)))
    for note in table.notes:
        st.markdown(f":gray[:material/info:] {plain(retold(note))}")
    with stay.expander(
        _("Columns, rows, and how they are read"), key=said.key("details"), is_compact=True
    ) as drawn:
        if drawn.open:
            importing_shown.details(table.found, said)


def _reports(found: TablesFound) -> tuple[LoadReport, ...]:
    """What a look at all rows found of each table; nothing where there was none."""
    return found.report.tables if found.report is not None else ()


def _renamed(table: Table, key: str, is_soon: bool) -> None:
    """is_soon: whether another look takes no time."""
    state.name_table(table, str(st.session_state.get(key, "")))
    if is_soon:
        state.go("look")


def _summary(table: Table, proposal: Proposal | None) -> None:
    """The files, columns, joins and time of a table, in a few lines."""
    importing_shown.layout(table.found)
    lines = [f":gray[:material/view_column:] {_columns(table.found)}"]
    if proposal is not None:
        time = proposal.times.get(table.name, "")
        said = _("Goes by {time}").format(time=plain(time)) if time else _("Has no time")
        lines.append(f":gray[:material/schedule:] {said}")
        own = [one for one in proposal.joins if one.left == table.name]
        lines += [f":gray[:material/link:] {_joined(one)}" for one in own]
    st.markdown("  \n".join(lines))


def _joined(one: Joined) -> str:
    """What its rows name, such as `b_id → b.id`."""
    return plain(", ".join(f"{own} → {one.right}.{theirs}" for own, theirs in one.pairs))


def _columns(found: Recognised) -> str:
    """The columns in one line, with their units."""
    shown = [found.columns[place] for place in found.stored]
    names = [
        plain(f"{column.label} [{display_unit(column.unit)}]" if column.unit else column.label)
        for column in shown[:_SHOWN]
    ]
    more = len(shown) - len(names)
    if more > 0:
        names.append(ngettext("{n} more", "{n} more", more).format(n=number(more, 0)))
    return " · ".join(names)
