"""Thresholds for people: what each may see, change, try and publish, under their rights."""

from core.threshold_desk.desk import ThresholdDesk

__all__ = ["ThresholdDesk"]
