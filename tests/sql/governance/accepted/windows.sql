# title: row number per asset, newest first
SELECT asset_id, event_ts, temperature_c, ROW_NUMBER() OVER (PARTITION BY asset_id ORDER BY event_ts DESC) AS rn
FROM plant_obt
WHERE event_date = '2026-06-30' AND plant_id = 'HAM'
# title: latest row per asset by a filtered row number
SELECT asset_id, event_ts, vibration_mm_s
FROM (
    SELECT asset_id, event_ts, vibration_mm_s, ROW_NUMBER() OVER (PARTITION BY asset_id ORDER BY event_ts DESC) AS rn
    FROM plant_obt
) latest
WHERE rn = 1
ORDER BY asset_id
# title: latest work order per asset by QUALIFY
SELECT asset_id, work_order_no, opened_ts
FROM work_orders
QUALIFY ROW_NUMBER() OVER (PARTITION BY asset_id ORDER BY opened_ts DESC, work_order_no) = 1
# title: top three downtime reasons per plant by QUALIFY over aggregates
SELECT plant_name, downtime_reason, SUM(down_min) AS minutes
FROM plant_obt
WHERE downtime_reason IS NOT NULL
GROUP BY plant_name, downtime_reason
QUALIFY RANK() OVER (PARTITION BY plant_name ORDER BY SUM(down_min) DESC) <= 3
ORDER BY plant_name, minutes DESC
# title: dense rank qualifies
SELECT DISTINCT asset_class, criticality
FROM work_orders
QUALIFY DENSE_RANK() OVER (ORDER BY asset_class) <= 2
# title: running total of good units in a day
SELECT event_ts, good_units, SUM(good_units) OVER (ORDER BY event_ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running
FROM plant_obt
WHERE asset_id = 'CNC-01' AND event_date = '2026-06-24'
ORDER BY event_ts
# title: moving average over an hour
SELECT asset_id, event_ts, AVG(vibration_mm_s) OVER (PARTITION BY asset_id ORDER BY event_ts ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) AS ma_1h
FROM plant_obt
WHERE asset_id = 'PMP-03' AND event_date >= '2026-06-29'
ORDER BY event_ts
# title: centred moving average
SELECT event_ts, temperature_c, AVG(temperature_c) OVER (ORDER BY event_ts ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING) AS smooth
FROM plant_obt
WHERE asset_id = 'OVN-01' AND event_date = '2026-06-23'
# title: change to the interval before
SELECT asset_id, event_ts, temperature_c, temperature_c - LAG(temperature_c) OVER (PARTITION BY asset_id ORDER BY event_ts) AS delta
FROM plant_obt
WHERE asset_class = 'oven' AND event_date = '2026-06-30'
# title: lag with offset and default
SELECT event_ts, energy_kwh, LAG(energy_kwh, 6, 0) OVER (ORDER BY event_ts) AS hour_before
FROM plant_obt
WHERE asset_id = 'CMP-01' AND event_date = '2026-06-30'
ORDER BY event_ts
# title: time to the next alarm
SELECT asset_id, alarm_id, raised_ts, TIMESTAMPDIFF(MINUTE, raised_ts, LEAD(raised_ts) OVER (PARTITION BY asset_id ORDER BY raised_ts, alarm_id)) AS minutes_to_next
FROM alarm_events
WHERE event_date >= '2026-06-25'
# title: time between failures
SELECT asset_id, AVG(gap_h) AS mean_gap_h, COUNT(gap_h) AS gaps
FROM (
    SELECT asset_id, TIMESTAMPDIFF(HOUR, LAG(closed_ts) OVER (PARTITION BY asset_id ORDER BY opened_ts), opened_ts) AS gap_h
    FROM work_orders
    WHERE order_type = 'corrective'
) gaps
GROUP BY asset_id
HAVING COUNT(gap_h) > 0
# title: Pareto with running share
SELECT downtime_reason, minutes,
       SUM(minutes) OVER (ORDER BY minutes DESC, downtime_reason ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) / SUM(minutes) OVER () AS running_share
FROM (SELECT downtime_reason, SUM(down_min) AS minutes FROM plant_obt WHERE downtime_reason IS NOT NULL GROUP BY downtime_reason) t
ORDER BY minutes DESC, downtime_reason
# title: window of an aggregate in one select
SELECT scrap_reason, SUM(scrap_units) AS units,
       SUM(scrap_units) / SUM(SUM(scrap_units)) OVER () AS share,
       SUM(SUM(scrap_units)) OVER (ORDER BY SUM(scrap_units) DESC, scrap_reason) AS running
FROM plant_obt
WHERE scrap_reason IS NOT NULL
GROUP BY scrap_reason
# title: share within plant
SELECT plant_id, asset_class, SUM(energy_kwh) AS kwh,
       100 * SUM(energy_kwh) / SUM(SUM(energy_kwh)) OVER (PARTITION BY plant_id) AS pct_of_plant
FROM plant_obt
GROUP BY plant_id, asset_class
ORDER BY plant_id, pct_of_plant DESC
# title: rank, dense rank, percent rank, cumulative distribution and quartile together
SELECT asset_id, down_h,
       RANK() OVER (ORDER BY down_h DESC) AS r,
       DENSE_RANK() OVER (ORDER BY down_h DESC) AS dr,
       PERCENT_RANK() OVER (ORDER BY down_h) AS pr,
       CUME_DIST() OVER (ORDER BY down_h) AS cd,
       NTILE(4) OVER (ORDER BY down_h, asset_id) AS quartile
FROM (SELECT asset_id, SUM(down_min) / 60 AS down_h FROM plant_obt GROUP BY asset_id) d
ORDER BY r, asset_id
# title: first and last value of a shift
SELECT DISTINCT asset_id, shift_name,
       FIRST_VALUE(temperature_c) OVER (PARTITION BY asset_id, production_date, shift_name ORDER BY event_ts) AS at_start,
       LAST_VALUE(temperature_c) OVER (PARTITION BY asset_id, production_date, shift_name ORDER BY event_ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS at_end
FROM plant_obt
WHERE asset_class = 'oven' AND production_date = '2026-06-25'
# title: last known value carried forward
SELECT event_ts, flow_m3_h, LAST_VALUE(flow_m3_h IGNORE NULLS) OVER (ORDER BY event_ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS carried
FROM plant_obt
WHERE asset_id = 'PMP-01' AND event_date = '2026-06-27'
# title: gap and island of stops
SELECT asset_id, MIN(event_ts) AS started, MAX(event_ts) AS ended, COUNT(*) * 10 AS minutes
FROM (
    SELECT asset_id, event_ts, run_min,
           ROW_NUMBER() OVER (PARTITION BY asset_id ORDER BY event_ts)
         - ROW_NUMBER() OVER (PARTITION BY asset_id, run_min = 0 ORDER BY event_ts) AS island
    FROM plant_obt
    WHERE event_date = '2026-06-26' AND asset_class = 'cnc'
) x
WHERE run_min = 0
GROUP BY asset_id, island
HAVING COUNT(*) >= 3
ORDER BY asset_id, started
# title: gap and island by a running sum of starts
WITH flagged AS (
    SELECT asset_id, event_ts, down_min,
           CASE WHEN down_min > 0 AND COALESCE(LAG(down_min) OVER (PARTITION BY asset_id ORDER BY event_ts), 0) = 0 THEN 1 ELSE 0 END AS is_start
    FROM plant_obt
    WHERE event_date = '2026-06-26'
), numbered AS (
    SELECT asset_id, event_ts, down_min, SUM(is_start) OVER (PARTITION BY asset_id ORDER BY event_ts) AS stop_no
    FROM flagged
    WHERE down_min > 0 OR is_start = 1
)
SELECT asset_id, stop_no, MIN(event_ts) AS from_ts, SUM(down_min) AS minutes
FROM numbered
GROUP BY asset_id, stop_no
ORDER BY minutes DESC, asset_id, stop_no
LIMIT 20
# title: deviation from the class mean
SELECT asset_id, asset_class, mean_v, mean_v - AVG(mean_v) OVER (PARTITION BY asset_class) AS off_class
FROM (SELECT asset_id, asset_class, AVG(vibration_mm_s) AS mean_v FROM plant_obt WHERE vibration_mm_s IS NOT NULL GROUP BY asset_id, asset_class) a
ORDER BY ABS(mean_v - AVG(mean_v) OVER (PARTITION BY asset_class)) DESC, asset_id
LIMIT 10
# title: z-score written out
SELECT asset_id, event_ts, z
FROM (
    SELECT asset_id, event_ts,
           (pressure_bar - AVG(pressure_bar) OVER (PARTITION BY asset_id)) / NULLIF(STDDEV(pressure_bar) OVER (PARTITION BY asset_id), 0) AS z
    FROM plant_obt
    WHERE pressure_bar IS NOT NULL AND event_date = '2026-06-30'
) s
WHERE ABS(z) > 2
# title: week over week by LAG over weeks
SELECT line_name, wk, units, units - LAG(units) OVER (PARTITION BY line_name ORDER BY wk) AS delta,
       units / NULLIF(LAG(units) OVER (PARTITION BY line_name ORDER BY wk), 0) - 1 AS growth
FROM (SELECT line_name, DATE_TRUNC('week', event_date) AS wk, SUM(good_units) AS units FROM plant_obt GROUP BY 1, 2) w
ORDER BY line_name, wk
# title: same weekday a week before
SELECT event_date, units, LAG(units, 7) OVER (ORDER BY event_date) AS week_before
FROM (SELECT event_date, SUM(good_units) AS units FROM plant_obt WHERE event_date >= '2026-06-17' GROUP BY event_date) d
ORDER BY event_date
# title: counts in a window of the last ten alarms
SELECT asset_id, alarm_id, COUNT(*) OVER (PARTITION BY asset_id ORDER BY raised_ts, alarm_id ROWS 9 PRECEDING) AS last_ten, MIN(raised_ts) OVER (PARTITION BY asset_id ORDER BY raised_ts, alarm_id ROWS 9 PRECEDING) AS since
FROM alarm_events
WHERE asset_class = 'press' AND event_date >= '2026-06-20'
# title: maximum so far
SELECT event_ts, power_kw, MAX(power_kw) OVER (ORDER BY event_ts) AS peak_so_far
FROM plant_obt
WHERE asset_id = 'CMP-02' AND event_date = '2026-06-30'
# title: rank within rank
SELECT plant_id, line_name, asset_id, minutes
FROM (
    SELECT plant_id, line_name, asset_id, SUM(down_min) AS minutes,
           ROW_NUMBER() OVER (PARTITION BY plant_id, line_name ORDER BY SUM(down_min) DESC, asset_id) AS rk
    FROM plant_obt
    GROUP BY plant_id, line_name, asset_id
) ranked
WHERE rk <= 2
# title: reverse running total
SELECT event_date, d, SUM(d) OVER (ORDER BY event_date ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS still_to_come
FROM (SELECT event_date, SUM(down_min) AS d FROM plant_obt GROUP BY event_date) x
# title: pairs of consecutive products
SELECT asset_id, event_ts, previous, product_code
FROM (
    SELECT asset_id, event_ts, product_code, LAG(product_code) OVER (PARTITION BY asset_id ORDER BY event_ts) AS previous
    FROM plant_obt
    WHERE product_code IS NOT NULL AND event_date BETWEEN '2026-06-22' AND '2026-06-24'
) c
WHERE previous <> product_code
ORDER BY asset_id, event_ts
# title: backlog by running sums of opened and closed
SELECT d, SUM(opened - closed) OVER (ORDER BY d) AS backlog
FROM (
    SELECT d, SUM(o) AS opened, SUM(c) AS closed
    FROM (
        SELECT DATE(opened_ts) AS d, 1 AS o, 0 AS c FROM work_orders
        UNION ALL
        SELECT DATE(closed_ts), 0, 1 FROM work_orders WHERE closed_ts IS NOT NULL
    ) e
    GROUP BY d
) s
ORDER BY d
# title: window within CASE
SELECT asset_id, event_ts,
       CASE WHEN vibration_mm_s > 1.2 * AVG(vibration_mm_s) OVER (PARTITION BY asset_id ORDER BY event_ts ROWS BETWEEN 12 PRECEDING AND 1 PRECEDING) THEN 'rising' ELSE 'steady' END AS trend
FROM plant_obt
WHERE asset_id = 'PMP-02' AND event_date = '2026-06-30'
# title: correlation over a window
SELECT DISTINCT asset_id, CORR(power_kw, run_min) OVER (PARTITION BY asset_id) AS r
FROM plant_obt
WHERE plant_id = 'AUS' AND event_date = '2026-06-29'
# title: order of alarms in a shift
SELECT shift_name, raised_ts, message, ROW_NUMBER() OVER (PARTITION BY event_date, shift_name ORDER BY raised_ts, alarm_id) AS nth
FROM alarm_events
WHERE plant_id = 'HPH' AND event_date = '2026-06-29'
