"""Charts: a result and its query to a closed specification, then to a Plotly figure."""

from core.charts.choose import choose_chart
from core.charts.draw import figure

__all__ = ["choose_chart", "figure"]
