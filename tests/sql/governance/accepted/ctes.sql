# title: OEE by shift with its three factors
WITH sums AS (
    SELECT shift_name,
           SUM(run_min) AS run_min, SUM(planned_min) AS planned_min,
           SUM(good_units) AS good, SUM(scrap_units) AS scrap, SUM(ideal_units) AS ideal
    FROM plant_obt
    WHERE event_date >= '2026-06-22'
    GROUP BY shift_name
), factors AS (
    SELECT shift_name,
           run_min / NULLIF(planned_min, 0) AS a,
           (good + scrap) / NULLIF(ideal, 0) AS p,
           good / NULLIF(good + scrap, 0) AS q
    FROM sums
)
SELECT shift_name, ROUND(a, 4) AS a, ROUND(p, 4) AS p, ROUND(q, 4) AS q, ROUND(a * p * q, 4) AS oee
FROM factors
ORDER BY CASE shift_name WHEN 'Early' THEN 1 WHEN 'Late' THEN 2 ELSE 3 END
# title: this week against last week
WITH this_week AS (
    SELECT line_name, SUM(good_units) AS units FROM plant_obt
    WHERE event_date BETWEEN '2026-06-22' AND '2026-06-28' GROUP BY line_name
), last_week AS (
    SELECT line_name, SUM(good_units) AS units FROM plant_obt
    WHERE event_date BETWEEN '2026-06-17' AND '2026-06-21' GROUP BY line_name
)
SELECT t.line_name, t.units AS now_units, l.units AS before_units, (t.units - l.units) / NULLIF(l.units, 0) AS change
FROM this_week t
LEFT JOIN last_week l ON l.line_name = t.line_name
ORDER BY t.line_name
# title: month against month over one grouping
WITH m AS (
    SELECT asset_id, DATE_TRUNC('month', event_date) AS mon, SUM(energy_kwh) AS kwh, COUNT(DISTINCT event_date) AS days
    FROM plant_obt GROUP BY asset_id, DATE_TRUNC('month', event_date)
)
SELECT j.asset_id, j.kwh / j.days AS june, may.kwh / may.days AS may
FROM m AS j
INNER JOIN m AS may ON may.asset_id = j.asset_id
WHERE j.mon = '2026-06-01' AND may.mon = '2026-05-01'
# title: MTBF from run hours and failures
WITH runs AS (
    SELECT asset_id, SUM(run_min) / 60 AS run_h FROM plant_obt GROUP BY asset_id
), fails AS (
    SELECT asset_id, COUNT(*) AS n FROM work_orders WHERE order_type = 'corrective' AND event_date >= '2026-05-28' GROUP BY asset_id
)
SELECT runs.asset_id, run_h, n, run_h / NULLIF(n, 0) AS mtbf_h
FROM runs LEFT JOIN fails ON runs.asset_id = fails.asset_id
ORDER BY mtbf_h IS NULL, mtbf_h, runs.asset_id
# title: three groupings side by side
WITH prod AS (SELECT plant_id, event_date, SUM(good_units) AS good FROM plant_obt GROUP BY plant_id, event_date),
     al AS (SELECT plant_id, event_date, COUNT(*) AS alarms FROM alarm_events GROUP BY plant_id, event_date),
     wo AS (SELECT plant_id, event_date, COUNT(*) AS orders FROM work_orders GROUP BY plant_id, event_date)
SELECT prod.plant_id, prod.event_date, good, COALESCE(alarms, 0) AS alarms, COALESCE(orders, 0) AS orders
FROM prod
LEFT JOIN al ON al.plant_id = prod.plant_id AND al.event_date = prod.event_date
LEFT JOIN wo ON wo.plant_id = prod.plant_id AND wo.event_date = prod.event_date
ORDER BY 1, 2
# title: a query over a query over a query
WITH a AS (SELECT asset_id, event_date, SUM(down_min) AS d FROM plant_obt GROUP BY asset_id, event_date),
     b AS (SELECT asset_id, MAX(d) AS worst, AVG(d) AS mean_d FROM a GROUP BY asset_id),
     c AS (SELECT asset_id, worst / NULLIF(mean_d, 0) AS peakiness FROM b)
SELECT * FROM c WHERE peakiness > 2 ORDER BY peakiness DESC, asset_id
# title: one query used in two set arms
WITH d AS (SELECT asset_id, SUM(down_min) AS minutes FROM plant_obt GROUP BY asset_id)
SELECT 'most' AS side, x.asset_id, x.minutes FROM (SELECT asset_id, minutes FROM d ORDER BY minutes DESC, asset_id LIMIT 3) x
UNION ALL
SELECT 'least', y.asset_id, y.minutes FROM (SELECT asset_id, minutes FROM d ORDER BY minutes, asset_id LIMIT 3) y
# title: WITH inside a derived table
SELECT t.line_name, t.n
FROM (WITH c AS (SELECT line_name, COUNT(*) AS n FROM alarm_events GROUP BY line_name) SELECT line_name, n FROM c) AS t
ORDER BY t.n DESC, t.line_name
# title: means compared with an overall mean from another query
WITH per_asset AS (SELECT asset_id, AVG(power_kw) AS kw FROM plant_obt GROUP BY asset_id),
     overall AS (SELECT AVG(kw) AS kw FROM per_asset)
SELECT p.asset_id, p.kw, o.kw AS overall_kw
FROM per_asset p, overall o
WHERE p.kw > 2 * o.kw
ORDER BY p.asset_id
# title: means compared by a scalar subquery of the WITH query
WITH per_asset AS (SELECT asset_id, AVG(power_kw) AS kw FROM plant_obt GROUP BY asset_id)
SELECT asset_id, kw FROM per_asset WHERE kw > (SELECT AVG(kw) FROM per_asset)
# title: a WITH query named like a column
WITH downtime AS (SELECT line_name, SUM(down_min) AS downtime FROM plant_obt GROUP BY line_name)
SELECT downtime.line_name, downtime.downtime FROM downtime
# title: column list on two WITH queries
WITH a (line, minutes) AS (SELECT line_name, SUM(down_min) FROM plant_obt GROUP BY line_name),
     b (line, alarms) AS (SELECT line_name, COUNT(*) FROM alarm_events GROUP BY line_name)
SELECT a.line, minutes, alarms FROM a JOIN b ON a.line = b.line
# title: an unused WITH query
WITH unused AS (SELECT 1 AS x), used AS (SELECT COUNT(*) AS n FROM work_orders) SELECT n FROM used
# title: parameters in a row of their own
WITH params AS (SELECT CAST('2026-06-22' AS DATE) AS from_day, CAST('2026-06-28' AS DATE) AS to_day)
SELECT p.plant_id, SUM(p.good_units) AS good
FROM plant_obt p CROSS JOIN params
WHERE p.event_date BETWEEN params.from_day AND params.to_day
GROUP BY p.plant_id
# title: targets as rows joined to sums
WITH targets AS (
    SELECT 'Line 1' AS line_name, 0.80 AS target
    UNION ALL SELECT 'Line 2', 0.75
    UNION ALL SELECT 'Line 3', 0.70
), actual AS (
    SELECT plant_id, line_name, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS availability
    FROM plant_obt GROUP BY plant_id, line_name
)
SELECT actual.plant_id, actual.line_name, availability, target, availability - target AS gap
FROM actual JOIN targets ON targets.line_name = actual.line_name
ORDER BY gap, plant_id, line_name
# title: cohort of assets by installation year
WITH assets AS (SELECT DISTINCT asset_id, YEAR(installed_on) AS yr FROM plant_obt),
     cost AS (SELECT asset_id, SUM(parts_cost_eur) AS eur FROM work_orders GROUP BY asset_id)
SELECT a.yr, COUNT(*) AS assets, SUM(c.eur) AS eur
FROM assets a LEFT JOIN cost c ON c.asset_id = a.asset_id
GROUP BY a.yr
ORDER BY a.yr
# title: worst day of each line with its main reason
WITH daily AS (
    SELECT plant_id, line_name, event_date, SUM(down_min) AS minutes FROM plant_obt GROUP BY plant_id, line_name, event_date
), worst AS (
    SELECT plant_id, line_name, event_date, minutes
    FROM (SELECT daily.*, ROW_NUMBER() OVER (PARTITION BY plant_id, line_name ORDER BY minutes DESC, event_date) AS rn FROM daily) r
    WHERE rn = 1
), reasons AS (
    SELECT plant_id, line_name, event_date, downtime_reason, SUM(down_min) AS minutes
    FROM plant_obt WHERE downtime_reason IS NOT NULL GROUP BY plant_id, line_name, event_date, downtime_reason
)
SELECT w.plant_id, w.line_name, w.event_date, w.minutes, MAX_BY(r.downtime_reason, r.minutes) AS main_reason
FROM worst w JOIN reasons r ON r.plant_id = w.plant_id AND r.line_name = w.line_name AND r.event_date = w.event_date
GROUP BY w.plant_id, w.line_name, w.event_date, w.minutes
# title: alarm flood hours
WITH hourly AS (
    SELECT plant_id, DATE_TRUNC('hour', raised_ts) AS h, COUNT(*) AS n FROM alarm_events GROUP BY plant_id, DATE_TRUNC('hour', raised_ts)
)
SELECT plant_id, COUNT(*) AS hours_with_alarms, SUM(n > 10) AS flood_hours, MAX(n) AS worst_hour FROM hourly GROUP BY plant_id
# title: shift handover: last hour of one shift, first of the next
WITH tagged AS (
    SELECT shift_name, HOUR(event_ts) AS h, good_units, ideal_units FROM plant_obt WHERE HOUR(event_ts) IN (5, 6, 13, 14, 21, 22)
)
SELECT h, shift_name, SUM(good_units) / NULLIF(SUM(ideal_units), 0) AS rate FROM tagged GROUP BY h, shift_name ORDER BY h
# title: histogram by a WITH query
WITH b AS (SELECT FLOOR(temperature_c / 5) * 5 AS bin FROM plant_obt WHERE asset_class = 'chiller' AND temperature_c IS NOT NULL)
SELECT bin, bin + 5 AS bin_end, COUNT(*) AS n FROM b GROUP BY bin ORDER BY bin
# title: same name inside and outside
WITH t AS (SELECT plant_id, SUM(good_units) AS good FROM plant_obt GROUP BY plant_id)
SELECT t.plant_id, t.good FROM (SELECT plant_id, good FROM t WHERE good > 0) t
# title: WITH query that filters with EXISTS
WITH busy AS (SELECT asset_id FROM alarm_events GROUP BY asset_id HAVING COUNT(*) > 400)
SELECT DISTINCT p.asset_id, p.asset_name FROM plant_obt p WHERE EXISTS (SELECT 1 FROM busy b WHERE b.asset_id = p.asset_id)
# title: outliers by quartiles
WITH q AS (
    SELECT asset_id, PERCENTILE_CONT(motor_current_a, 0.25) AS q1, PERCENTILE_CONT(motor_current_a, 0.75) AS q3
    FROM plant_obt WHERE motor_current_a > 0 GROUP BY asset_id
)
SELECT p.asset_id, COUNT(*) AS outliers
FROM plant_obt p JOIN q ON q.asset_id = p.asset_id
WHERE p.motor_current_a > q.q3 + 1.5 * (q.q3 - q.q1)
GROUP BY p.asset_id
# title: calendar of days made by distinct, left joined
WITH days AS (SELECT DISTINCT event_date FROM plant_obt),
     orders AS (SELECT event_date, COUNT(*) AS n FROM work_orders WHERE order_type = 'predictive' GROUP BY event_date)
SELECT days.event_date, IFNULL(orders.n, 0) AS predictive FROM days LEFT OUTER JOIN orders USING (event_date) ORDER BY days.event_date
# title: full join of two groupings
WITH a AS (SELECT asset_id, COUNT(*) AS n FROM alarm_events WHERE priority = 'high' GROUP BY asset_id),
     w AS (SELECT asset_id, COUNT(*) AS n FROM work_orders WHERE order_type = 'corrective' GROUP BY asset_id)
SELECT COALESCE(a.asset_id, w.asset_id) AS asset_id, a.n AS high_alarms, w.n AS repairs
FROM a FULL OUTER JOIN w ON a.asset_id = w.asset_id
# title: alarms in the seven days before each repair
WITH repairs AS (SELECT work_order_no, asset_id, opened_ts FROM work_orders WHERE order_type = 'corrective' AND event_date >= '2026-06-15')
SELECT r.work_order_no, r.asset_id, COUNT(a.alarm_id) AS alarms_before
FROM repairs r
LEFT JOIN alarm_events a ON a.asset_id = r.asset_id AND a.raised_ts >= r.opened_ts - INTERVAL 7 DAY AND a.raised_ts < r.opened_ts
GROUP BY r.work_order_no, r.asset_id
# title: energy baseload at night as part of the whole
WITH night AS (SELECT plant_id, SUM(energy_kwh) AS kwh FROM plant_obt WHERE HOUR(event_ts) < 5 GROUP BY plant_id),
     whole AS (SELECT plant_id, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY plant_id)
SELECT plant_id, night.kwh / whole.kwh AS night_share FROM night JOIN whole USING (plant_id)
# title: two levels of ranking
WITH by_line AS (
    SELECT plant_id, line_name, SUM(scrap_units) AS scrap, RANK() OVER (PARTITION BY plant_id ORDER BY SUM(scrap_units) DESC) AS r
    FROM plant_obt GROUP BY plant_id, line_name
), by_product AS (
    SELECT b.plant_id, b.line_name, p.product_code, SUM(p.scrap_units) AS scrap,
           ROW_NUMBER() OVER (PARTITION BY b.plant_id ORDER BY SUM(p.scrap_units) DESC, p.product_code) AS rn
    FROM by_line b
    JOIN plant_obt p ON p.plant_id = b.plant_id AND p.line_name = b.line_name
    WHERE b.r = 1 AND p.product_code IS NOT NULL
    GROUP BY b.plant_id, b.line_name, p.product_code
)
SELECT plant_id, line_name, product_code, scrap FROM by_product WHERE rn <= 2 ORDER BY plant_id, rn
