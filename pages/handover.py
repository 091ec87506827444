"""Shift handover: what one shift tells the next."""

from core.ui import guard, handover

visit = guard.enter("handover")
handover.draw(visit)
