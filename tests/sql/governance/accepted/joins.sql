# title: production and orders by asset, each grouped first
SELECT p.asset_id, p.down_h, w.repairs
FROM (SELECT asset_id, SUM(down_min) / 60 AS down_h FROM plant_obt GROUP BY asset_id) p
LEFT JOIN (SELECT asset_id, COUNT(*) AS repairs FROM work_orders WHERE order_type = 'corrective' GROUP BY asset_id) w ON w.asset_id = p.asset_id
ORDER BY p.down_h DESC, p.asset_id
# title: production by line and day with alarm counts
SELECT p.plant_id, p.line_name, p.event_date, p.good, a.alarms
FROM (SELECT plant_id, line_name, event_date, SUM(good_units) AS good FROM plant_obt GROUP BY plant_id, line_name, event_date) p
JOIN (SELECT plant_id, line_name, event_date, COUNT(*) AS alarms FROM alarm_events GROUP BY plant_id, line_name, event_date) a
  ON a.plant_id = p.plant_id AND a.line_name = p.line_name AND a.event_date = p.event_date
# title: names beside grouped sums
SELECT n.asset_name, s.minutes
FROM (SELECT asset_id, SUM(down_min) AS minutes FROM plant_obt GROUP BY asset_id) s
INNER JOIN (SELECT DISTINCT asset_id, asset_name FROM plant_obt) n ON n.asset_id = s.asset_id
ORDER BY s.minutes DESC, n.asset_name
LIMIT 10
# title: alarms of the asset and day of each work order
SELECT w.work_order_no, w.asset_id, w.order_type, a.alarm_id, a.message
FROM work_orders w
JOIN alarm_events a ON a.asset_id = w.asset_id AND a.event_date = w.event_date
WHERE w.event_date >= '2026-06-20'
# title: alarms raised while an order was open
SELECT w.work_order_no, COUNT(a.alarm_id) AS alarms
FROM work_orders w
LEFT JOIN alarm_events a ON a.asset_id = w.asset_id AND a.raised_ts BETWEEN w.opened_ts AND w.closed_ts
WHERE w.event_date >= '2026-06-15'
GROUP BY w.work_order_no
# title: readings at the time of an alarm
SELECT a.alarm_id, a.message, p.event_ts, p.temperature_c, p.vibration_mm_s
FROM alarm_events a
JOIN plant_obt p ON p.asset_id = a.asset_id AND p.event_date = a.event_date
 AND p.event_ts <= a.raised_ts AND a.raised_ts < p.event_ts + INTERVAL 10 MINUTE
WHERE a.event_date >= '2026-06-29' AND a.priority = 'high'
# title: readings in the hour before a repair
SELECT w.work_order_no, AVG(p.vibration_mm_s) AS mean_v, COUNT(*) AS n
FROM work_orders w
JOIN plant_obt p ON p.asset_id = w.asset_id
WHERE w.order_type = 'corrective' AND p.event_ts >= DATE_SUB(w.opened_ts, INTERVAL 1 HOUR) AND p.event_ts < w.opened_ts
GROUP BY w.work_order_no
# title: USING several columns
SELECT asset_id, event_date, good, alarms
FROM (SELECT asset_id, event_date, SUM(good_units) AS good FROM plant_obt GROUP BY asset_id, event_date) p
LEFT JOIN (SELECT asset_id, event_date, COUNT(*) AS alarms FROM alarm_events GROUP BY asset_id, event_date) a USING (asset_id, event_date)
WHERE event_date = '2026-06-30'
# title: right join
SELECT a.asset_id, a.n, p.kwh
FROM (SELECT asset_id, COUNT(*) AS n FROM alarm_events WHERE priority = 'high' GROUP BY asset_id) a
RIGHT JOIN (SELECT asset_id, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY asset_id) p ON a.asset_id = p.asset_id
# title: anti join by LEFT JOIN and IS NULL
SELECT p.asset_id
FROM (SELECT DISTINCT asset_id FROM plant_obt) p
LEFT JOIN (SELECT DISTINCT asset_id FROM work_orders WHERE order_type = 'predictive') w ON w.asset_id = p.asset_id
WHERE w.asset_id IS NULL
# title: semi join in StarRocks' words
SELECT p.asset_id, p.kwh FROM (SELECT asset_id, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY asset_id) p LEFT SEMI JOIN work_orders w ON w.asset_id = p.asset_id
# title: anti join in StarRocks' words
SELECT p.asset_id FROM (SELECT DISTINCT asset_id FROM plant_obt) p LEFT ANTI JOIN alarm_events a ON a.asset_id = p.asset_id AND a.event_date = '2026-06-30'
# title: semi join of single rows, star and another join
SELECT * FROM work_orders w LEFT SEMI JOIN alarm_events a ON a.asset_id = w.asset_id AND a.raised_ts > w.opened_ts JOIN (SELECT asset_id, COUNT(*) AS n FROM alarm_events GROUP BY asset_id) c ON c.asset_id = w.asset_id WHERE w.order_type = 'predictive'
# title: comma join with its condition in WHERE
SELECT p.asset_id, p.minutes, w.hours
FROM (SELECT asset_id, SUM(down_min) AS minutes FROM plant_obt GROUP BY asset_id) p,
     (SELECT asset_id, SUM(labour_hours) AS hours FROM work_orders GROUP BY asset_id) w
WHERE p.asset_id = w.asset_id
# title: each asset beside its class mean
SELECT a.asset_id, a.v, c.v AS class_v
FROM (SELECT asset_id, asset_class, AVG(vibration_mm_s) AS v FROM plant_obt GROUP BY asset_id, asset_class) a
JOIN (SELECT asset_class, AVG(vibration_mm_s) AS v FROM plant_obt GROUP BY asset_class) c ON c.asset_class = a.asset_class
WHERE a.v > c.v
# title: each day beside the day before
SELECT d.event_date, d.u, p.u AS before_u
FROM (SELECT event_date, SUM(good_units) AS u FROM plant_obt GROUP BY event_date) d
LEFT JOIN (SELECT event_date, SUM(good_units) AS u FROM plant_obt GROUP BY event_date) p ON p.event_date = DATE_SUB(d.event_date, INTERVAL 1 DAY)
# title: total beside each row by CROSS JOIN of one row
SELECT s.line_name, s.kwh, s.kwh / t.kwh AS share
FROM (SELECT line_name, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY line_name) s
CROSS JOIN (SELECT SUM(energy_kwh) AS kwh FROM plant_obt) t
# title: rows joined to limits kept as rows
SELECT p.asset_id, p.event_ts, p.vibration_mm_s, l.upper_limit
FROM plant_obt p
JOIN (SELECT 'pump' AS asset_class, 5.1 AS upper_limit UNION ALL SELECT 'compressor', 4.5 UNION ALL SELECT 'chiller', 4.5) l ON l.asset_class = p.asset_class
WHERE p.vibration_mm_s > l.upper_limit AND p.event_date = '2026-06-30'
# title: self join for pairs of assets on a line
SELECT a.asset_id, b.asset_id AS other, a.line_name
FROM (SELECT DISTINCT plant_id, asset_id, line_name FROM plant_obt) a
JOIN (SELECT DISTINCT plant_id, asset_id, line_name FROM plant_obt) b ON a.plant_id = b.plant_id AND a.line_name = b.line_name AND a.asset_id < b.asset_id
# title: alarm followed by another within ten minutes
SELECT a.asset_id, a.message AS first_message, b.message AS second_message, COUNT(*) AS n
FROM alarm_events a
JOIN alarm_events b ON b.asset_id = a.asset_id AND b.raised_ts > a.raised_ts AND b.raised_ts <= a.raised_ts + INTERVAL 10 MINUTE
WHERE a.event_date >= '2026-06-01'
GROUP BY a.asset_id, a.message, b.message
# title: repeated repair within a week
SELECT a.work_order_no, b.work_order_no AS repeat_no, a.failure_mode
FROM work_orders a
JOIN work_orders b ON a.asset_id = b.asset_id AND a.failure_mode = b.failure_mode AND b.opened_ts > a.closed_ts AND DATEDIFF(b.opened_ts, a.closed_ts) <= 7
# title: line's alarms with the line's production of the same shift
SELECT a.plant_name, a.line_name, a.shift_name, a.alarms, p.units
FROM (SELECT plant_name, line_name, production_date, shift_name, COUNT(*) AS alarms FROM alarm_events WHERE production_date = '2026-06-29' GROUP BY plant_name, line_name, production_date, shift_name) a
JOIN (SELECT plant_name, line_name, production_date, shift_name, SUM(good_units + scrap_units) AS units FROM plant_obt WHERE production_date = '2026-06-29' GROUP BY plant_name, line_name, production_date, shift_name) p
  ON a.plant_name = p.plant_name AND a.line_name = p.line_name AND a.production_date = p.production_date AND a.shift_name = p.shift_name
# title: three derived tables chained
SELECT p.asset_id, p.run_h, COALESCE(w.n, 0) AS orders, COALESCE(a.n, 0) AS alarms
FROM (SELECT asset_id, SUM(run_min) / 60 AS run_h FROM plant_obt GROUP BY asset_id) p
LEFT JOIN (SELECT asset_id, COUNT(*) AS n FROM work_orders GROUP BY asset_id) w ON p.asset_id = w.asset_id
LEFT JOIN (SELECT asset_id, COUNT(*) AS n FROM alarm_events GROUP BY asset_id) a ON p.asset_id = a.asset_id
# title: condition of one side in ON of an outer join
SELECT d.asset_id, COUNT(w.work_order_no) AS predictive
FROM (SELECT DISTINCT asset_id FROM plant_obt) d
LEFT JOIN work_orders w ON w.asset_id = d.asset_id AND w.order_type = 'predictive' AND w.closed_ts IS NOT NULL
GROUP BY d.asset_id
# title: join on an expression of dates
SELECT m.mon, m.kwh, c.eur
FROM (SELECT DATE_TRUNC('month', event_date) AS mon, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY 1) m
JOIN (SELECT DATE_TRUNC('month', opened_ts) AS mon, SUM(parts_cost_eur) AS eur FROM work_orders GROUP BY 1) c ON c.mon = m.mon
# title: brackets round ON
SELECT x.plant_id, x.n, y.n AS m FROM (SELECT plant_id, COUNT(*) AS n FROM alarm_events GROUP BY plant_id) AS x INNER JOIN (SELECT plant_id, COUNT(*) AS n FROM work_orders GROUP BY plant_id) AS y ON (x.plant_id = y.plant_id)
# title: on with sides swapped and a constant
SELECT x.line_name, x.n, y.kwh FROM (SELECT line_name, COUNT(*) AS n FROM alarm_events WHERE plant_id = 'HAM' GROUP BY line_name) x JOIN (SELECT plant_id, line_name, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY plant_id, line_name) y ON 'HAM' = y.plant_id AND y.line_name = x.line_name
# title: star of one side only
SELECT w.*, a.alarms FROM work_orders w JOIN (SELECT asset_id, event_date, COUNT(*) AS alarms FROM alarm_events GROUP BY asset_id, event_date) a ON a.asset_id = w.asset_id AND a.event_date = w.event_date WHERE w.event_date >= '2026-06-25'
