"""What is in force at a place, or waits as a draft, as a table; and acts on several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.threshold_desk.bench import Bench
from core.thresholds.acts import Change, Current, ref
from core.thresholds.record import FIELDS, SEVERITIES, STATUSES, Threshold
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui import states
from core.ui import thresholds_state as state
from core.ui import thresholds_words as words
from core.ui.guard import Visit
from core.ui.text import plain

_ROW_PX, _MOST_PX = 36, 420
#: What may be set for several at once: a number, a choice or a text.
_SETTABLE: Final = (
    "severity", "deadband", "on_delay_min", "off_delay_min", "realarm_min", "weight", "action",
    "note",
)  # fmt: skip
_WHOLE: Final = ("on_delay_min", "off_delay_min", "realarm_min")


def limits(bench: Bench) -> list[str]:
    """What is in force at the chosen place; ids of the rows that are chosen."""
    rows = bench.holdings(state.path())
    if not rows:
        states.say(
            states.Look("notifications_none", "gray", marked("No limit here yet")),
            _("Write a threshold, or add a starter set under Files and sets."),
        )
        return []
    frame = pd.DataFrame(
        {
            _("Measure"): [words.looked_at(bench, row.threshold) for row in rows],
            _("Alerts"): [
                words.limit(row.threshold, words.unit_of(bench, row.threshold)) for row in rows
            ],
            _("Comes from"): [words.comes_from(bench, row) for row in rows],
            _("Severity"): [_(SEVERITIES[row.threshold.severity]) for row in rows],
            _("Counts for"): [_counts(len(row.assets), row.of) for row in rows],
            _("Hides"): [words.hides(bench, row) for row in rows],
        }
    )
    ids = ["" if row.is_fallback else row.threshold.id for row in rows]
    return _chosen(frame, ids, "limits")


def drafts(bench: Bench) -> list[str]:
    """What waits at the chosen place; ids of the rows that are chosen."""
    rows = bench.drafts(state.path())
    if not rows:
        states.say(
            states.Look("edit_note", "gray", marked("No drafts here")),
            _("What is written or changed waits here until it is published."),
        )
        return []
    frame = pd.DataFrame(
        {
            _("Measure"): [words.looked_at(bench, row.newest) for row in rows],
            _("Alerts"): [
                words.limit(row.newest, words.unit_of(bench, row.newest)) for row in rows
            ],
            _("Where"): [words.where(bench, row.newest.scope) for row in rows],
            _("Status"): [_status(row.newest) for row in rows],
            _("In force"): [
                words.limit(row.in_force, words.unit_of(bench, row.in_force))
                if row.in_force is not None
                else ""
                for row in rows
            ],
            _("Author"): [row.newest.author for row in rows],
        }
    )
    return _chosen(frame, [row.newest.id for row in rows], "drafts")


def _chosen(frame: pd.DataFrame, ids: Sequence[str], key: str) -> list[str]:
    height = min(_MOST_PX, _ROW_PX * (len(ids) + 1) + 3)
    event: Any = st.dataframe(
        frame,
        hide_index=True,
        height=height,
        # other rows are another table: what was chosen stands for none of them
        key=f"thresholds.{key}.{hash((state.path(), tuple(ids)))}",
        on_select="rerun",
        selection_mode="multi-row",
    )
    st.caption(_("Choose a row to open it, several to change them together."))
    rows = [row for row in event.selection.rows if row < len(ids)]
    return [ids[row] for row in rows if ids[row]]


def _counts(n: int, of: int) -> str:
    return _("all {n}").format(n=of) if n == of else _("{n} of {m}").format(n=n, m=of)


def _status(one: Threshold) -> str:
    text = _(STATUSES[one.status])
    if one.status == "pending" and one.approver:
        text = _("Approved by {name}").format(name=one.approver)
    return f"{text}, {_('takes it out of force')}" if one.ends else text


# -- several at once -------------------------------------------------------------------------------


def bulk(visit: Visit, bench: Bench, ids: Sequence[str]) -> None:
    """Acts on the chosen rows."""
    chosen = [bench.get(one) for one in ids]
    count = ngettext("{n} threshold chosen", "{n} thresholds chosen", len(chosen))
    with st.container(border=True, key="thresholds-bulk"):
        st.markdown(f"**{plain(count.format(n=len(chosen)))}**")
        act_buttons(visit, bench, chosen)
        if all(bench.may_change(one.newest) for one in chosen):
            _set(visit, chosen)


def act_buttons(visit: Visit, bench: Bench, chosen: Sequence[Current]) -> None:
    """The acts that these allow the person, all of them."""
    refs = [ref(one.newest) for one in chosen]
    newest = [one.newest for one in chosen]
    mine = all(bench.rights.owns(one.scope) for one in newest)
    may_edit = mine and bench.rights.may_edit
    may_approve = mine and bench.rights.may_approve

    def button(
        label: str,
        icon: str,
        done: str,
        do: Callable[[Bench], tuple[Change, ...]],
        *,
        is_first: bool = False,
    ) -> None:
        st.button(
            label,
            key=f"thresholds.act.{done}",
            icon=f":material/{icon}:",
            type="primary" if is_first else "secondary",
            on_click=state.press,
            args=(visit, done, do),
        )

    with st.container(horizontal=True, gap="small", key="thresholds-acts"):
        if all(one.status == "draft" for one in newest) and may_edit:
            button(_("Submit"), "send", "submitted", lambda b: b.submit(refs))
        if all(one.status == "pending" for one in newest):
            if may_approve and not all(one.approver for one in newest):
                button(_("Approve"), "how_to_reg", "approved", lambda b: b.approve(refs))
            if may_edit:
                button(_("Send back"), "undo", "sent back", lambda b: b.send_back(refs))
        if all(_can_be_published(bench, one) for one in newest) and may_approve:
            button(_("Publish"), "publish", "published", lambda b: b.publish(refs), is_first=True)
        if all(one.status in ("draft", "pending") for one in newest) and may_edit:
            button(_("Discard"), "delete", "discarded", lambda b: b.discard(refs))
        may_retire = may_edit if bench.four_eyes else may_approve
        if all(one.status == "published" for one in newest) and may_retire:
            button(_("Take out of force"), "block", "retired", lambda b: b.retire(refs))


def _can_be_published(bench: Bench, one: Threshold) -> bool:
    if one.status not in ("draft", "pending"):
        return False
    return not bench.four_eyes or (one.status == "pending" and one.approver not in ("", one.author))


def _set(visit: Visit, chosen: Sequence[Current]) -> None:
    field = st.selectbox(
        _("Set for all of them"),
        _SETTABLE,
        format_func=lambda name: _(FIELDS[name]),
        key="thresholds.set_field",
    )
    key = f"thresholds.set.{field}"
    if field == "severity":
        st.selectbox(
            _("To"), list(SEVERITIES), format_func=lambda name: _(SEVERITIES[name]), key=key
        )
    elif field in ("action", "note"):
        st.text_input(_("To"), key=key)
    else:
        is_whole = field in _WHOLE
        st.number_input(
            _("To"),
            min_value=0 if is_whole else 0.0,
            value=None,
            step=1 if is_whole else None,
            format="%d" if is_whole else "%g",
            key=key,
        )
    refs = [ref(one.newest) for one in chosen]

    def do(bench: Bench) -> tuple[Change, ...]:
        value = st.session_state.get(key)
        if value is None and field != "realarm_min":
            value = 0
        return bench.change(refs, {field: value})

    st.button(
        _("Change them as drafts"),
        key="thresholds.set_do",
        icon=":material/edit:",
        on_click=state.press,
        args=(visit, "changed", do),
    )
