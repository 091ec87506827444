"""Alerts for the people of a plant: what is open, what to do about it, what led to it, what load it
is. Everything under the rights of who looks."""

from core.alert_desk.deliveries import DeliveryDesk
from core.alert_desk.desk import AlertDesk
from core.alert_desk.listing import Acted, Overview, View
from core.alert_desk.outages import OutageDesk

__all__ = ["Acted", "AlertDesk", "DeliveryDesk", "OutageDesk", "Overview", "View"]
