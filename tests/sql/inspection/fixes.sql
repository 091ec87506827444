# title: fan_out
SELECT r.asset_id, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY r.asset_id
SELECT r.line_name, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY r.line_name
SELECT SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20'
SELECT w.order_type, SUM(r.down_min) AS d, COUNT(*) AS n FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY w.order_type ORDER BY d DESC LIMIT 3
SELECT w.order_type, r.line_name AS l, SUM(r.down_min) AS d, SUM(w.labour_hours) AS h, MAX(r.energy_kwh) AS m FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY 1, l HAVING SUM(r.down_min) > 1 ORDER BY 3
SELECT a.asset_id, COUNT(*) AS n FROM alarm_events a JOIN work_orders w ON a.asset_id = w.asset_id AND a.event_date = w.event_date WHERE a.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01' GROUP BY a.asset_id
SELECT r.line_name, SUM(r.down_min) AS d, COUNT(w.work_order_no) AS n FROM plant_obt r LEFT JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' GROUP BY r.line_name
SELECT w.order_type, SUM(r.down_min) AS d FROM work_orders w RIGHT JOIN plant_obt r ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' GROUP BY w.order_type
WITH x AS (SELECT asset_id, event_date, down_min FROM plant_obt WHERE event_date >= '2026-06-20') SELECT x.asset_id, SUM(x.down_min) AS d FROM x JOIN work_orders w ON x.asset_id = w.asset_id AND x.event_date = w.event_date WHERE w.event_date >= '2026-06-20' GROUP BY x.asset_id
SELECT AVG(d) AS d FROM (SELECT r.line_name, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' AND w.labour_hours > r.down_min GROUP BY r.line_name) y
SELECT r.asset_id, SUM(r.down_min) AS d, SUM(w.labour_hours) AS h, COUNT(al.alarm_id) AS n FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date JOIN alarm_events al ON al.asset_id = r.asset_id AND al.event_date = r.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' AND al.event_date >= '2026-06-20' GROUP BY r.asset_id
SELECT 'all' AS k, SUM(r.energy_kwh) AS e FROM plant_obt r JOIN alarm_events w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' UNION ALL SELECT w.priority, COUNT(r.asset_id) AS e FROM plant_obt r JOIN alarm_events w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY w.priority
SELECT w.priority, SUM(r.energy_kwh) AS e, SUM(SUM(r.energy_kwh)) OVER () AS t, RANK() OVER (ORDER BY SUM(r.energy_kwh) DESC) AS k FROM plant_obt r JOIN alarm_events w USING (asset_id, event_date) WHERE r.event_date >= '2026-06-25' GROUP BY w.priority
SELECT r.asset_id, COUNT_IF(r.down_min > 0) AS d, SUM(r.down_min) / NULLIF(SUM(r.run_min), 0) AS q FROM plant_obt r JOIN alarm_events w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY r.asset_id
SELECT CASE WHEN w.priority = 'high' THEN 'urgent' ELSE 'other' END AS k, AVG(r.energy_kwh) AS e FROM plant_obt r, alarm_events w WHERE r.asset_id = w.asset_id AND r.event_date = w.event_date AND r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY CASE WHEN w.priority = 'high' THEN 'urgent' ELSE 'other' END
SELECT b.asset_id, COUNT(a.alarm_id) AS n FROM alarm_events a JOIN alarm_events b ON a.asset_id = b.asset_id WHERE a.event_date = '2026-06-22' AND b.event_date = '2026-06-23' AND b.raised_ts > a.raised_ts GROUP BY b.asset_id
SELECT r.asset_id, (SELECT MAX(energy_kwh) FROM plant_obt WHERE event_date = '2026-06-22') AS top, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY r.asset_id
SELECT DATE_TRUNC('week', r.event_date) AS wk, w.order_type, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND r.plant_name = 'Hamburg' AND w.event_date >= '2026-06-20' GROUP BY DATE_TRUNC('week', r.event_date), w.order_type
SELECT r.asset_id, SUM(r.down_min) AS d FROM plant_obt r JOIN (SELECT asset_id, event_date, technician_name FROM work_orders WHERE event_date >= '2026-06-20') w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' GROUP BY r.asset_id, w.technician_name
SELECT r.asset_id, MAX(w.d) AS m, SUM(r.down_min) AS s, COUNT(a.alarm_id) AS n FROM plant_obt r JOIN (SELECT asset_id, SUM(downtime_min) AS d FROM work_orders WHERE event_date >= '2026-06-20' GROUP BY asset_id) w ON w.asset_id = r.asset_id JOIN alarm_events a ON a.asset_id = r.asset_id AND a.event_date = r.event_date WHERE r.event_date >= '2026-06-20' GROUP BY r.asset_id
SELECT r.asset_id, MAX(w.d) AS m, SUM(r.down_min) AS s FROM plant_obt r JOIN (SELECT asset_id, SUM(downtime_min) AS d FROM work_orders WHERE event_date >= '2026-06-20' GROUP BY asset_id) w ON w.asset_id = r.asset_id JOIN alarm_events a ON a.asset_id = r.asset_id AND a.event_date = r.event_date WHERE r.event_date >= '2026-06-20' GROUP BY r.asset_id
SELECT w.order_type, SUM(r.down_min) AS d, (SELECT COUNT(*) FROM alarm_events a WHERE a.event_date = '2026-06-22' AND a.plant_name = MAX(w.plant_name)) AS k FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND w.event_date >= '2026-06-20' GROUP BY w.order_type
SELECT w.plant_name, r.plant_name AS rp, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND w.event_date >= '2026-06-20' GROUP BY w.plant_name, r.plant_name
SELECT w.order_type AS `order`, SUM(r.down_min) AS `sum d` FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-20' AND w.event_date >= '2026-06-20' GROUP BY w.order_type ORDER BY `sum d`
WITH w (a, d, t) AS (SELECT asset_id, event_date, order_type FROM work_orders WHERE event_date >= '2026-06-20') SELECT w.t, SUM(r.down_min) AS d FROM plant_obt r JOIN w ON r.asset_id = w.a AND r.event_date = w.d WHERE r.event_date >= '2026-06-20' GROUP BY w.t
# title: mean_of_ratio
SELECT asset_id, AVG(scrap_units / NULLIF(good_units, 0)) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT asset_id, ROUND(AVG(100 * scrap_units / NULLIF(good_units, 0)), 2) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT AVG(CASE WHEN planned_min > 0 THEN run_min / planned_min END) AS a FROM plant_obt WHERE event_date = '2026-06-22'
SELECT AVG(COALESCE(run_min / NULLIF(planned_min, 0), 0)) AS a FROM plant_obt WHERE event_date = '2026-06-22'
SELECT AVG(1 - down_min / NULLIF(planned_min, 0)) AS a, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22'
SELECT AVG(scrap_units / NULLIF(good_units + scrap_units, 0)) AS a FROM plant_obt WHERE event_date = '2026-06-22' HAVING AVG(scrap_units / NULLIF(good_units + scrap_units, 0)) > 0
SELECT line_name, AVG(flow_m3_h / NULLIF(power_kw, 0)) AS a FROM plant_obt WHERE event_date = '2026-06-22' AND signal_quality = 'GOOD' GROUP BY line_name ORDER BY AVG(flow_m3_h / NULLIF(power_kw, 0)) DESC
WITH x AS (SELECT line_name, run_min, planned_min FROM plant_obt WHERE event_date = '2026-06-22') SELECT line_name, AVG(run_min / NULLIF(planned_min, 0)) * 100 AS a FROM x GROUP BY line_name
SELECT line_name, AVG(w.downtime_min / NULLIF(w.labour_hours, 0)) AS a FROM work_orders w WHERE w.event_date >= '2026-06-01' GROUP BY line_name UNION ALL SELECT 'all', AVG(w.downtime_min / NULLIF(w.labour_hours, 0)) FROM work_orders w WHERE w.event_date >= '2026-06-01'
SELECT line_name, AVG(AVG(run_min / NULLIF(planned_min, 0))) OVER () AS a FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY line_name
SELECT AVG((run_min / NULLIF(planned_min, 0)) * (good_units / NULLIF(good_units + scrap_units, 0))) AS q FROM plant_obt WHERE event_date = '2026-06-22'
SELECT x.line_name, x.a FROM (SELECT line_name, AVG(run_min / NULLIF(planned_min, 0)) AS a FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY line_name) x WHERE x.a > 0.5
SELECT r.line_name, AVG(r.run_min / NULLIF(r.planned_min, 0)) AS a FROM plant_obt r WHERE r.event_date = '2026-06-22' AND EXISTS (SELECT 1 FROM work_orders w WHERE w.asset_id = r.asset_id AND w.event_date >= '2026-06-01') GROUP BY r.line_name
SELECT plant_name, AVG(r) AS r FROM (SELECT plant_name, line_name, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY plant_name, line_name) x GROUP BY plant_name
WITH x AS (SELECT plant_name, line_name, 100 * SUM(run_min) / NULLIF(SUM(planned_min), 0) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY plant_name, line_name) SELECT AVG(x.r) AS r FROM x
WITH x (p, l, r) AS (SELECT plant_name, line_name, SUM(run_min) / NULLIF(SUM(planned_min), 0) FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY plant_name, line_name) SELECT p, AVG(r) AS m FROM x GROUP BY p
WITH x AS (SELECT plant_name, line_name, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY plant_name, line_name), y AS (SELECT AVG(r) AS m FROM x) SELECT * FROM x
SELECT AVG(r) AS m FROM (SELECT SUM(run_min) / NULLIF(SUM(planned_min), 0) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id UNION ALL SELECT SUM(run_min) / NULLIF(SUM(planned_min), 0) AS r FROM plant_obt WHERE event_date = '2026-06-23' GROUP BY asset_id) z
# title: mean_of_means
SELECT AVG(e) AS e FROM (SELECT asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x
SELECT x.plant_name, ROUND(AVG(x.e), 1) AS e FROM (SELECT plant_name, asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY plant_name, asset_id) x GROUP BY x.plant_name
WITH x AS (SELECT asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) SELECT AVG(e) AS e FROM x
WITH x (a, e) AS (SELECT asset_id, AVG(energy_kwh) FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) SELECT AVG(e) AS e FROM x
WITH x AS (SELECT asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id), m AS (SELECT AVG(e) AS m FROM x) SELECT x.*, m.m FROM x CROSS JOIN m
WITH x AS (SELECT asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) SELECT asset_id, e FROM x WHERE e > (SELECT AVG(e) FROM x)
SELECT AVG(e) AS e, MAX(e) AS m FROM (SELECT DISTINCT AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x
SELECT AVG(e) AS e FROM (SELECT AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id UNION ALL SELECT AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-23' GROUP BY asset_id) x
SELECT AVG(e) AS e FROM (SELECT AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id UNION ALL SELECT energy_kwh FROM plant_obt WHERE event_date = '2026-06-23') x
SELECT p, AVG(e) AS e FROM (SELECT plant_name AS p, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY plant_name, asset_id ORDER BY e DESC LIMIT 20) x GROUP BY p HAVING AVG(e) > 0 ORDER BY AVG(e)
SELECT AVG(e) - AVG(f) AS g FROM (SELECT asset_id, AVG(energy_kwh) AS e, AVG(run_min) AS f FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x
SELECT AVG(x.e) AS e FROM (SELECT asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x JOIN (SELECT asset_id, COUNT(*) AS n FROM work_orders WHERE event_date >= '2026-06-01' GROUP BY asset_id) y ON x.asset_id = y.asset_id
SELECT 'a' AS k, AVG(e) AS e FROM (SELECT asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x UNION ALL SELECT 'b', AVG(e) FROM (SELECT asset_id, AVG(run_min) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x
SELECT p, e, AVG(AVG(e)) OVER () AS t FROM (SELECT plant_name AS p, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY plant_name, asset_id) x GROUP BY p, e
SELECT AVG(e) AS e FROM (SELECT asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY ROLLUP (asset_id)) x
# title: mixed_units
SELECT asset_id, SUM(down_min) + SUM(energy_kwh) AS x FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT asset_id, ROUND(SUM(down_min) - SUM(energy_kwh), 1) AS x FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY 1 ORDER BY x DESC
SELECT asset_id, SUM(down_min + energy_kwh) FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id ORDER BY 2
SELECT SUM(down_min) + SUM(energy_kwh) - SUM(run_min) + 1 AS x, COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22'
SELECT asset_id, down_min - (energy_kwh - run_min) AS x FROM plant_obt WHERE event_date = '2026-06-22' AND down_min > 0
SELECT work_order_no, downtime_min + labour_hours AS t FROM work_orders WHERE event_date = '2026-06-22'
SELECT work_order_no, labour_hours - downtime_min AS t FROM work_orders WHERE event_date = '2026-06-22' AND labour_hours > downtime_min
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' AND energy_kwh > down_min AND down_min > 0
SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id HAVING SUM(energy_kwh) > SUM(down_min)
SELECT asset_id, SUM(energy_kwh) > SUM(down_min) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT asset_id, COUNT(CASE WHEN energy_kwh > down_min THEN 1 END) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT x.t FROM (SELECT asset_id, SUM(down_min) + SUM(energy_kwh) AS t FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x WHERE x.t > 1
WITH x AS (SELECT asset_id, SUM(down_min) AS d, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) SELECT asset_id, d + e AS t FROM x
SELECT asset_id, SUM(down_min) + SUM(energy_kwh) AS x FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id UNION ALL SELECT 'all', SUM(down_min) FROM plant_obt WHERE event_date = '2026-06-22'
SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id ORDER BY SUM(energy_kwh) + SUM(down_min) DESC
SELECT asset_id, SUM(down_min) + SUM(energy_kwh) AS x, RANK() OVER (ORDER BY SUM(down_min) + SUM(energy_kwh) DESC) AS k FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT down_min + energy_kwh AS x, COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY down_min + energy_kwh
SELECT r.asset_id, SUM(r.down_min) + SUM(w.labour_hours) AS x FROM (SELECT asset_id, SUM(down_min) AS down_min FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) r JOIN (SELECT asset_id, SUM(labour_hours) AS labour_hours FROM work_orders WHERE event_date >= '2026-06-01' GROUP BY asset_id) w ON r.asset_id = w.asset_id GROUP BY r.asset_id
SELECT asset_id FROM plant_obt WHERE event_date = '2026-06-22' AND (down_min + energy_kwh > 10 OR run_min > 2)
SELECT asset_id FROM plant_obt WHERE event_date = '2026-06-22' AND CASE WHEN asset_class = 'pump' THEN down_min = energy_kwh ELSE down_min > 3 END
SELECT asset_id, SUM(down_min) + SUM(energy_kwh) AS x FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id HAVING x > 3
# title: zero_division
SELECT asset_id, down_min / 0 AS r FROM plant_obt WHERE event_date = '2026-06-22'
SELECT asset_id, SUM(down_min / 0.0) + 1 AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT down_min / 0 AS r, COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY down_min / 0
SELECT asset_id, MOD(down_min, 0) AS r, run_min DIV 0 AS q FROM plant_obt WHERE event_date = '2026-06-22'
SELECT asset_id, SUM(scrap_units) / SUM(good_units) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT asset_id, down_min / (run_min / (run_min - planned_min)) AS r, down_min % run_min AS m FROM plant_obt WHERE event_date = '2026-06-22'
SELECT down_min / run_min AS r, COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY down_min / run_min ORDER BY down_min / run_min
SELECT asset_id, r FROM (SELECT asset_id, SUM(down_min) / SUM(run_min) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x WHERE r > 0.1
WITH x AS (SELECT asset_id, SUM(down_min) AS d, SUM(run_min) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) SELECT asset_id, d / r AS q FROM x ORDER BY d / r DESC
SELECT asset_id, SUM(down_min) / SUM(run_min) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id HAVING SUM(down_min) / SUM(run_min) > 0.1
SELECT asset_id, SUM(down_min) / SUM(SUM(down_min)) OVER () AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
SELECT asset_id, down_min / (SELECT MAX(run_min) FROM plant_obt WHERE event_date = '2026-06-22') AS r FROM plant_obt WHERE event_date = '2026-06-22'
SELECT SUM(down_min) / SUM(run_min) AS r FROM plant_obt WHERE event_date = '2026-06-22' UNION ALL SELECT SUM(down_min) / SUM(planned_min) FROM plant_obt WHERE event_date = '2026-06-22'
SELECT r.asset_id, r.down_min / w.n AS q FROM plant_obt r JOIN (SELECT asset_id, COUNT(failure_mode) AS n FROM work_orders WHERE event_date >= '2026-06-01' GROUP BY asset_id) w ON r.asset_id = w.asset_id WHERE r.event_date = '2026-06-22'
SELECT asset_id FROM plant_obt WHERE event_date = '2026-06-22' AND down_min / run_min > 2
# title: no_time_filter
SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt GROUP BY asset_id
SELECT SUM(CASE WHEN event_date >= '2026-06-22' AND event_date < '2026-06-29' THEN energy_kwh END) AS e, SUM(CASE WHEN event_date BETWEEN '2026-06-15' AND '2026-06-21' THEN energy_kwh END) AS b FROM plant_obt
SELECT SUM(CASE WHEN event_date >= '2026-06-22' THEN energy_kwh END) AS e, COUNT(CASE WHEN event_date >= '2026-06-15' AND event_date < '2026-06-22' THEN 1 END) AS b FROM plant_obt
SELECT SUM(CASE WHEN event_date < '2026-01-05' THEN energy_kwh END) AS e FROM plant_obt
SELECT SUM(CASE WHEN DATE_TRUNC('month', event_date) = '2026-06-01' THEN energy_kwh END) AS e FROM plant_obt
SELECT SUM(CASE WHEN event_date >= '2026-06-22' THEN energy_kwh END) AS e, SUM(CASE WHEN event_date < '2026-06-22' THEN energy_kwh END) AS f FROM plant_obt
SELECT COUNT(*) AS n FROM plant_obt r FULL JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date
SELECT COUNT(w.work_order_no) AS n FROM (SELECT asset_id FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) r LEFT JOIN work_orders w USING (asset_id)
SELECT w.* FROM (SELECT asset_id FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) r LEFT JOIN work_orders w USING (asset_id)
SELECT COUNT(w.work_order_no) AS n FROM work_orders w RIGHT JOIN (SELECT asset_id FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) r USING (asset_id)
SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt GROUP BY asset_id UNION ALL SELECT asset_id, SUM(downtime_min) FROM work_orders GROUP BY asset_id
SELECT asset_id FROM work_orders WHERE asset_id IN (SELECT asset_id FROM plant_obt WHERE scrap_units > 3)
WITH e AS (SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt GROUP BY asset_id) SELECT asset_id, e, RANK() OVER (ORDER BY e) AS k FROM e WHERE e > 10
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' OR plant_name = 'Hamburg'
SELECT r.asset_id, (SELECT COUNT(*) FROM work_orders w WHERE w.asset_id = r.asset_id) AS n FROM plant_obt r WHERE r.event_date = '2026-06-22'
SELECT a.asset_id, b.asset_id FROM work_orders a FULL JOIN alarm_events b USING (asset_id, event_date)
# title: wide_distinct
SELECT COUNT(DISTINCT vibration_mm_s) AS n FROM plant_obt WHERE signal_quality = 'GOOD'
SELECT DISTINCT event_ts, vibration_mm_s FROM plant_obt
SELECT asset_id, COUNT(DISTINCT power_kw) AS n, COUNT(DISTINCT event_ts) AS m FROM plant_obt GROUP BY asset_id
SELECT COUNT(DISTINCT r.power_kw) AS n FROM work_orders w LEFT JOIN plant_obt r USING (asset_id)
SELECT COUNT(DISTINCT r.power_kw) AS n FROM work_orders w FULL JOIN plant_obt r ON r.asset_id = w.asset_id
WITH x AS (SELECT DISTINCT asset_id, power_kw FROM plant_obt) SELECT asset_id, COUNT(*) AS n FROM x GROUP BY asset_id
SELECT DISTINCT power_kw FROM plant_obt UNION ALL SELECT DISTINCT energy_kwh FROM plant_obt
SELECT asset_id FROM work_orders WHERE event_date = '2026-06-22' AND labour_hours IN (SELECT DISTINCT down_min FROM plant_obt)
SELECT ROUND(COUNT(DISTINCT power_kw) / 2, 1) AS n FROM plant_obt WHERE asset_class = 'pump'
SELECT COUNT(DISTINCT asset_id, event_ts) AS n FROM plant_obt
SELECT asset_id, COUNT(DISTINCT power_kw) AS n FROM plant_obt GROUP BY asset_id HAVING COUNT(DISTINCT power_kw) > 3 ORDER BY n
SELECT n, RANK() OVER (ORDER BY n) AS k FROM (SELECT asset_id, COUNT(DISTINCT power_kw) AS n FROM plant_obt GROUP BY asset_id) x
# title: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATE_TRUNC('month', event_date) = '2026-06-01'
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATE_ADD(event_date, INTERVAL 2 HOUR) >= '2026-06-29 12:00:00'
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE YEAR(event_date) = 2026 AND MONTH(event_date) IN (1, 6)
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE YEAR(event_date) * 100 + 6 = 202606
SELECT SUM(r.energy_kwh) AS e FROM (SELECT event_date, energy_kwh FROM plant_obt) r WHERE DATE_FORMAT(r.event_date, '%Y-%m') = '2026-06'
WITH r AS (SELECT event_ts, energy_kwh FROM plant_obt UNION ALL SELECT event_ts, energy_kwh FROM plant_obt) SELECT SUM(energy_kwh) AS e FROM r WHERE DATE(event_ts) = '2026-06-22'
WITH r AS (SELECT event_ts, energy_kwh FROM plant_obt UNION ALL SELECT event_ts, energy_kwh FROM plant_obt) SELECT SUM(energy_kwh) AS e FROM r WHERE HOURS_ADD(event_ts, 6) >= '2026-06-22'
SELECT COUNT(*) AS n FROM plant_obt WHERE DATE(event_ts_utc) = '2026-06-22'
SELECT COUNT(*) AS n FROM plant_obt WHERE DATE(event_ts) = '2026-06-22' OR (asset_class = 'pump' AND DATE_FORMAT(event_ts, '%j') = '173')
SELECT COUNT(*) AS n FROM plant_obt r LEFT JOIN work_orders w ON r.asset_id = w.asset_id AND DATE(w.opened_ts) = '2026-06-22' WHERE r.event_date = '2026-06-22'
SELECT asset_id FROM work_orders w WHERE event_date = '2026-06-22' AND EXISTS (SELECT 1 FROM alarm_events a WHERE a.asset_id = w.asset_id AND DATE(a.raised_ts) = '2026-06-22')
SELECT x.n FROM (SELECT COUNT(*) AS n FROM alarm_events WHERE NOT (DATE(raised_ts) = '2026-06-22') AND asset_class = 'pump') x
SELECT COUNT(*) AS n FROM alarm_events WHERE DATE(raised_ts) IN ('2026-06-01', '2026-06-11')
SELECT COUNT(*) AS n FROM alarm_events WHERE DATE(raised_ts) = '2026-06-22' UNION ALL SELECT COUNT(*) FROM alarm_events WHERE DATE_FORMAT(raised_ts, '%Y%m%d') = '20260622'
SELECT COUNT(*) AS n FROM alarm_events a FULL JOIN work_orders w ON a.asset_id = w.asset_id AND a.event_date = w.event_date WHERE CONCAT(a.event_date, '') = '2026-06-22'
SELECT COUNT(w.work_order_no) AS n FROM plant_obt r LEFT JOIN work_orders w ON r.asset_id = w.asset_id WHERE r.event_date = '2026-06-22' AND CONCAT(w.opened_ts, '') > '2026-06'
SELECT COUNT(*) AS n FROM plant_obt r RIGHT JOIN work_orders w ON r.asset_id = w.asset_id WHERE w.event_date = '2026-06-22' AND CONCAT(r.event_ts, '') > '2026-06'
SELECT x.d, RANK() OVER (ORDER BY x.d) AS k FROM (SELECT asset_id, SUM(down_min) AS d FROM plant_obt WHERE YEAR(event_date) = 2026 AND MONTH(event_date) = 6 GROUP BY asset_id) x
