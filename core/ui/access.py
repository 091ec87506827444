"""The page Access: what a person may see and use, as the policy has it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.governance.access import Access, ColumnAccess, TableAccess
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui import frame
from core.ui.guard import Visit
from core.ui.text import number, plain, typed

_AS_STORED = marked("as stored")
_WHERE = marked("It is read at start from `data/policy/policy.yaml`, where an operator changes it.")


def draw(visit: Visit) -> None:
    """The page: one's own account; for who administers, a choice of all."""
    everybody = visit.parts.services.access(visit.user)
    st.markdown("# " + _("Access"), anchors=False)
    if not everybody:
        st.caption(_("The policy does not know your account any more. Ask an admin."))
        return
    shown = _chosen(everybody)
    is_own = shown.account == everybody[0].account
    what = _("What you may see and use.") if is_own else _("What this account may see and use.")
    st.caption(f"{what} {_(_WHERE)}")
    _person(shown)
    for model in dict.fromkeys(table.model for table in shown.tables):
        name = model.replace("_", " ").capitalize()
        st.markdown(f"### :material/database: {plain(name)}", anchors=False)
        for table in shown.tables:
            if table.model == model:
                _table(table, table.plants)


def _chosen(everybody: Sequence[Access]) -> Access:
    if len(everybody) == 1:
        return everybody[0]
    by_name = {access.account: access for access in everybody}
    name = st.selectbox(
        _("Account"),
        list(by_name),
        format_func=lambda n: f"{by_name[n].display_name} ({n}), {by_name[n].role.label}",
        key="access.account",
        width=380,
    )
    return by_name.get(name or "", everybody[0])


def _person(access: Access) -> None:
    """Role, plants and budgets."""
    role = access.role
    plants = ", ".join(access.plants) or _("none, so no rows of any plant")
    rows = {
        _("Account"): f"{access.display_name} ({access.account})",
        _("Role"): _("{role}; administers").format(role=role.label)
        if role.administers
        else role.label,
        _("Plants"): plants,
        _("Pages"): ", ".join(_(e.title) for e in frame.ENTRIES if e.name in role.pages)
        or _("none"),
        _("Rows in an answer"): _("at most {n}").format(n=number(role.row_cap, 0)),
        _("Time of a query"): _("at most {n} s").format(n=typed(role.time_budget_s)),
        _("Rows that a query reads"): _("at most {n}").format(n=number(role.scan_budget_rows, 0)),
        _("Queries at once"): _("at most {n}").format(n=number(role.concurrent_queries, 0)),
    }
    st.table(
        {
            _("What"): [f"**{plain(name)}**" for name in rows],
            _("Value"): [plain(value) for value in rows.values()],
        },
        border="horizontal",
        hide_index=True,
        hide_header=True,
        width="content",
    )


def _table(table: TableAccess, plants: Sequence[str]) -> None:
    title = f"{plain(table.label)} :gray[{plain(table.name)}: {plain(summary(table))}]"
    if not table.readable:
        st.markdown(f":gray[:material/block:] {title}")
        return
    with st.expander(title, icon=":material/table:"):
        if table.scope:
            where = ", ".join(plants) or _("nothing")
            text = _("Rows only where {column} is {values}.")
            st.caption(text.format(column=plain(table.scope), values=plain(where)))
        else:
            st.caption(_("Belongs to no plant: all rows."))
        st.table(
            {
                _("Column"): [f"**{plain(column.label)}**" for column in table.columns],
                _("In SQL"): [plain(column.name) for column in table.columns],
                _("Shown"): [_shown(column) for column in table.columns],
            },
            border="horizontal",
            hide_index=True,
        )


def summary(table: TableAccess) -> str:
    """What is special about a table for this account, in a few words."""
    if not table.readable:
        return _("not for this role")
    special = [c for c in table.columns if c.shown != _AS_STORED]
    columns = len(table.columns)
    count = ngettext("{n} column", "{n} columns", columns).format(n=columns)
    if not special:
        return _("{columns}, all as stored").format(columns=count)
    return f"{count}; " + ", ".join(f"{c.label} {_words(c)}" for c in special)


def _shown(column: ColumnAccess) -> str:
    if column.shown == _AS_STORED:
        return f":gray[{_(_AS_STORED)}]"
    words = _words(column)
    said = _("{words} (personal)").format(words=words) if column.personal else words
    return f":material/visibility_off: {plain(said)}"


def _words(column: ColumnAccess) -> str:
    return _("never shown") if column.shown == "never" else _(column.shown)
