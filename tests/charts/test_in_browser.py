"""Charts in a real browser at the width of a phone: nothing cut off, nothing on top of another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import plotly.offline
import pytest

from core.charts import choose_chart, figure
from core.semantic.query import SemanticQuery
from tests.charts.brewery import (
    CAUSE,
    DAY,
    LOSS,
    MODEL,
    ON_MAY,
    PUMPS,
    SHAKE,
    TANK,
    YIELD,
    days,
    query,
    result,
)

pytestmark = pytest.mark.browser

NAMES = [f"Fermenter {i:02d} of the north cellar" for i in range(30)]
CASES: dict[str, tuple[SemanticQuery, Any]] = {
    "pie": (
        query(LOSS, by=[TANK]),
        [NAMES[:12], [4321.0, 1234, 900, 850, 300, 120, 90, 40, 30, 20, 10, 5]],
    ),
    "pie_of_small_parts": (query(LOSS, by=[TANK]), [NAMES[:8], [9000.0, 9, 8, 7, 6, 5, 4, 3]]),
    "pie_of_equal_parts": (query(LOSS, by=[TANK]), [NAMES[:8], [1_234_567.0] * 8]),
    "limits": (
        query(SHAKE, by=[TANK], filters=(PUMPS,)),
        [NAMES[:9], [4.0 + i / 4 for i in range(9)]],
    ),
    "thirty_lines": (
        query(YIELD, by=[DAY, TANK]),
        [days(20) * 30, [n for n in NAMES for _ in range(20)], [0.5] * 600],
    ),
    "long_numbers": (query(LOSS, by=[TANK]), [NAMES[:5], [1_234_567.0 * i for i in range(1, 6)]]),
    "pareto": (
        query(LOSS, by=[CAUSE]),
        [[f"Cause number {i}" for i in range(14)], [float(i) for i in range(14, 0, -1)]],
    ),
    "kpi": (query(YIELD, comparison=ON_MAY), [[0.713], [0.737], [-0.024], [-0.03]]),
    "compared": (
        query(YIELD, by=[TANK], comparison=ON_MAY),
        [NAMES[:4], [0.7] * 4, [0.8] * 4, [-0.1] * 4, [-0.1] * 4],
    ),
}  # fmt: skip

# Boxes of what must not overlap, in pixels, and of every text that must be inside.
MEASURE = """
() => {
  const box = e => {
    const r = e.getBoundingClientRect();
    return [r.left, r.top, r.right, r.bottom];
  };
  const one = s => {
    const e = document.querySelector(s);
    return e && e.textContent ? box(e) : null;
  };
  const all = s => [...document.querySelectorAll(s)].map(e => [e.textContent, ...box(e)]);
  return {
    title: one('.gtitle'), xtitle: one('.xtitle'), legend: one('.legend'), plot: one('.plot'),
    texts: [
      '.gtitle', '.xtitle', '.ytitle', '.xtick text', '.ytick text', '.legendtext', '.bartext',
      '.annotation-text', '.slicetext', '.titletext',
    ].flatMap(all),
    width: document.documentElement.scrollWidth,
  };
}
"""


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.set_content("<!DOCTYPE html><body style='margin:0'><div id='chart'></div></body>")
    page.add_script_tag(content=plotly.offline.get_plotlyjs())
    yield page
    page.close()


def _apart(one: list[float] | None, other: list[float] | None) -> bool:
    """Whether two boxes lie one above the other."""
    return one is None or other is None or one[3] <= other[1] + 2 or other[3] <= one[1] + 2


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", CASES)
def test_fits_a_phone(page: Any, name: str, theme: Any) -> None:
    q, values = CASES[name]
    found, columns = result(q, values)
    wish = "pie" if name.startswith("pie") else None
    made = figure(choose_chart(found, columns, q, MODEL, wish=wish), found, columns, theme=theme)
    drawn = json.loads(made.to_json())
    drawn["layout"]["width"] = 358  # 390 less the page's own margins
    page.evaluate(
        "f => Plotly.newPlot('chart', f.data, f.layout, {displayModeBar: false, staticPlot: true})",
        drawn,
    )
    seen = page.evaluate(MEASURE)
    assert seen["width"] <= 390
    assert seen["title"] is not None
    assert len(seen["texts"]) > 2
    assert seen["title"][1] >= 0
    assert _apart(seen["title"], seen["plot"])
    assert _apart(seen["xtitle"], seen["legend"])
    assert _apart(seen["plot"], seen["legend"])
    for text, left, top, right, bottom in seen["texts"]:
        assert left >= -3, text
        assert right <= 361, text
        assert top >= -1, text
        assert bottom <= drawn["layout"]["height"] + 2, text
