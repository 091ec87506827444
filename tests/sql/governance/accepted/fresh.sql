# title: fresh: Grafana alarm rate per quarter of an hour
SELECT FLOOR(UNIX_TIMESTAMP(raised_ts) / 900) * 900 AS time_sec, priority AS metric, COUNT(*) AS value FROM alarm_events WHERE raised_ts BETWEEN FROM_UNIXTIME(1782691200) AND FROM_UNIXTIME(1782777600) GROUP BY 1, 2 ORDER BY 1, 2
# title: fresh: hour label from epoch seconds
SELECT FROM_UNIXTIME(UNIX_TIMESTAMP(event_ts) DIV 3600 * 3600, '%Y-%m-%d %H:%i:%s') AS hour_start, SUM(energy_kwh) AS kwh FROM plant_obt WHERE event_date = '2026-06-30' AND plant_id = 'AUS' GROUP BY hour_start ORDER BY hour_start
# title: fresh: month start by day of month
SELECT DATE_SUB(event_date, INTERVAL DAYOFMONTH(event_date) - 1 DAY) AS month_start, COUNT(DISTINCT work_order_no) AS orders FROM work_orders GROUP BY month_start ORDER BY month_start
# title: fresh: due date by priority of the order
SELECT work_order_no, DATE_ADD(opened_ts, INTERVAL CASE WHEN order_type = 'corrective' THEN 2 ELSE 14 END DAY) AS due FROM work_orders WHERE event_date >= '2026-06-20' ORDER BY due, work_order_no
# title: fresh: end of downtime by minutes lost
SELECT asset_id, event_ts, event_ts + INTERVAL CAST(down_min AS INT) MINUTE AS up_again FROM plant_obt WHERE down_min > 8 AND event_date = '2026-06-29' ORDER BY event_ts, asset_id LIMIT 50
# title: fresh: bar chart in text
SELECT downtime_reason, COUNT(*) AS n, REPEAT('#', LEAST(COUNT(*) DIV 10, 60)) AS bar FROM plant_obt WHERE downtime_reason IS NOT NULL GROUP BY downtime_reason ORDER BY n DESC, downtime_reason
# title: fresh: class names for a slide
SELECT INITCAP(REPLACE(asset_class, '_', ' ')) AS class_name, COUNT(DISTINCT asset_id) AS assets FROM plant_obt GROUP BY INITCAP(REPLACE(asset_class, '_', ' ')) ORDER BY class_name
# title: fresh: first letters of the assets
SELECT CASE WHEN ASCII(asset_id) < 78 THEN 'A-M' ELSE 'N-Z' END AS half, COUNT(DISTINCT asset_id) AS n FROM plant_obt GROUP BY half ORDER BY half
# title: fresh: assets of each line as one text, newest alarm first
SELECT line_name, ARRAY_JOIN(ARRAY_AGG(asset_id ORDER BY last_alarm DESC, asset_id), ' > ') AS worst_first FROM (SELECT line_name, asset_id, MAX(raised_ts) AS last_alarm FROM alarm_events GROUP BY line_name, asset_id) t GROUP BY line_name ORDER BY line_name
# title: fresh: running OEE loss and share of total
WITH loss AS (SELECT plant_name, line_name, event_date, SUM(planned_min - run_min) AS lost FROM plant_obt GROUP BY plant_name, line_name, event_date) SELECT plant_name, line_name, event_date, lost, SUM(lost) OVER (PARTITION BY plant_name, line_name ORDER BY event_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running, lost / NULLIF(SUM(lost) OVER (PARTITION BY plant_name), 0) AS share FROM loss ORDER BY plant_name, line_name, event_date
# title: fresh: seven-day mean with minimum days
SELECT asset_id, event_date, CASE WHEN COUNT(v) OVER w7 >= 3 THEN AVG(v) OVER w7 END AS mean_7d FROM (SELECT asset_id, event_date, AVG(vibration_mm_s) AS v FROM plant_obt WHERE asset_class = 'pump' GROUP BY asset_id, event_date) d WINDOW w7 AS (PARTITION BY asset_id ORDER BY event_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
# title: fresh: seven-day mean written out
SELECT asset_id, event_date, CASE WHEN COUNT(v) OVER (PARTITION BY asset_id ORDER BY event_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) >= 3 THEN AVG(v) OVER (PARTITION BY asset_id ORDER BY event_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) END AS mean_7d FROM (SELECT asset_id, event_date, AVG(vibration_mm_s) AS v FROM plant_obt WHERE asset_class = 'pump' GROUP BY asset_id, event_date) d ORDER BY asset_id, event_date
# title: fresh: first and last alarm of each shift
SELECT plant_id, event_date, shift_name, MIN(raised_ts) AS first_alarm, MAX(raised_ts) AS last_alarm, TIMESTAMPDIFF(MINUTE, MIN(raised_ts), MAX(raised_ts)) AS spread_min FROM alarm_events WHERE event_date BETWEEN '2026-06-25' AND '2026-06-30' GROUP BY plant_id, event_date, shift_name HAVING COUNT(*) > 1 ORDER BY plant_id, event_date, shift_name
# title: fresh: top reason per line by QUALIFY
SELECT line_name, downtime_reason, SUM(down_min) AS m FROM plant_obt WHERE downtime_reason IS NOT NULL GROUP BY line_name, downtime_reason QUALIFY ROW_NUMBER() OVER (PARTITION BY line_name ORDER BY SUM(down_min) DESC, downtime_reason) = 1 ORDER BY m DESC, line_name
# title: fresh: repeat failures within thirty days
SELECT a.asset_id, COUNT(*) AS repeats FROM work_orders a JOIN work_orders b ON b.asset_id = a.asset_id AND b.failure_mode = a.failure_mode AND b.opened_ts > a.opened_ts AND b.opened_ts <= DATE_ADD(a.opened_ts, INTERVAL 30 DAY) WHERE a.order_type = 'corrective' AND b.order_type = 'corrective' GROUP BY a.asset_id ORDER BY repeats DESC, a.asset_id LIMIT 10
# title: fresh: time between failures per class
WITH f AS (SELECT asset_class, asset_id, opened_ts, LAG(opened_ts) OVER (PARTITION BY asset_id ORDER BY opened_ts) AS before_ts FROM work_orders WHERE order_type = 'corrective') SELECT asset_class, COUNT(before_ts) AS intervals, AVG(HOURS_DIFF(opened_ts, before_ts)) AS mtbf_h, PERCENTILE_CONT(HOURS_DIFF(opened_ts, before_ts), 0.5) AS median_h FROM f WHERE before_ts IS NOT NULL GROUP BY asset_class ORDER BY asset_class
# title: fresh: assets with orders but no alarm, by EXCEPT
SELECT asset_id FROM work_orders WHERE event_date >= '2026-06-01' EXCEPT SELECT asset_id FROM alarm_events WHERE event_date >= '2026-06-29' AND priority = 'high'
# title: fresh: assets in three lists
SELECT asset_id FROM work_orders WHERE parts_cost_eur > 500 INTERSECT SELECT asset_id FROM alarm_events WHERE priority = 'high' INTERSECT SELECT asset_id FROM plant_obt WHERE down_min > 5 ORDER BY asset_id
# title: fresh: cost with subtotals
SELECT COALESCE(plant_name, 'All plants') AS plant, COALESCE(order_type, 'All types') AS kind, SUM(parts_cost_eur) AS eur, GROUPING_ID(plant_name, order_type) AS g FROM work_orders GROUP BY ROLLUP(plant_name, order_type) ORDER BY g, plant, kind
# title: fresh: cube of shift and priority
SELECT shift_name, priority, COUNT(*) AS n FROM alarm_events GROUP BY CUBE(shift_name, priority) ORDER BY shift_name, priority
# title: fresh: share of alarms acknowledged within five minutes
SELECT plant_name, ROUND(100 * AVG(CASE WHEN TIMESTAMPDIFF(SECOND, raised_ts, acknowledged_ts) <= 300 THEN 1 ELSE 0 END), 1) AS pct FROM alarm_events WHERE acknowledged_ts IS NOT NULL GROUP BY plant_name ORDER BY pct DESC, plant_name
# title: fresh: z-score of daily energy
WITH d AS (SELECT asset_id, event_date, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY asset_id, event_date), s AS (SELECT asset_id, AVG(kwh) AS m, STDDEV_SAMP(kwh) AS sd FROM d GROUP BY asset_id) SELECT d.asset_id, d.event_date, (d.kwh - s.m) / NULLIF(s.sd, 0) AS z FROM d JOIN s ON s.asset_id = d.asset_id WHERE ABS((d.kwh - s.m) / NULLIF(s.sd, 0)) > 2 ORDER BY z DESC, d.asset_id, d.event_date
# title: fresh: weekday and hour heat map
SELECT DAYNAME(raised_ts) AS weekday, LPAD(CAST(HOUR(raised_ts) AS STRING), 2, '0') AS hh, COUNT(*) AS n FROM alarm_events GROUP BY DAYNAME(raised_ts), WEEKDAY(raised_ts), HOUR(raised_ts) ORDER BY WEEKDAY(raised_ts), hh
# title: fresh: ISO week against the week before
WITH w AS (SELECT YEARWEEK(event_date, 3) AS yw, SUM(good_units) AS u FROM plant_obt GROUP BY YEARWEEK(event_date, 3)) SELECT yw, u, LAG(u) OVER (ORDER BY yw) AS u_before, 100.0 * (u - LAG(u) OVER (ORDER BY yw)) / NULLIF(LAG(u) OVER (ORDER BY yw), 0) AS change_pct FROM w ORDER BY yw
# title: fresh: last reading before each order
SELECT w.work_order_no, (SELECT MAX(p.vibration_mm_s) FROM plant_obt p WHERE p.asset_id = w.asset_id AND p.event_date = w.event_date) AS peak_that_day FROM work_orders w WHERE w.event_date >= '2026-06-27' ORDER BY w.work_order_no
# title: fresh: any alarm before the order, by EXISTS
SELECT order_type, SUM(CASE WHEN EXISTS (SELECT 1 FROM alarm_events a WHERE a.asset_id = w.asset_id AND a.event_date = w.event_date) THEN 1 ELSE 0 END) AS with_alarm, COUNT(*) AS n FROM work_orders w WHERE w.event_date >= '2026-05-01' GROUP BY order_type ORDER BY order_type
# title: fresh: band of power by width
SELECT CONCAT(CAST(FLOOR(power_kw / 10) * 10 AS INT), '-', CAST(FLOOR(power_kw / 10) * 10 + 10 AS INT)) AS band, COUNT(*) AS n FROM plant_obt WHERE power_kw IS NOT NULL GROUP BY FLOOR(power_kw / 10) ORDER BY FLOOR(power_kw / 10)
# title: fresh: model family and size out of the model
SELECT SPLIT_PART(asset_model, '-', 1) AS family, MAX(CHAR_LENGTH(asset_model)) AS longest, COUNT(DISTINCT asset_id) AS assets FROM plant_obt GROUP BY SPLIT_PART(asset_model, '-', 1) ORDER BY assets DESC, family
# title: fresh: messages without digits
SELECT REGEXP_REPLACE(message, '[0-9]+', '#') AS shape, COUNT(*) AS n FROM alarm_events GROUP BY REGEXP_REPLACE(message, '[0-9]+', '#') ORDER BY n DESC, shape LIMIT 20
# title: fresh: quality grades side by side
SELECT line_name, SUM(IF(signal_quality = 'GOOD', 1, 0)) AS good, SUM(IF(signal_quality = 'BAD', 1, 0)) AS bad, COUNT(*) - SUM(IF(signal_quality IN ('GOOD', 'BAD'), 1, 0)) AS other FROM plant_obt GROUP BY line_name ORDER BY line_name
# title: fresh: best and worst line of each plant
SELECT plant_name, MAX_BY(line_name, oee) AS best_line, MIN_BY(line_name, oee) AS worst_line, MAX(oee) - MIN(oee) AS gap FROM (SELECT plant_name, line_name, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS oee FROM plant_obt GROUP BY plant_name, line_name) x GROUP BY plant_name ORDER BY gap DESC, plant_name
# title: fresh: days without a costly predictive order
SELECT d.event_date FROM (SELECT DISTINCT event_date FROM plant_obt) d LEFT ANTI JOIN work_orders w ON w.event_date = d.event_date AND w.order_type = 'predictive' AND w.parts_cost_eur > 900
# title: fresh: three periods by UNION ALL with a label
SELECT 'early' AS part, COUNT(*) AS alarms, COUNT(DISTINCT tag) AS tags FROM alarm_events WHERE event_date < '2026-06-11' UNION ALL SELECT 'middle', COUNT(*), COUNT(DISTINCT tag) FROM alarm_events WHERE event_date BETWEEN '2026-06-11' AND '2026-06-20' UNION ALL SELECT 'late', COUNT(*), COUNT(DISTINCT tag) FROM alarm_events WHERE event_date > '2026-06-20'
# title: fresh: shift handover readings
SELECT asset_id, event_ts, temperature_c, FIRST_VALUE(temperature_c) OVER (PARTITION BY asset_id, event_date, shift_name ORDER BY event_ts) AS at_start, temperature_c - FIRST_VALUE(temperature_c) OVER (PARTITION BY asset_id, event_date, shift_name ORDER BY event_ts) AS drift FROM plant_obt WHERE asset_class = 'oven' AND event_date = '2026-06-30' ORDER BY asset_id, event_ts LIMIT 200
# title: fresh: scrap cost per thousand good units, plant against company
SELECT plant_name, 1000 * SUM(scrap_units) / NULLIF(SUM(good_units), 0) AS here, (SELECT 1000 * SUM(scrap_units) / NULLIF(SUM(good_units), 0) FROM plant_obt) AS company FROM plant_obt GROUP BY plant_name HAVING SUM(good_units) > 0 ORDER BY here DESC, plant_name
# title: fresh: orders open at the month's end
SELECT LAST_DAY(opened_ts) AS month_end, COUNT(*) AS opened, SUM(CASE WHEN closed_ts IS NULL OR CAST(closed_ts AS DATE) > LAST_DAY(opened_ts) THEN 1 ELSE 0 END) AS carried_over FROM work_orders GROUP BY LAST_DAY(opened_ts) ORDER BY month_end
# title: fresh: labour quartiles by type
SELECT order_type, q, COUNT(*) AS n, MIN(labour_hours) AS low, MAX(labour_hours) AS high FROM (SELECT order_type, labour_hours, NTILE(4) OVER (PARTITION BY order_type ORDER BY labour_hours, work_order_no) AS q FROM work_orders WHERE labour_hours IS NOT NULL) t GROUP BY order_type, q ORDER BY order_type, q
# title: fresh: Tableau-style quoted aliases
SELECT `plant_obt`.`plant_name` AS `plant_name`, CAST(TRUNCATE(YEAR(`plant_obt`.`event_date`), 0) AS BIGINT) AS `yr_event_date_ok`, SUM(`plant_obt`.`energy_kwh`) AS `sum_energy_kwh_ok` FROM `plant_obt` GROUP BY `plant_obt`.`plant_name`, CAST(TRUNCATE(YEAR(`plant_obt`.`event_date`), 0) AS BIGINT)
# title: fresh: Looker-style nested date text
SELECT DATE_FORMAT(DATE_TRUNC('hour', alarm_events.raised_ts), '%Y-%m-%d %H') AS `alarm_events.raised_hour`, COUNT(*) AS `alarm_events.count` FROM alarm_events WHERE ((alarm_events.raised_ts >= (TIMESTAMP('2026-06-29')) AND alarm_events.raised_ts < (DATE_ADD(TIMESTAMP('2026-06-29'), INTERVAL 1 DAY)))) GROUP BY 1 ORDER BY 1 DESC LIMIT 500
# title: fresh: null-safe match of products
SELECT a.product_code, a.n, b.n AS n_next_day FROM (SELECT product_code, COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-29' GROUP BY product_code) a JOIN (SELECT product_code, COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-30' GROUP BY product_code) b ON a.product_code <=> b.product_code ORDER BY a.product_code
