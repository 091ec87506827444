"""Models: what tables, columns and figures mean: drafted, edited, tried, published."""

from core.ui import guard, models

models.draw(guard.enter("models"))
