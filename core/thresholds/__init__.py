"""Thresholds: where a limit holds, its versions over time, and which one is nearest."""
