"""Alerts: what is open, what led to it, and what load it is."""

from core.ui import alerts, guard

visit = guard.enter("alerts")
alerts.draw(visit)
