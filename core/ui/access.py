"""The page Access: what a person may see and use, as the policy has it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.governance.access import Access, ColumnAccess, TableAccess
from core.ui import frame
from core.ui.guard import Visit
from core.ui.text import number, plain

_AS_STORED = "as stored"
_WHERE = "It is read at start from `data/policy/policy.yaml`, where an operator changes it."


def draw(visit: Visit) -> None:
    """The page: one's own account; for who administers, a choice of all."""
    everybody = visit.parts.services.access(visit.user)
    st.markdown("# Access", anchors=False)
    if not everybody:
        st.caption("The policy does not know your account any more. Ask an admin.")
        return
    shown = _chosen(everybody)
    is_own = shown.account == everybody[0].account
    st.caption(f"What {'you' if is_own else 'this account'} may see and use. {_WHERE}")
    _person(shown)
    for model in dict.fromkeys(table.model for table in shown.tables):
        name = model.replace("_", " ").capitalize()
        st.markdown(f"### :material/database: {plain(name)}", anchors=False)
        for table in shown.tables:
            if table.model == model:
                _table(table, shown.plants)


def _chosen(everybody: Sequence[Access]) -> Access:
    if len(everybody) == 1:
        return everybody[0]
    by_name = {access.account: access for access in everybody}
    name = st.selectbox(
        "Account",
        list(by_name),
        format_func=lambda n: f"{by_name[n].display_name} ({n}), {by_name[n].role.label}",
        key="access.account",
        width=380,
    )
    return by_name.get(name or "", everybody[0])


def _person(access: Access) -> None:
    """Role, plants and budgets."""
    role = access.role
    plants = ", ".join(access.plants) or "none, so no rows of any plant"
    rows = {
        "Account": f"{access.display_name} ({access.account})",
        "Role": f"{role.label}; administers" if role.administers else role.label,
        "Plants": plants,
        "Pages": ", ".join(e.title for e in frame.ENTRIES if e.name in role.pages) or "none",
        "Rows in an answer": f"at most {number(role.row_cap, 0)}",
        "Time of a query": f"at most {role.time_budget_s:g} s",
        "Rows that a query reads": f"at most {number(role.scan_budget_rows, 0)}",
        "Queries at once": f"at most {number(role.concurrent_queries, 0)}",
    }
    st.table(
        {
            "What": [f"**{plain(name)}**" for name in rows],
            "Value": [plain(value) for value in rows.values()],
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
            where = ", ".join(plants) or "nothing"
            st.caption(f"Rows only where {plain(table.scope)} is {plain(where)}.")
        else:
            st.caption("Belongs to no plant: all rows.")
        st.table(
            {
                "Column": [f"**{plain(column.label)}**" for column in table.columns],
                "In SQL": [plain(column.name) for column in table.columns],
                "Shown": [_shown(column) for column in table.columns],
            },
            border="horizontal",
            hide_index=True,
        )


def summary(table: TableAccess) -> str:
    """What is special about a table for this account, in a few words."""
    if not table.readable:
        return "not for this role"
    special = [c for c in table.columns if c.shown != _AS_STORED]
    count = f"{len(table.columns)} columns"
    if not special:
        return f"{count}, all as stored"
    return f"{count}; " + ", ".join(f"{c.label} {_words(c)}" for c in special)


def _shown(column: ColumnAccess) -> str:
    if column.shown == _AS_STORED:
        return f":gray[{_AS_STORED}]"
    why = " (personal)" if column.personal else ""
    return f":material/visibility_off: {plain(_words(column) + why)}"


def _words(column: ColumnAccess) -> str:
    return "never shown" if column.shown == "never" else column.shown
