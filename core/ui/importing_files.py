"""Which of the files are imported, and which of them are one table."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.ingest.arranged import Same
from core.ingest.recognised import Recognised
from core.translation import gettext as _
from core.translation import marked
from core.ui import importing_state as state
from core.ui import stay
from core.ui.import_runs import Found

_SAME: Final[dict[Same, str]] = {
    "": marked("as found"),
    "one": marked("one table"),
    "apart": marked("a table each"),
}
#: Of more files nobody picks some by hand.
_MOST: Final = 300


def draw(found: Found | None, given: dict[str, str]) -> None:
    """What can be said of it. found: what the files are, None where a look gave nothing. given: key
    -> name of all files, as they were dropped or stand in the folder."""
    names, out, is_alike = _files(found, given)
    if len(names) < 2 or len(names) > _MOST:
        return
    arranged = state.arranged()
    with stay.expander(_("Which files"), key=state.WHICH, icon=":material/checklist:") as drawn:
        if not drawn.open:
            return
        chosen = st.multiselect(
            _("Left out"),
            list(names),
            default=[key for key in names if key in out],
            format_func=lambda key: names[key],
            placeholder=_("none"),
            key=f"import.out.{state.serial()}",
        )
        same = arranged.same
        if is_alike or same or found is None:
            same = st.radio(
                _("Files and sheets of the same columns are"),
                list(_SAME),
                index=list(_SAME).index(same),
                format_func=lambda option: _(_SAME[option]),
                horizontal=True,
                key=f"import.same.{state.serial()}",
            )
        if (set(chosen), same) != (out, arranged.same) and st.button(
            _("Look again"), key="import.which_again", icon=":material/refresh:"
        ):
            state.leave_out(chosen, [key for key in out if key not in chosen])
            state.same(same)
            state.go("look")
            st.rerun()


def _files(found: Found | None, given: dict[str, str]) -> tuple[dict[str, str], set[str], bool]:
    """Key -> name of all files and sheets; those that are left out; whether some are alike."""
    out = set(state.arranged().left_out)
    is_alike = False
    read = []
    if isinstance(found, Recognised):
        read = [file.prepared.source for file in found.files]
        is_alike = len(read) > 1
    elif found is not None:
        read = [file.prepared.source for table in found.tables for file in table.found.files]
        read += found.left_out
        out |= {source.key for source in found.left_out}
        is_alike = found.is_alike
    names = {source.key: source.name for source in read}
    books = {str(source.path) for source in read if source.sheet}
    names |= {key: name for key, name in given.items() if key not in books}
    for key in out - names.keys():
        path, _mark, sheet = key.partition("\n")
        names[key] = f"{given.get(path, path.rpartition('/')[2])} › {sheet}" if sheet else path
    return names, out & names.keys(), is_alike
