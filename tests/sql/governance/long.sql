# title: shift report: heat against its limit, before and after, with rank and share
WITH per_hour AS (
    SELECT
        r.machine,
        r.class,
        DATE_TRUNC('hour', r.at) AS hour,
        CASE
            WHEN HOUR(r.at) BETWEEN 6 AND 13 THEN 'early'
            WHEN HOUR(r.at) BETWEEN 14 AND 21 THEN 'late'
            ELSE 'night'
        END AS shift,
        AVG(r.heat) AS heat,
        SUM(r.units) AS units,
        COUNT_IF(r.quality = 'GOOD') AS good
    FROM readings AS r
    WHERE r.at >= '2026-03-28' AND r.at < '2026-04-02' AND r.heat IS NOT NULL
    GROUP BY r.machine, r.class, DATE_TRUNC('hour', r.at), HOUR(r.at)
),
ranked AS (
    SELECT
        p.machine, p.shift, p.hour, p.heat, p.units,
        p.heat - LAG(p.heat, 1) OVER (PARTITION BY p.machine ORDER BY p.hour) AS change,
        RANK() OVER (PARTITION BY p.shift ORDER BY p.heat DESC, p.machine, p.hour) AS place,
        p.units / NULLIF(SUM(p.units) OVER (PARTITION BY p.shift), 0) AS share,
        CASE WHEN p.heat > c.limit_c THEN 1 ELSE 0 END AS above
    FROM per_hour AS p
    LEFT JOIN codes AS c ON p.class = c.class
)
SELECT machine, shift, COUNT(*) AS hours, MAX(heat) AS hottest, SUM(above) AS hours_above, ROUND(SUM(share), 3) AS share
FROM ranked
WHERE place <= 20 OR change > 5
GROUP BY machine, shift
ORDER BY hours_above DESC, machine, shift
LIMIT 50
# title: downtime: hours of orders by machine beside production, week before beside week
WITH made AS (
    SELECT
        machine,
        SUM(CASE WHEN day < '2026-03-30' THEN units ELSE 0 END) AS before,
        SUM(CASE WHEN day >= '2026-03-30' THEN units ELSE 0 END) AS after,
        AVG(CASE WHEN quality = 'GOOD' THEN heat END) AS heat,
        COUNT(DISTINCT day) AS days
    FROM readings
    WHERE machine LIKE 'N-%' OR machine LIKE 'S-%'
    GROUP BY machine
),
repaired AS (
    SELECT
        machine,
        SUM(hours) AS hours,
        COUNT(*) AS orders,
        MAX(day) AS last_day
    FROM orders
    WHERE hours BETWEEN 0.25 AND 10
    GROUP BY machine
),
both_sides AS (
    SELECT
        m.machine, m.before, m.after, m.heat, m.days,
        COALESCE(r.hours, 0) AS hours,
        COALESCE(r.orders, 0) AS orders,
        DATEDIFF('2026-04-02', COALESCE(r.last_day, '2026-03-28')) AS days_since
    FROM made AS m
    LEFT JOIN repaired AS r ON m.machine = r.machine
)
SELECT
    machine, before, after, ROUND(after / NULLIF(before, 0) - 1, 4) AS growth,
    hours / NULLIF(days, 0) AS hours_a_day, SUM(hours) OVER () AS all_hours,
    NTILE(4) OVER (ORDER BY hours DESC, machine) AS quarter, days_since
FROM both_sides
ORDER BY growth DESC, machine
# title: three sources in one list with their shares, grouping sets and a correlated mean
SELECT
    u.kind, u.machine, u.value,
    ROUND(u.value / NULLIF(SUM(u.value) OVER (PARTITION BY u.kind), 0), 4) AS share,
    ROW_NUMBER() OVER (PARTITION BY u.kind ORDER BY u.value DESC, u.machine) AS place
FROM (
    SELECT 'heat' AS kind, machine, AVG(heat) AS value
    FROM readings
    WHERE quality = 'GOOD' AND at BETWEEN '2026-03-28' AND '2026-04-01'
    GROUP BY machine
    UNION ALL
    SELECT 'units', machine, SUM(units)
    FROM readings
    GROUP BY machine
    HAVING SUM(units) > 3
    UNION ALL
    SELECT 'hours', machine, SUM(hours)
    FROM orders
    WHERE hours > (SELECT AVG(o.hours) / 2 FROM orders AS o WHERE o.machine = orders.machine)
    GROUP BY machine
    UNION ALL
    SELECT 'above', r.machine, COUNT(*)
    FROM readings AS r
    JOIN codes AS c ON r.class = c.class
    WHERE r.heat > c.limit_c
      AND r.machine NOT IN (SELECT x.machine FROM orders AS x WHERE x.hours > 9.5)
      AND EXISTS (SELECT 1 FROM orders AS y WHERE y.machine = r.machine AND y.day = r.day)
    GROUP BY r.machine
) AS u
WHERE u.value IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY u.kind ORDER BY u.value DESC, u.machine) <= 10
ORDER BY u.kind, place
# title: running heat by class with gaps, grades and buckets of an hour
WITH slots AS (
    SELECT
        class,
        TIME_SLICE(at, INTERVAL 6 HOUR) AS slot,
        COUNT(*) AS readings,
        COUNT_IF(heat IS NULL) AS missing,
        AVG(heat) AS mean,
        PERCENTILE_CONT(heat, 0.95) AS high,
        STDDEV_SAMP(heat) AS spread
    FROM readings
    WHERE quality IN ('GOOD', 'BAD') AND NOT (machine = 'W-9' OR units < 0)
    GROUP BY class, TIME_SLICE(at, INTERVAL 6 HOUR)
),
smoothed AS (
    SELECT
        class, slot, readings, missing, mean, high, spread,
        AVG(mean) OVER (PARTITION BY class ORDER BY slot ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS rolling,
        FIRST_VALUE(mean) OVER (PARTITION BY class ORDER BY slot) AS first_mean,
        LEAD(slot, 1) OVER (PARTITION BY class ORDER BY slot) AS next_slot
    FROM slots
)
SELECT
    s.class, s.slot, ROUND(s.mean, 2) AS mean, ROUND(s.rolling, 2) AS rolling, s.high,
    CASE
        WHEN s.missing > 2 THEN 'gaps'
        WHEN s.spread > 25 THEN 'restless'
        WHEN s.high > c.limit_c THEN 'high'
        ELSE 'normal'
    END AS state,
    TIMESTAMPDIFF(HOUR, s.slot, s.next_slot) AS hours_to_next,
    s.mean / NULLIF(s.first_mean, 0) AS against_first
FROM smoothed AS s
JOIN codes AS c ON s.class = c.class
WHERE s.readings > 1
ORDER BY s.class, s.slot
LIMIT 200
