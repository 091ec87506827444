# title: KPIs as rows
SELECT 'good units' AS kpi, CAST(SUM(good_units) AS DOUBLE) AS value FROM plant_obt
UNION ALL
SELECT 'scrap units', CAST(SUM(scrap_units) AS DOUBLE) FROM plant_obt
UNION ALL
SELECT 'downtime hours', SUM(down_min) / 60 FROM plant_obt
UNION ALL
SELECT 'energy kWh', SUM(energy_kwh) FROM plant_obt
# title: one timeline of alarms and orders
SELECT raised_ts AS ts, 'alarm' AS kind, message AS what, asset_id FROM alarm_events WHERE event_date = '2026-06-29'
UNION ALL
SELECT opened_ts, 'work order', CONCAT(order_type, ': ', COALESCE(failure_mode, '-')), asset_id FROM work_orders WHERE event_date = '2026-06-29'
ORDER BY ts, kind, asset_id, what
# title: assets with alarms but no work order
SELECT asset_id FROM alarm_events WHERE event_date >= '2026-06-20'
EXCEPT
SELECT asset_id FROM work_orders WHERE event_date >= '2026-06-20'
# title: assets with both
SELECT asset_id FROM alarm_events WHERE priority = 'high' INTERSECT SELECT asset_id FROM work_orders WHERE order_type = 'corrective'
# title: union distinct written out
SELECT DISTINCT area_name FROM plant_obt UNION DISTINCT SELECT DISTINCT area_name FROM alarm_events
# title: detail and total together
SELECT plant_name, SUM(down_min) AS minutes FROM plant_obt GROUP BY plant_name
UNION ALL
SELECT 'All plants', SUM(down_min) FROM plant_obt
ORDER BY minutes DESC
# title: order by ordinal after union
SELECT asset_id, 'pump' AS c FROM work_orders WHERE asset_class = 'pump' UNION SELECT asset_id, 'oven' FROM work_orders WHERE asset_class = 'oven' ORDER BY 2, 1
# title: bracketed arms with their own limits
(SELECT asset_id, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY asset_id ORDER BY kwh DESC LIMIT 5)
UNION ALL
(SELECT asset_id, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY asset_id ORDER BY kwh ASC, asset_id LIMIT 5)
# title: union in a derived table, then grouped
SELECT source, COUNT(*) AS n, COUNT(DISTINCT asset_id) AS assets
FROM (
    SELECT asset_id, 'alarm' AS source FROM alarm_events
    UNION ALL
    SELECT asset_id, 'order' FROM work_orders
) u
GROUP BY source
# title: unpivot by union
SELECT asset_id, 'temperature' AS sensor, AVG(temperature_c) AS mean_value FROM plant_obt WHERE event_date = '2026-06-30' GROUP BY asset_id
UNION ALL
SELECT asset_id, 'vibration', AVG(vibration_mm_s) FROM plant_obt WHERE event_date = '2026-06-30' GROUP BY asset_id
UNION ALL
SELECT asset_id, 'pressure', AVG(pressure_bar) FROM plant_obt WHERE event_date = '2026-06-30' GROUP BY asset_id
# title: union inside IN
SELECT DISTINCT asset_id, asset_name FROM plant_obt
WHERE asset_id IN (SELECT asset_id FROM alarm_events WHERE priority = 'high' AND event_date = '2026-06-30' UNION SELECT asset_id FROM work_orders WHERE closed_ts IS NULL)
# title: union inside a WITH query with a filter outside
WITH ev AS (
    SELECT plant_id, asset_id, raised_ts AS ts FROM alarm_events
    UNION ALL
    SELECT plant_id, asset_id, opened_ts FROM work_orders
)
SELECT plant_id, COUNT(*) AS n FROM ev WHERE ts >= '2026-06-01 00:00:00' GROUP BY plant_id
# title: days on which nothing was opened
SELECT event_date FROM plant_obt EXCEPT SELECT event_date FROM work_orders WHERE order_type = 'predictive' ORDER BY event_date
# title: three set operations in brackets
(SELECT asset_id FROM work_orders WHERE order_type = 'corrective' INTERSECT SELECT asset_id FROM work_orders WHERE order_type = 'predictive')
EXCEPT
(SELECT asset_id FROM alarm_events WHERE priority = 'high' AND cleared_ts IS NULL)
# title: header row of names and units
SELECT 'asset' AS a, 'kWh' AS b UNION ALL SELECT asset_id, CAST(ROUND(SUM(energy_kwh), 1) AS VARCHAR) FROM plant_obt GROUP BY asset_id
# title: min and max as two rows of a union
SELECT 'min' AS what, MIN(temperature_c) AS t, NULL AS note FROM plant_obt UNION ALL SELECT 'max', MAX(temperature_c), 'check the sensor' FROM plant_obt
# title: union with limit and offset
SELECT asset_id AS name FROM work_orders UNION SELECT line_name FROM alarm_events ORDER BY name LIMIT 10 OFFSET 5
# title: union of the same table over two windows
SELECT 'before' AS period, plant_id, AVG(vibration_mm_s) AS v FROM plant_obt WHERE event_date < '2026-06-22' GROUP BY plant_id
UNION ALL
SELECT 'after' AS period, plant_id, AVG(vibration_mm_s) AS v FROM plant_obt WHERE event_date >= '2026-06-22' GROUP BY plant_id
# title: minus, in StarRocks' other word
# reads as: SELECT asset_id FROM plant_obt EXCEPT SELECT asset_id FROM work_orders WHERE order_type = 'predictive'
SELECT asset_id FROM plant_obt MINUS SELECT asset_id FROM work_orders WHERE order_type = 'predictive'
# title: minus between brackets
# reads as: (SELECT asset_id FROM alarm_events) EXCEPT (SELECT asset_id FROM work_orders WHERE order_type = 'predictive')
(SELECT asset_id FROM alarm_events) minus (SELECT asset_id FROM work_orders WHERE order_type = 'predictive')
# title: WITH before brackets
WITH a AS (SELECT line_name, COUNT(*) AS n FROM alarm_events GROUP BY line_name)
(SELECT line_name, n FROM a WHERE n > 10) UNION ALL (SELECT 'total', SUM(n) FROM a)
# title: stars in both arms
SELECT * FROM work_orders WHERE order_type = 'predictive' UNION ALL SELECT * FROM work_orders WHERE closed_ts IS NULL AND order_type <> 'predictive'
