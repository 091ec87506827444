# title: a row counts once in each group of the other table
SELECT w.order_type, SUM(r.down_min) AS d, COUNT(*) AS n FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01' GROUP BY w.order_type
SELECT order_type, SUM(down_min), COUNT(*) FROM (SELECT DISTINCT w.order_type, r.asset_id, r.event_ts, r.down_min FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01') x GROUP BY order_type
# title: rows of both tables count once
SELECT r.line_name, SUM(r.down_min) AS d, SUM(w.labour_hours) AS h FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01' GROUP BY r.line_name
SELECT x.line_name, d, h FROM (SELECT line_name, SUM(down_min) AS d FROM (SELECT DISTINCT r.line_name, r.asset_id, r.event_ts, r.down_min FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01') a GROUP BY line_name) x JOIN (SELECT line_name, SUM(labour_hours) AS h FROM (SELECT DISTINCT r.line_name, w.work_order_no, w.labour_hours FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01') b GROUP BY line_name) y USING (line_name)
# title: a table that gives nothing is asked for a match
SELECT r.line_name, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01' GROUP BY r.line_name
SELECT line_name, SUM(down_min) FROM (SELECT DISTINCT r.line_name, r.asset_id, r.event_ts, r.down_min FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01') x GROUP BY line_name
# title: a left join's rows without a match stay
SELECT r.line_name, SUM(r.energy_kwh) AS e, COUNT(w.work_order_no) AS n FROM plant_obt r LEFT JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' GROUP BY r.line_name
SELECT x.line_name, e, n FROM (SELECT line_name, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date >= '2026-06-20' GROUP BY line_name) x JOIN (SELECT line_name, COUNT(*) AS n FROM work_orders WHERE event_date >= '2026-06-20' GROUP BY line_name) y USING (line_name)
# title: a ratio inside a CASE weighs what stands under the stroke
SELECT AVG(CASE WHEN planned_min > 0 THEN run_min / planned_min END) AS a FROM plant_obt WHERE event_date = '2026-06-22'
SELECT SUM(run_min) / SUM(planned_min) FROM plant_obt WHERE event_date = '2026-06-22' AND planned_min > 0
# title: ratios of groups weigh what stands under the stroke
SELECT AVG(r) AS r FROM (SELECT line_name, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY line_name) x
SELECT SUM(run_min) / SUM(planned_min) FROM plant_obt WHERE event_date = '2026-06-22'
# title: means of groups weigh their rows
SELECT AVG(t) AS t FROM (SELECT asset_class, AVG(flow_m3_h) AS t FROM plant_obt WHERE event_date = '2026-06-22' AND signal_quality = 'GOOD' GROUP BY asset_class) x
SELECT AVG(flow_m3_h) FROM plant_obt WHERE event_date = '2026-06-22' AND signal_quality = 'GOOD'
# title: hours are added to minutes as minutes
SELECT SUM(downtime_min + labour_hours) AS t FROM work_orders WHERE event_date = '2026-06-22'
SELECT SUM(downtime_min) + 60 * SUM(labour_hours) FROM work_orders WHERE event_date = '2026-06-22'
# title: a column for each unit
SELECT SUM(down_min) + SUM(energy_kwh) - SUM(run_min) AS x FROM plant_obt WHERE event_date = '2026-06-22'
SELECT SUM(down_min) - SUM(run_min), SUM(energy_kwh) FROM plant_obt WHERE event_date = '2026-06-22'
