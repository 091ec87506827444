# title: orders per technician
SELECT technician_name, COUNT(*) AS n FROM work_orders GROUP BY technician_name ORDER BY n DESC, technician_name
# title: how many operators
SELECT plant_id, COUNT(DISTINCT operator_name) AS operators FROM plant_obt GROUP BY plant_id
# title: star with a personal column
SELECT * FROM work_orders WHERE closed_ts IS NULL
# title: personal column in a filter
SELECT COUNT(*) AS n FROM alarm_events WHERE operator_name = 'Anke Lorenzen'
# title: personal column tested for null
SELECT COUNT(*) AS n FROM work_orders WHERE technician_name IS NOT NULL
# title: personal column as a window's partition
SELECT work_order_no, ROW_NUMBER() OVER (PARTITION BY technician_name ORDER BY opened_ts, work_order_no) AS nth FROM work_orders WHERE event_date >= '2026-06-15'
# title: personal column in CASE
SELECT CASE WHEN operator_name IS NULL THEN 'unmanned' ELSE 'manned' END AS manned, SUM(good_units) AS u FROM plant_obt GROUP BY 1
# title: personal column in a function
SELECT CONCAT(LEFT(technician_name, 1), '.') AS initial, COUNT(*) AS n FROM work_orders GROUP BY initial
# title: personal column in both arms of a union
SELECT operator_name AS person FROM alarm_events UNION SELECT technician_name FROM work_orders
# title: personal column in order by only
SELECT work_order_no FROM work_orders WHERE event_date >= '2026-06-25' ORDER BY technician_name, work_order_no
# title: personal column in having
SELECT crew, COUNT(DISTINCT operator_name) AS people FROM plant_obt GROUP BY crew HAVING COUNT(DISTINCT operator_name) > 1
# title: mean time to acknowledge by crew, not by person
SELECT shift_name, AVG(TIMESTAMPDIFF(SECOND, raised_ts, acknowledged_ts)) AS s, COUNT(DISTINCT operator_name) AS people FROM alarm_events GROUP BY shift_name
# title: workload spread
SELECT MAX(n) - MIN(n) AS spread FROM (SELECT technician_name, COUNT(*) AS n FROM work_orders GROUP BY technician_name) t
# title: personal column through a WITH query
WITH t AS (SELECT technician_name AS who, SUM(labour_hours) AS h FROM work_orders GROUP BY technician_name) SELECT COUNT(*) AS people, AVG(h) AS mean_h FROM t WHERE who IS NOT NULL
# title: alias named like a personal column
SELECT asset_class AS technician_name, COUNT(*) AS n FROM work_orders GROUP BY asset_class
