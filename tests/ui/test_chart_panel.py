"""A chart that is changed in place: at once, from the rows at hand, and kept with its answer."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.charts import figure
from core.types import Answer, ChartSpec
from core.ui import figures
from tests.ui.conftest import Site
from tests.ui.test_chat import _sign_in, address_of, ask, press, text

PUMPS = "Which pumps vibrated most last week?"
TREND = "Daily OEE per plant in June"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, _any_figure: None) -> list[ChartSpec]:
    """The charts that the pages drew, in order, each made into a figure by core.charts."""
    found: list[ChartSpec] = []
    draw = figures.draw

    def noted(answer: Answer, *, key: str, spec: ChartSpec | None = None) -> None:
        assert answer.chart is not None
        found.append(spec or answer.chart)
        draw(answer, key=key, spec=spec)

    def build(answer: Answer, spec: ChartSpec, theme: Any) -> object:
        assert answer.result is not None
        return figure(spec, answer.result, answer.columns, theme=theme)

    monkeypatch.setattr(figures, "draw", noted)
    monkeypatch.setattr(figures, "_build", build)
    return found


def opened(app: AppTest, tab: str = "") -> AppTest:
    """The panel of the one answer on the page, at a tab."""
    (turn,) = [str(b.key)[6:] for b in app.button if str(b.key).startswith("again.")]
    app.session_state[f"chart.edit.{turn}"] = True
    if tab:
        app.session_state[f"chart.tabs.{turn}"] = tab
    app.run()
    assert not app.exception, app.exception
    return app


def fill(app: AppTest, label: str, value: object) -> None:
    """Set the control of that label."""
    for kind in ("selectbox", "number_input", "text_input", "toggle", "multiselect"):
        found = [w for w in getattr(app, kind) if w.label == label]
        if found:
            found[0].set_value(value)
            return
    raise AssertionError(f"no control {label!r}")


def choose(app: AppTest, label: str, value: object) -> None:
    """Set a control outside a form, which changes the chart at once."""
    fill(app, label, value)
    app.run()
    assert not app.exception, app.exception


def edited(site: Site, question: str, tab: str = "") -> AppTest:
    return opened(ask(site.signed_in(), question), tab)


def test_a_change_is_drawn_at_once_and_asks_nothing(site: Site, drawn: list[ChartSpec]) -> None:
    app = edited(site, PUMPS)
    before = len(site.services.asked)
    choose(app, "Order", "name")
    assert drawn[-1].order == "name"
    choose(app, "Chart title", "Pumps in June")
    assert (drawn[-1].title, drawn[-1].order) == ("Pumps in June", "name")
    choose(app, "Horizontal bars", value=False)
    assert not drawn[-1].horizontal
    choose(app, "How many", 3)
    assert drawn[-1].top_n == 3
    assert "The 3 highest of 8 are shown" in text(app)
    assert len(site.services.asked) == before


def test_only_what_fits_is_offered(site: Site, drawn: list[ChartSpec]) -> None:
    app = edited(site, PUMPS)
    (kinds,) = [w for w in app.selectbox if w.label == "Kind"]
    assert kinds.options == ["Bars", "No chart"]
    app = edited(site, TREND)
    (kinds,) = [w for w in app.selectbox if w.label == "Kind"]
    assert "Line" in kinds.options
    assert "Heatmap" in kinds.options
    assert "Pie" not in kinds.options


def test_undo_and_reset(site: Site, drawn: list[ChartSpec]) -> None:
    app = edited(site, TREND)
    first = drawn[-1]
    choose(app, "Kind", "heatmap")
    choose(app, "Chart title", "Mine")
    assert (drawn[-1].type, drawn[-1].title) == ("heatmap", "Mine")
    press(app, "Undo")
    press(app, "Undo")
    choose(app, "Kind", "grouped_bar")
    press(app, "Reset")
    (kinds,) = [w for w in app.selectbox if w.label == "Kind"]
    assert kinds.value == first.type == "line"


def test_lines_of_somebodys_own_and_of_the_answer(site: Site, drawn: list[ChartSpec]) -> None:
    app = edited(site, PUMPS, "Lines")
    fill(app, "Value", 0.6)
    fill(app, "Unit", "cm/s")
    fill(app, "Name", "Ours")
    press(app, "Add the line")
    assert [(line.value, line.label) for line in drawn[-1].lines] == [
        (4.5, "ISO zone C"),
        (6.0, "Ours"),
    ]
    fill(app, "Value", 20)
    fill(app, "Unit", "°C")
    press(app, "Add the line")
    assert ":yellow[:material/warning:]" in "".join(m.value for m in app.markdown)
    press(app, "Remove")  # the last of them
    assert [line.value for line in drawn[-1].lines] == [4.5]


def test_colours_by_meaning(site: Site, drawn: list[ChartSpec]) -> None:
    app = edited(site, PUMPS, "Colours")
    choose(app, "Which", "PMP-07")
    choose(app, "Its colour says", "warning")
    (colour,) = drawn[-1].colours
    assert (colour.category, colour.meaning) == ("PMP-07", "warning")
    choose(app, "Its colour says", "")
    assert drawn[-1].colours == ()


def test_changes_stay_with_their_answer(site: Site, drawn: list[ChartSpec]) -> None:
    app = edited(site, PUMPS)
    choose(app, "Chart title", "Mine")
    press(app, "Right")
    assert drawn[-1].title == "Mine"
    ask(app, TREND)
    assert drawn[-1].title != "Mine"
    press(app, "Show")
    assert "Mine" in {spec.title for spec in drawn}
    again = site.visit()
    again.query_params["c"] = address_of(app)
    _sign_in(again, "engineer")
    drawn.clear()
    press(again, "Show")
    assert "Mine" in {spec.title for spec in drawn}


def test_somebody_else_sees_nothing_of_it(site: Site, drawn: list[ChartSpec]) -> None:
    app = edited(site, PUMPS)
    choose(app, "Chart title", "Mine")
    other = site.visit()
    other.query_params["c"] = address_of(app)
    _sign_in(other, "viewer")
    assert "Mine" not in text(other)
    assert not other.get("plotly_chart")


def test_a_single_figure_and_rows_without_figures_have_no_panel(site: Site) -> None:
    app = ask(site.signed_in(), "How many high priority alarms yesterday?")
    assert not [e for e in app.expander if e.label == "Edit chart"]
