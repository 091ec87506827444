"""The plant as a tree: levels of the data model, the values that the person may see."""

from __future__ import annotations

import streamlit as st

from core.threshold_desk.bench import Bench
from core.threshold_desk.plants import EVERYWHERE, Branch
from core.thresholds.record import Scope
from core.translation import gettext as _
from core.ui import thresholds_state as state
from core.ui import thresholds_words as words
from core.ui.text import number, plain

#: Children of one node that are listed; a search finds the others.
_MOST = 60
_FIND = "thresholds.find"
_INDENT = "\u2003"


def draw(bench: Bench) -> None:
    """The tree, open along the way to the place that is chosen."""
    levels = bench.grounds.levels
    first = bench.known.scope if bench.known.scope in levels else levels[0]
    with st.container(key="thresholds-tree", gap="xsmall"):
        view = st.selectbox(
            _("The tree begins with"),
            levels,
            index=levels.index(first),
            format_func=lambda name: words.level(bench, name),
            key=state.TREE,
            on_change=lambda: state.go(EVERYWHERE),
            persist_state="session",
        )
        found = st.text_input(
            _("Find a place"),
            key=_FIND,
            placeholder=_("Find an asset"),
            label_visibility="collapsed",
            icon=":material/search:",
        )
        with st.container(gap=None):
            if found.strip():
                _matches(bench, found.strip())
            else:
                _button(_("All"), EVERYWHERE, len(bench.assets()), icon="factory")
                _children(bench, view, EVERYWHERE)


def _children(bench: Bench, view: str, path: Scope) -> None:
    """The children of an open node, each with its own where it lies on the way."""
    children = bench.branches(view, path)
    chosen = state.path()
    for branch in children[:_MOST]:
        is_open = chosen.at[: len(branch.path.at)] == branch.path.at
        _button(
            _name(bench, branch),
            branch.path,
            branch.assets,
            icon=_icon(branch, is_open=is_open),
            depth=len(branch.path.at),
        )
        if is_open and not branch.is_leaf:
            _children(bench, view, branch.path)
    if len(children) > _MOST:
        more = number(len(children) - _MOST, 0)
        st.caption(_("And {n} more: type a part of the name above.").format(n=more))


def _matches(bench: Bench, text: str) -> None:
    asset = bench.known.watch.asset
    found = [name for name in bench.assets() if text.casefold() in name.casefold()]
    for name in found[:_MOST]:
        _button(name, Scope(((asset, name),)), 1, icon="settings")
    if not found:
        st.caption(_("No asset of yours has that in its name."))


def _name(bench: Bench, branch: Branch) -> str:
    return words.value(bench, *branch.path.at[-1])


def _icon(branch: Branch, *, is_open: bool) -> str:
    if branch.is_leaf:
        return "settings"
    return "keyboard_arrow_down" if is_open else "keyboard_arrow_right"


def _button(name: str, path: Scope, count: int, *, icon: str, depth: int = 0) -> None:
    is_chosen = state.path() == path
    label = plain(name)
    label = f"**{label}**" if is_chosen else label
    more = f" :gray[:small[{number(count, 0)}]]" if count > 1 else ""
    with st.container(horizontal=True, gap=None):
        if depth > 1:
            st.markdown(_INDENT * (depth - 1), width="content")
        st.button(
            f"{label}{more}",
            key="thresholds.at." + ".".join(f"{k}={v}" for k, v in path.at),
            type="tertiary",
            icon=f":material/{icon}:",
            on_click=state.go,
            args=(path,),
        )
