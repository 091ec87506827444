"""The end of the data that fixes are proposed for."""

import datetime as dt

LAST = dt.datetime(2026, 4, 1, 23, 0)
