"""Charts: a result and its query to a closed specification, then to a Plotly figure."""

from core.charts.choose import choose_chart
from core.charts.draw import figure
from core.charts.edit import Edited, edited, edited_by, with_edit
from core.charts.misfit import ChartMisfit

__all__ = [
    "ChartMisfit",
    "Edited",
    "choose_chart",
    "edited",
    "edited_by",
    "figure",
    "with_edit",
]
