"""Independent computations on the small plant's frames, and how figures are compared."""

import pytest


def good(frame):
    return frame[frame.signal_quality == "GOOD"]


def within(frame, week, column="event_date"):
    return frame[(frame[column] >= week.start) & (frame[column] < week.end)]


def oee(frame):
    return (frame.good_units.sum() * frame.run_min.sum()) / (
        frame.ideal_units.sum() * frame.planned_min.sum()
    )


def close(value):
    return pytest.approx(float(value), rel=1e-9)
