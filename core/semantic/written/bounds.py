"""The most of everything in a written query: far above what questions need, far below what
governance refuses for its size."""

MEASURES = 8
DIMENSIONS = 4
FILTERS = 12
OWN_FILTERS = 4  # conditions of one measure, or of an anchor
VALUES = 40  # of one condition
FIELDS = 60
HAVING = 4
ORDER = 6
DROPPED = 8
LIMIT = 10_000  # rows
STEPS = 1_000  # of a moving figure
TEXT = 120  # characters of a value
NUMBER = 1e15  # size of a number; between 0 and SMALLEST there is none
SMALLEST = 1e-9
YEARS = (1900, 2100)
MINUTES = 10 * 366 * 24 * 60  # span of an anchor
#: Largest value of each time part, and the smallest.
PARTS = {"@hour": (0, 23), "@weekday": (1, 7), "@month": (1, 12), "@minute_of_day": (0, 1439)}
