# title: above the overall mean
SELECT asset_id, AVG(temperature_c) AS t FROM plant_obt GROUP BY asset_id HAVING AVG(temperature_c) > (SELECT AVG(temperature_c) FROM plant_obt)
# title: on the newest day
SELECT asset_id, SUM(good_units) AS u FROM plant_obt WHERE event_date = (SELECT MAX(event_date) FROM plant_obt) GROUP BY asset_id
# title: assets that had a corrective order
SELECT DISTINCT asset_id, asset_class FROM plant_obt WHERE asset_id IN (SELECT asset_id FROM work_orders WHERE order_type = 'corrective' AND event_date >= '2026-06-20')
# title: assets without an alarm
SELECT DISTINCT asset_id FROM plant_obt WHERE asset_id NOT IN (SELECT asset_id FROM alarm_events WHERE event_date >= '2026-06-29')
# title: exists with two correlations
SELECT w.work_order_no, w.opened_ts FROM work_orders w WHERE EXISTS (SELECT 1 FROM alarm_events a WHERE a.asset_id = w.asset_id AND a.event_date = w.event_date AND a.priority = 'high')
# title: not exists
SELECT w.work_order_no FROM work_orders w WHERE w.order_type = 'corrective' AND NOT EXISTS (SELECT a.alarm_id FROM alarm_events a WHERE a.asset_id = w.asset_id AND a.event_date = w.event_date)
# title: newest order of each asset by a correlated maximum
SELECT w.asset_id, w.work_order_no, w.opened_ts FROM work_orders w WHERE w.opened_ts = (SELECT MAX(x.opened_ts) FROM work_orders x WHERE x.asset_id = w.asset_id)
# title: correlated count in the select list
SELECT w.work_order_no, (SELECT COUNT(*) FROM alarm_events a WHERE a.asset_id = w.asset_id AND a.event_date = w.event_date) AS alarms FROM work_orders w WHERE w.event_date >= '2026-06-22'
# title: scalar subqueries side by side
SELECT (SELECT COUNT(*) FROM alarm_events) AS alarms, (SELECT COUNT(*) FROM work_orders) AS orders, (SELECT SUM(good_units) FROM plant_obt) AS good
# title: scalar subquery in arithmetic
SELECT line_name, COUNT(*) AS n, COUNT(*) * 100.0 / (SELECT COUNT(*) FROM alarm_events) AS pct FROM alarm_events GROUP BY line_name ORDER BY pct DESC, line_name
# title: in over pairs
SELECT asset_id, event_date, SUM(down_min) AS d FROM plant_obt WHERE (asset_id, event_date) IN (SELECT asset_id, event_date FROM work_orders WHERE order_type = 'corrective') GROUP BY asset_id, event_date
# title: in over a grouped subquery
SELECT asset_id, message, COUNT(*) AS n FROM alarm_events WHERE asset_id IN (SELECT asset_id FROM alarm_events GROUP BY asset_id HAVING COUNT(*) > 400) GROUP BY asset_id, message
# title: in over a limited derived table
SELECT asset_id, SUM(scrap_units) AS scrap FROM plant_obt WHERE asset_id IN (SELECT asset_id FROM (SELECT asset_id FROM work_orders GROUP BY asset_id ORDER BY SUM(parts_cost_eur) DESC LIMIT 5) top) GROUP BY asset_id
# title: derived table filtered outside
SELECT * FROM (SELECT asset_id, COUNT(*) AS n FROM alarm_events GROUP BY asset_id) t WHERE t.n > 300 ORDER BY t.n DESC, t.asset_id
# title: four levels of derived tables
SELECT d.n FROM (SELECT c.n FROM (SELECT b.n FROM (SELECT COUNT(*) AS n FROM work_orders) b) c) d
# title: subquery in CASE
SELECT asset_id, CASE WHEN SUM(down_min) > (SELECT SUM(down_min) / COUNT(DISTINCT asset_id) FROM plant_obt) THEN 'above' ELSE 'below' END AS c FROM plant_obt GROUP BY asset_id
# title: two correlated subqueries
SELECT a.alarm_id FROM alarm_events a WHERE a.alarm_value > (SELECT AVG(b.alarm_value) FROM alarm_events b WHERE b.tag = a.tag) AND a.asset_id IN (SELECT w.asset_id FROM work_orders w WHERE w.event_date = a.event_date)
# title: exists within not exists
SELECT DISTINCT p.asset_id FROM plant_obt p WHERE NOT EXISTS (SELECT 1 FROM work_orders w WHERE w.asset_id = p.asset_id AND w.order_type = 'corrective' AND EXISTS (SELECT 1 FROM alarm_events a WHERE a.asset_id = w.asset_id AND a.event_date = w.event_date AND a.priority = 'high'))
# title: correlated over an alias of a derived table
SELECT t.line_name, t.n FROM (SELECT line_name, plant_id, COUNT(*) AS n FROM alarm_events GROUP BY line_name, plant_id) t WHERE t.n = (SELECT MAX(u.n) FROM (SELECT line_name, plant_id, COUNT(*) AS n FROM alarm_events GROUP BY line_name, plant_id) u WHERE u.plant_id = t.plant_id)
# title: subquery between
SELECT COUNT(*) AS n FROM plant_obt WHERE event_ts BETWEEN (SELECT MIN(opened_ts) FROM work_orders WHERE event_date >= '2026-06-20') AND (SELECT MAX(opened_ts) FROM work_orders)
# title: coalesce of a subquery
SELECT COALESCE((SELECT MAX(vibration_mm_s) FROM plant_obt WHERE asset_id = 'NONE-99'), 0) AS v
# title: subquery as an argument
SELECT DATEDIFF((SELECT MAX(event_date) FROM plant_obt), (SELECT MIN(event_date) FROM work_orders)) AS days
# title: group by over a derived CASE
SELECT g, COUNT(*) AS n FROM (SELECT CASE WHEN vibration_mm_s > 4.5 THEN 1 ELSE 0 END AS g FROM plant_obt WHERE vibration_mm_s IS NOT NULL) x GROUP BY g
# title: unqualified outer column in a correlated subquery
SELECT work_order_no FROM work_orders w WHERE parts_cost_eur > (SELECT AVG(parts_cost_eur) * 2 FROM work_orders v WHERE v.asset_class = w.asset_class)
# title: outer star over a derived table
SELECT * FROM (SELECT asset_id, event_date, SUM(down_min) AS down_min FROM plant_obt GROUP BY asset_id, event_date) AS q WHERE down_min > 200
# title: quantified membership with NOT and nulls kept out
SELECT DISTINCT failure_mode FROM work_orders WHERE failure_mode NOT IN (SELECT failure_mode FROM work_orders WHERE order_type = 'predictive' AND failure_mode IS NOT NULL)
