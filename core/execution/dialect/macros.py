"""DuckDB macros that give StarRocks' values where DuckDB's own functions differ.

They live in the connection's temporary schema, made before the configuration is locked. Each has a
row in tests/execution/starrocks_values.tsv; the sources are in that table. A macro calls those
before it only, and names its arguments as seldom as it can: each naming is a copy.
"""

from __future__ import annotations

_LENIENT = (
    "'%Y%m%d%H%M%S', '%Y%m%d', '%y%m%d', '%Y.%m.%d', '%Y.%m.%dT%H.%M.%S', '%Y/%m/%d', "
    "'%Y/%m/%d %H:%M:%S'"
)
_CASTS = (
    # A text is read leniently, so is a whole number such as 20260630; what is no date is NULL.
    f"""CREATE TEMP MACRO sr_datetime(x) AS CASE
        WHEN typeof(x) IN ('VARCHAR', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT')
            THEN COALESCE(TRY_CAST(x AS TIMESTAMP), try_strptime(CAST(x AS VARCHAR), [{_LENIENT}]))
        ELSE TRY_CAST(x AS TIMESTAMP) END""",
    # A number is cut, not rounded; a text must be a whole number; a date is 20260630.
    r"""CREATE TEMP MACRO sr_bigint(x) AS CASE
        WHEN typeof(x) IN ('DOUBLE', 'FLOAT')
            THEN TRY_CAST(trunc(TRY_CAST(x AS DOUBLE)) AS BIGINT)
        WHEN typeof(x) LIKE 'DECIMAL%'
            THEN TRY_CAST(trunc(TRY_CAST(x AS DECIMAL(38, 15))) AS BIGINT)
        WHEN typeof(x) = 'VARCHAR'
            THEN CASE WHEN regexp_full_match(CAST(x AS VARCHAR), '\s*[+-]?[0-9]+\s*')
                THEN TRY_CAST(x AS BIGINT) END
        WHEN typeof(x) = 'DATE'
            THEN TRY_CAST(strftime(TRY_CAST(x AS DATE), '%Y%m%d') AS BIGINT)
        WHEN typeof(x) = 'TIMESTAMP'
            THEN TRY_CAST(strftime(TRY_CAST(x AS TIMESTAMP), '%Y%m%d%H%M%S') AS BIGINT)
        ELSE TRY_CAST(x AS BIGINT) END""",
    """CREATE TEMP MACRO sr_boolean(x) AS CASE
        WHEN typeof(x) <> 'VARCHAR' THEN TRY_CAST(x AS BOOLEAN)
        WHEN lower(CAST(x AS VARCHAR)) = 'true' THEN TRUE
        WHEN lower(CAST(x AS VARCHAR)) = 'false' THEN FALSE
        ELSE TRY_CAST(x AS BIGINT) <> 0 END""",
    """CREATE TEMP MACRO sr_decimal(d, w, m) AS CASE WHEN d IS NULL AND abs(w) < m
        THEN error('a number has more digits than its DECIMAL declares') ELSE d END""",
    # Booleans are 1 and 0, whole doubles have no point, a fraction of a second has six digits.
    r"""CREATE TEMP MACRO sr_text(x) AS CASE
        WHEN typeof(x) = 'BOOLEAN' THEN CASE CAST(x AS VARCHAR) WHEN 'true' THEN '1'
            WHEN 'false' THEN '0' END
        WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN regexp_replace(CAST(x AS VARCHAR), '\.0$', '')
        WHEN typeof(x) = 'TIMESTAMP'
            THEN regexp_replace(strftime(TRY_CAST(x AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%f'),
                '\.000000$', '')
        ELSE CAST(x AS VARCHAR) END""",
)
_WEEKS = (
    # The number of a week by the day `a` that decides to which year it belongs.
    "CREATE TEMP MACRO sr_nth_week(a) AS (dayofyear(a) - 1) // 7 + 1",
    # The same by a day `d` in it, 0 before the year's first week (and 53 after the last).
    """CREATE TEMP MACRO sr_week_in_year(d, a) AS CASE WHEN year(a) < year(d) THEN 0
        WHEN year(a) > year(d) THEN 53 ELSE sr_nth_week(a) END""",
    "CREATE TEMP MACRO sr_week_and_year(a) AS year(a) * 100 + sr_nth_week(a)",
    # The day that decides: the first of the week, or its fourth when four days make a week 1.
    "CREATE TEMP MACRO sr_sunday(d) AS CAST(d AS DATE) - CAST(dayofweek(d) AS INT)",
    "CREATE TEMP MACRO sr_monday(d) AS CAST(d AS DATE) - CAST(isodow(d) - 1 AS INT)",
    "CREATE TEMP MACRO sr_wednesday(d) AS CAST(d AS DATE) - CAST(dayofweek(d) AS INT) + 3",
    "CREATE TEMP MACRO sr_thursday(d) AS CAST(d AS DATE) - CAST(isodow(d) - 1 AS INT) + 3",
    """CREATE TEMP MACRO sr_week1_text(d) AS
        lpad(CAST(sr_week_in_year(d, sr_thursday(d)) AS VARCHAR), 2, '0')""",
    """CREATE TEMP MACRO sr_week2_text(d) AS
        lpad(CAST(sr_nth_week(sr_sunday(d)) AS VARCHAR), 2, '0')""",
    "CREATE TEMP MACRO sr_year2_text(d) AS lpad(CAST(year(sr_sunday(d)) AS VARCHAR), 4, '0')",
    """CREATE TEMP MACRO sr_ordinal(d) AS CAST(day(d) AS VARCHAR) || CASE
        WHEN day(d) IN (11, 12, 13) THEN 'th' WHEN day(d) % 10 = 1 THEN 'st'
        WHEN day(d) % 10 = 2 THEN 'nd' WHEN day(d) % 10 = 3 THEN 'rd' ELSE 'th' END""",
)
_DATES = (
    # Complete months from a to b, by day of month and time of day.
    """CREATE TEMP MACRO sr_months(a, b) AS CAST(
        (year(b) * 12 + month(b)) - (year(a) * 12 + month(a))
        - CASE WHEN b >= a AND (b - date_trunc('month', b)) < (a - date_trunc('month', a)) THEN 1
            WHEN b < a AND (b - date_trunc('month', b)) > (a - date_trunc('month', a)) THEN -1
            ELSE 0 END AS BIGINT)""",
    # Moments outside the years 0 to 9999 are NULL.
    """CREATE TEMP MACRO sr_bounded(x) AS CASE WHEN x < TIMESTAMP '10000-01-01'
        AND x >= TIMESTAMP '0000-01-01' THEN x END""",
    """CREATE TEMP MACRO sr_makedate(y, n) AS CASE WHEN y BETWEEN 0 AND 9999 AND n BETWEEN 1
        AND dayofyear(make_date(CAST(y AS BIGINT), 12, 31))
        THEN make_date(CAST(y AS BIGINT), 1, 1) + CAST(n - 1 AS INT) END""",
    # Whole seconds since 1970 in UTC; 0 before it and beyond 2038, as documented.
    """CREATE TEMP MACRO sr_unix(t) AS CASE
        WHEN t >= TIMESTAMP '1970-01-01' AND t < TIMESTAMP '2038-01-19 03:14:08'
            THEN epoch_us(t) // 1000000
        WHEN t IS NOT NULL THEN 0 END""",
    # The moment so many seconds after 1970; NULL before it and beyond the calendar.
    """CREATE TEMP MACRO sr_from_unix(n) AS CASE WHEN n BETWEEN 0 AND 253402243199
        THEN make_timestamp(CAST(n AS BIGINT) * 1000000) END""",
    # Days since the year 0; StarRocks' calendar runs back without a gap.
    """CREATE TEMP MACRO sr_from_days(n) AS CASE WHEN n BETWEEN 1 AND 3652424
        THEN DATE '0000-01-01' + CAST(n AS INT) END""",
    "CREATE TEMP MACRO sr_to_days(d) AS date_diff('day', DATE '0000-01-01', CAST(d AS DATE))",
    """CREATE TEMP MACRO sr_next(d, n) AS
        CAST(d AS DATE) + CAST((n - isodow(d) + 6) % 7 + 1 AS INT)""",
    """CREATE TEMP MACRO sr_previous(d, n) AS
        CAST(d AS DATE) - CAST((isodow(d) - n + 6) % 7 + 1 AS INT)""",
    # The moment that a clock of zone z shows as t. Of two such moments it is the earlier; a time
    # that the clock leaps over is the moment of the leap, which is at a full hour.
    """CREATE TEMP MACRO sr_instant(t, z) AS CASE
        WHEN timezone(z, timezone(z, t)) <> t
            THEN timezone(z, date_trunc('hour', timezone(z, timezone(z, t))))
        WHEN timezone(z, timezone(z, t) - INTERVAL 1 HOUR) = t
            THEN timezone(z, t) - INTERVAL 1 HOUR
        ELSE timezone(z, t) END""",
)
_ARITHMETIC = (
    "CREATE TEMP MACRO sr_div(a, b) AS TRY_CAST(trunc(a / NULLIF(b, 0)) AS BIGINT)",
    # Digits after the point of a quotient whose left side has the type t.
    r"""CREATE TEMP MACRO sr_scale(t) AS CASE
        WHEN t NOT LIKE 'DECIMAL%' THEN 6
        WHEN CAST(regexp_extract(t, ',(\d+)', 1) AS INT) <= 6
            THEN CAST(regexp_extract(t, ',(\d+)', 1) AS INT) + 6
        ELSE greatest(12, CAST(regexp_extract(t, ',(\d+)', 1) AS INT)) END""",
    # A quotient of which one side is a DECIMAL, and none a DOUBLE, is rounded to that scale.
    """CREATE TEMP MACRO sr_divide(a, b) AS CASE
        WHEN 'DECIMAL' IN (left(typeof(a), 7), left(typeof(b), 7))
            AND 'DOUBLE' NOT IN (typeof(a), typeof(b)) AND 'FLOAT' NOT IN (typeof(a), typeof(b))
            AND 'VARCHAR' NOT IN (typeof(a), typeof(b))
            THEN round(CAST(a / NULLIF(b, 0) AS DOUBLE), sr_scale(typeof(a)))
        ELSE a / NULLIF(b, 0) END""",
    "CREATE TEMP MACRO sr_pmod(a, b) AS ((a % NULLIF(b, 0)) + b) % NULLIF(b, 0)",
    "CREATE TEMP MACRO sr_finite(x) AS CASE WHEN isfinite(CAST(x AS DOUBLE)) THEN x END",
    "CREATE TEMP MACRO sr_ln(x) AS CASE WHEN x > 0 THEN ln(x) END",
    "CREATE TEMP MACRO sr_log(b, x) AS CASE WHEN x > 0 AND b > 0 AND b <> 1 THEN ln(x) / ln(b) END",
    "CREATE TEMP MACRO sr_log10(x) AS CASE WHEN x > 0 THEN log10(x) END",
    "CREATE TEMP MACRO sr_log2(x) AS CASE WHEN x > 0 THEN log2(x) END",
    "CREATE TEMP MACRO sr_sqrt(x) AS CASE WHEN x >= 0 THEN sqrt(x) END",
    "CREATE TEMP MACRO sr_asin(x) AS CASE WHEN abs(x) <= 1 THEN asin(x) END",
    "CREATE TEMP MACRO sr_acos(x) AS CASE WHEN abs(x) <= 1 THEN acos(x) END",
)
_TEXTS = (
    """CREATE TEMP MACRO sr_substring(s, p, n) AS CASE WHEN p = 0 OR n <= 0
        THEN CASE WHEN s IS NOT NULL THEN '' END ELSE substring(s, p, n) END""",
    """CREATE TEMP MACRO sr_tail(s, p) AS CASE WHEN p = 0
        THEN CASE WHEN s IS NOT NULL THEN '' END ELSE substring(s, p) END""",
    """CREATE TEMP MACRO sr_part(s, d, n) AS CASE WHEN len(string_split(s, d)) >= n
        THEN split_part(s, d, n) END""",
    # The delimiter d comes reversed.
    "CREATE TEMP MACRO sr_part_from_end(s, d, n) AS reverse(sr_part(reverse(s), d, n))",
    "CREATE TEMP MACRO sr_head(s, d, n) AS array_to_string(string_split(s, d)[1:n], d)",
    "CREATE TEMP MACRO sr_head_from_end(s, d, n) AS reverse(sr_head(reverse(s), d, n))",
    """CREATE TEMP MACRO sr_strcmp(a, b) AS CASE
        WHEN a = b THEN 0 WHEN a < b THEN -1 WHEN a > b THEN 1 END""",
    # The first byte of a text.
    """CREATE TEMP MACRO sr_ascii(s) AS CASE WHEN s = '' THEN 0
        ELSE CAST('0x' || left(hex(s), 2) AS INT) END""",
    # Letters and digits are words; what stands between them stays.
    r"""CREATE TEMP MACRO sr_initcap(s) AS CASE WHEN s IS NOT NULL THEN array_to_string(
        list_transform(regexp_extract_all(lower(s), '[\p{L}\p{N}]+|[^\p{L}\p{N}]+'),
            lambda w: upper(left(w, 1)) || substring(w, 2)), '') END""",
    """CREATE TEMP MACRO sr_join(l, d) AS
        array_to_string(list_transform(l, lambda v: sr_text(v)), d)""",
    """CREATE TEMP MACRO sr_join_all(l, d, n) AS
        array_to_string(list_transform(l, lambda v: COALESCE(sr_text(v), n)), d)""",
    """CREATE TEMP MACRO sr_find(s, l) AS CASE WHEN s IS NOT NULL
        THEN COALESCE(list_position(string_split(l, ','), s), 0) END""",
)

MACROS: tuple[str, ...] = (*_CASTS, *_WEEKS, *_DATES, *_ARITHMETIC, *_TEXTS)
