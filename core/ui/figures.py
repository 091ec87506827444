"""The chart of an answer, built once for each theme and kept as long as the answer is in use."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from core.translation import language
from core.types import Answer, ChartSpec

_KEPT = 64
_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": True,
    "scrollZoom": False,
    "modeBarButtons": [["toImage"]],
}


class _Ready(go.Figure):  # type: ignore[misc]
    """A figure that was turned into plain values once. Streamlit asks for them at each rerun, and
    copying them takes longer than the rest of the card."""

    def __init__(self, made: go.Figure) -> None:
        super().__init__()
        self._values: dict[str, Any] = made.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """The values, not to be changed."""
        return self._values


class _Figures:
    """Figures by answer, number of its rows (not all may be kept), chart, theme and language; the
    least used goes first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, int, ChartSpec, str, str], Any] = OrderedDict()

    def get(self, answer: Answer, spec: ChartSpec, theme: Literal["light", "dark"]) -> Any:
        count = answer.result.row_count if answer.result is not None else 0
        key = (answer.id, count, spec, theme, language())
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = _Ready(_build(answer, spec, theme))
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


@st.cache_resource(show_spinner=False)
def _figures() -> _Figures:
    return _Figures()


def draw(answer: Answer, *, key: str, spec: ChartSpec | None = None) -> None:
    """The chart, when there is one that is more than its table. spec: another one of the same rows
    in place of the answer's own."""
    spec = spec or answer.chart
    if spec is None or spec.type == "table" or answer.result is None:
        return
    theme: Literal["light", "dark"] = "dark" if st.context.theme.type == "dark" else "light"
    figure = _figures().get(answer, spec, theme)
    show(figure, key=f"chart.{key}.{theme}", title=spec.title, said=answer.headline)


def show(figure: Any, *, key: str, title: str, said: str) -> None:
    """A figure under its title, which its file is called after. said: it in words, for whoever does
    not see it."""
    name = "".join(c if c.isalnum() else "-" for c in title.casefold())[:60].strip("-")
    st.plotly_chart(
        figure,
        theme=None,
        key=key,
        config={
            **_CONFIG,
            "toImageButtonOptions": {"format": "png", "filename": name or "chart", "scale": 2},
        },
        alt=f"{title}. {said}",
    )


def _build(answer: Answer, spec: ChartSpec, theme: Literal["light", "dark"]) -> Any:
    from core.charts import figure

    assert answer.result is not None
    made = figure(spec, answer.result, answer.columns, theme=theme)
    return with_quiet_bar(made, theme)


def with_quiet_bar(figure: Any, theme: Literal["light", "dark"]) -> Any:
    """The figure with its buttons in grey, on no ground of their own."""
    ink = "#93A1AA" if theme == "dark" else "#5B6B75"
    figure.update_layout(modebar={"bgcolor": "rgba(0,0,0,0)", "color": ink})
    return figure
