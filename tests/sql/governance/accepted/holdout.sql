# title: held out: downtime of the last full week per line and reason, only the big ones
SELECT line_name, downtime_reason, ROUND(SUM(down_min) / 60.0, 1) AS hours FROM plant_obt WHERE production_date BETWEEN '2026-06-22' AND '2026-06-28' AND downtime_reason IS NOT NULL GROUP BY line_name, downtime_reason HAVING hours >= 1 ORDER BY line_name, hours DESC
# title: held out: OEE by asset with everything inline
SELECT asset_id, ROUND(100 * (SUM(run_min) / NULLIF(SUM(planned_min), 0)) * (SUM(good_units) / NULLIF(SUM(ideal_units), 0)), 1) AS oee_pct FROM plant_obt WHERE area_name IN ('Machining', 'Assembly') GROUP BY asset_id ORDER BY oee_pct LIMIT 10
# title: held out: scrap by day of week and product
SELECT DAYNAME(production_date) AS dow, product_name, SUM(scrap_units) AS scrap FROM plant_obt WHERE scrap_units > 0 GROUP BY DAYNAME(production_date), product_name ORDER BY scrap DESC, dow, product_name LIMIT 15
# title: held out: exponentially weighted approximation by three lags
SELECT event_ts, 0.5 * vibration_mm_s + 0.3 * LAG(vibration_mm_s, 1, vibration_mm_s) OVER (ORDER BY event_ts) + 0.2 * LAG(vibration_mm_s, 2, vibration_mm_s) OVER (ORDER BY event_ts) AS ew FROM plant_obt WHERE asset_id = 'PMP-04' AND event_date = '2026-06-30'
# title: held out: alarms per shift per thousand good units
SELECT a.shift_name, a.n, p.good, 1000.0 * a.n / NULLIF(p.good, 0) AS per_1000 FROM (SELECT shift_name, COUNT(*) AS n FROM alarm_events WHERE event_date >= '2026-06-17' GROUP BY shift_name) a INNER JOIN (SELECT shift_name, SUM(good_units) AS good FROM plant_obt WHERE event_date >= '2026-06-17' GROUP BY shift_name) p ON p.shift_name = a.shift_name
# title: held out: first alarm of each day per plant
SELECT plant_name, event_date, MIN(raised_ts) AS first_at, MIN_BY(message, raised_ts) AS first_message FROM alarm_events WHERE event_date >= '2026-06-20' GROUP BY plant_name, event_date
# title: held out: repair time distribution in buckets
SELECT CASE WHEN mins < 60 THEN '< 1 h' WHEN mins < 240 THEN '1-4 h' WHEN mins < 480 THEN '4-8 h' ELSE '> 8 h' END AS bucket, COUNT(*) AS n, AVG(parts_cost_eur) AS mean_eur FROM (SELECT TIMESTAMPDIFF(MINUTE, opened_ts, closed_ts) AS mins, parts_cost_eur FROM work_orders WHERE order_type = 'corrective' AND closed_ts IS NOT NULL) t GROUP BY bucket ORDER BY MIN(mins)
# title: held out: product changeover matrix
SELECT previous, product_code AS following, COUNT(*) AS n FROM (SELECT asset_id, event_ts, product_code, LAG(product_code) OVER (PARTITION BY asset_id ORDER BY event_ts) AS previous FROM plant_obt WHERE product_code IS NOT NULL) x WHERE previous IS NOT NULL AND previous <> product_code GROUP BY previous, product_code
# title: held out: uptime streaks by group numbering
WITH s AS (SELECT asset_id, event_ts, CASE WHEN run_min = 10 THEN 1 ELSE 0 END AS up FROM plant_obt WHERE event_date = '2026-06-24' AND planned_min > 0), g AS (SELECT asset_id, event_ts, up, SUM(1 - up) OVER (PARTITION BY asset_id ORDER BY event_ts ROWS UNBOUNDED PRECEDING) AS grp FROM s) SELECT asset_id, MAX(n) * 10 AS longest_up_min FROM (SELECT asset_id, grp, SUM(up) AS n FROM g GROUP BY asset_id, grp) r GROUP BY asset_id ORDER BY longest_up_min DESC, asset_id
# title: held out: energy by tariff zone and weekday
SELECT WEEKDAY(event_date) + 1 AS iso_dow, IF(HOUR(event_ts) BETWEEN 6 AND 21, 'HT', 'NT') AS tariff, SUM(energy_kwh) AS kwh FROM plant_obt WHERE plant_id = 'HAM' GROUP BY 1, 2 ORDER BY 1, 2
# title: held out: technicians without names, hours by plant
SELECT plant_name, COUNT(DISTINCT technician_name) AS technicians, SUM(labour_hours) AS hours, SUM(labour_hours) / NULLIF(COUNT(DISTINCT technician_name), 0) AS per_head FROM work_orders GROUP BY plant_name
# title: held out: mean of the worst five percent
SELECT asset_class, AVG(vibration_mm_s) AS tail_mean FROM (SELECT asset_class, vibration_mm_s, PERCENT_RANK() OVER (PARTITION BY asset_class ORDER BY vibration_mm_s) AS pr FROM plant_obt WHERE vibration_mm_s IS NOT NULL AND event_date = '2026-06-30') t WHERE pr >= 0.95 GROUP BY asset_class
# title: held out: plant totals with grand total and share
SELECT COALESCE(plant_name, 'Total') AS plant, SUM(energy_kwh) AS kwh, SUM(energy_kwh) / (SELECT SUM(energy_kwh) FROM plant_obt) AS share FROM plant_obt GROUP BY ROLLUP(plant_name) ORDER BY GROUPING(plant_name), kwh DESC
# title: held out: latest open work order per line
SELECT * FROM (SELECT line_name, work_order_no, opened_ts, ROW_NUMBER() OVER (PARTITION BY plant_id, line_name ORDER BY opened_ts DESC) AS rn FROM work_orders WHERE closed_ts IS NULL) x WHERE x.rn = 1
# title: held out: first pass yield in percent formatted
SELECT product_family, CONCAT(CAST(ROUND(100.0 * SUM(good_units) / NULLIF(SUM(good_units + scrap_units), 0), 2) AS VARCHAR), ' %') AS fpy FROM plant_obt WHERE product_family IS NOT NULL GROUP BY product_family
# title: held out: assets whose temperature rose against the week before
WITH w AS (SELECT asset_id, WEEKOFYEAR(event_date) AS wk, AVG(temperature_c) AS t FROM plant_obt WHERE signal_quality = 'GOOD' AND event_date >= '2026-06-17' GROUP BY asset_id, WEEKOFYEAR(event_date)) SELECT cur.asset_id, cur.wk, cur.t - prev.t AS rise FROM w cur JOIN w prev ON prev.asset_id = cur.asset_id AND prev.wk = cur.wk - 1 WHERE cur.t - prev.t > 0 ORDER BY rise DESC, cur.asset_id LIMIT 10
# title: held out: last 24 hours of data
SELECT asset_id, COUNT(*) AS n FROM plant_obt WHERE event_ts_utc > (SELECT MAX(event_ts_utc) FROM plant_obt) - INTERVAL 24 HOUR GROUP BY asset_id
# title: held out: rolling seven-day failures
SELECT d, n, SUM(n) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS last_7_rows FROM (SELECT CAST(opened_ts AS DATE) AS d, COUNT(*) AS n FROM work_orders WHERE order_type = 'corrective' GROUP BY CAST(opened_ts AS DATE)) t ORDER BY d
# title: held out: alarm messages that mention either word
SELECT message, priority, COUNT(*) AS n FROM alarm_events WHERE (message LIKE '%pressure%' OR message LIKE '%vibration%') AND priority <> 'low' GROUP BY message, priority ORDER BY n DESC, message
# title: held out: criticality A assets with neither preventive nor predictive order in June
SELECT DISTINCT p.asset_id, p.asset_name FROM plant_obt p WHERE p.criticality = 'A' AND NOT EXISTS (SELECT 1 FROM work_orders w WHERE w.asset_id = p.asset_id AND w.order_type IN ('preventive', 'predictive') AND w.event_date >= '2026-06-25')
# title: held out: planned against actual hours per crew
SELECT crew, SUM(planned_min) / 60 AS planned_h, SUM(run_min) / 60 AS run_h, SUM(down_min) / 60 AS down_h, SUM(planned_min - run_min - down_min) / 60 AS unexplained_h FROM plant_obt GROUP BY crew ORDER BY crew
# title: held out: capability of the oven temperature
SELECT asset_id, (185 - AVG(temperature_c)) / NULLIF(3 * STDDEV_SAMP(temperature_c), 0) AS cpu, (AVG(temperature_c) - 175) / NULLIF(3 * STDDEV_SAMP(temperature_c), 0) AS cpl, LEAST((185 - AVG(temperature_c)) / NULLIF(3 * STDDEV_SAMP(temperature_c), 0), (AVG(temperature_c) - 175) / NULLIF(3 * STDDEV_SAMP(temperature_c), 0)) AS cpk FROM plant_obt WHERE asset_class = 'oven' AND run_min = 10 GROUP BY asset_id
# title: held out: western electric rule of eight on one side
SELECT asset_id, event_ts FROM (SELECT asset_id, event_ts, SUM(above) OVER (PARTITION BY asset_id ORDER BY event_ts ROWS BETWEEN 7 PRECEDING AND CURRENT ROW) AS run8 FROM (SELECT asset_id, event_ts, IF(pressure_bar > AVG(pressure_bar) OVER (PARTITION BY asset_id), 1, 0) AS above FROM plant_obt WHERE asset_class = 'pump' AND pressure_bar IS NOT NULL AND event_date = '2026-06-29') a) b WHERE run8 = 8
# title: held out: top message per priority with ties
SELECT priority, message, n FROM (SELECT priority, message, COUNT(*) AS n, RANK() OVER (PARTITION BY priority ORDER BY COUNT(*) DESC) AS r FROM alarm_events GROUP BY priority, message) t WHERE r = 1
# title: held out: year of installation histogram
SELECT YEAR(installed_on) AS y, COUNT(DISTINCT asset_id) AS assets FROM plant_obt GROUP BY YEAR(installed_on) ORDER BY y
# title: held out: Grafana stat of current power
SELECT SUM(power_kw) AS value FROM plant_obt WHERE event_ts_utc = (SELECT MAX(event_ts_utc) FROM plant_obt WHERE plant_id = 'AUS') AND plant_id = 'AUS'
# title: held out: Grafana bar gauge with time filter
SELECT asset_id AS metric, AVG(power_kw) AS value FROM plant_obt WHERE event_ts >= '2026-06-29T00:00:00Z' AND event_ts <= '2026-06-30T00:00:00Z' GROUP BY asset_id ORDER BY value DESC, metric LIMIT 10
# title: held out: Grafana annotation
SELECT raised_ts AS time, cleared_ts AS timeEnd, message AS text, priority AS tags FROM alarm_events WHERE raised_ts BETWEEN '2026-06-29 00:00:00' AND '2026-06-30 00:00:00' AND priority = 'high' ORDER BY raised_ts, alarm_id
# title: held out: Metabase week grouping
SELECT DATE_SUB(DATE(`alarm_events`.`raised_ts`), INTERVAL (DAYOFWEEK(`alarm_events`.`raised_ts`) - 1) DAY) AS `raised_ts`, COUNT(*) AS `count` FROM `alarm_events` GROUP BY DATE_SUB(DATE(`alarm_events`.`raised_ts`), INTERVAL (DAYOFWEEK(`alarm_events`.`raised_ts`) - 1) DAY) ORDER BY 1
# title: held out: Metabase custom column
SELECT `plant_obt`.`plant_name` AS `plant_name`, AVG((CAST(`plant_obt`.`run_min` AS DOUBLE) / NULLIF(`plant_obt`.`planned_min`, 0.0))) AS `avg` FROM `plant_obt` GROUP BY `plant_obt`.`plant_name` ORDER BY `avg` DESC, `plant_obt`.`plant_name` ASC
# title: held out: Superset with having and an adhoc filter
SELECT asset_id AS asset_id, sum(energy_kwh) AS `Energy [kWh]` FROM plant_obt WHERE event_date >= '2026-06-22' AND event_date < '2026-06-29' AND asset_class != 'robot' GROUP BY asset_id HAVING ((sum(energy_kwh) > 100)) ORDER BY `Energy [kWh]` DESC LIMIT 100
# title: held out: Superset time comparison
SELECT date_trunc('day', DATE_ADD(event_ts, INTERVAL 7 DAY)) AS __timestamp, SUM(good_units) AS `good 1 week ago` FROM plant_obt WHERE event_ts >= '2026-06-17 00:00:00' AND event_ts < '2026-06-24 00:00:00' GROUP BY date_trunc('day', DATE_ADD(event_ts, INTERVAL 7 DAY)) ORDER BY __timestamp
# title: held out: Superset percent metric in a table
SELECT line_name, 100.0 * SUM(scrap_units) / SUM(good_units + scrap_units) AS `% scrap`, COUNT(DISTINCT order_no) AS `# orders` FROM plant_obt WHERE order_no IS NOT NULL GROUP BY line_name ORDER BY `% scrap` DESC LIMIT 50
# title: held out: Power BI slicer values
select distinct `_`.`asset_class` from `plant_obt` as `_` where `_`.`asset_class` is not null order by `_`.`asset_class`
# title: held out: Power BI folded nested filter
select `_`.`asset_id`, `_`.`opened_ts`, `_`.`downtime_min` from (select `asset_id`, `opened_ts`, `downtime_min`, `order_type` from `work_orders`) `_` where `_`.`order_type` = 'corrective' and `_`.`downtime_min` > 120 and `_`.`downtime_min` is not null
# title: held out: Power BI joined tables folded
select `$Outer`.`asset_id`, `$Outer`.`h`, `$Inner`.`n` from (select `asset_id`, sum(`run_min`) / 60 as `h` from `plant_obt` group by `asset_id`) as `$Outer` left outer join (select `asset_id` as `a2`, count(1) as `n` from `work_orders` group by `asset_id`) as `$Inner` on (`$Outer`.`asset_id` = `$Inner`.`a2`)
# title: held out: Tableau quick filter extents
SELECT MIN(`work_orders`.`parts_cost_eur`) AS `X__alias__0`, MAX(`work_orders`.`parts_cost_eur`) AS `X__alias__1` FROM `work_orders` HAVING (COUNT(1) > 0)
# title: held out: Tableau day truncation
SELECT CAST(`alarm_events`.`raised_ts` AS DATE) AS `tdy:raised_ts:ok`, SUM(CASE WHEN (`alarm_events`.`priority` = 'high') THEN 1 WHEN NOT (`alarm_events`.`priority` = 'high') THEN 0 ELSE NULL END) AS `sum:high:ok` FROM `alarm_events` GROUP BY 1
# title: held out: count distinct over a union
SELECT COUNT(DISTINCT asset_id) AS assets FROM (SELECT asset_id FROM alarm_events WHERE event_date = '2026-06-29' UNION ALL SELECT asset_id FROM work_orders WHERE event_date = '2026-06-29') u
# title: held out: two unions and a difference to get new failure modes
SELECT failure_mode FROM work_orders WHERE event_date >= '2026-04-01' AND failure_mode IS NOT NULL EXCEPT SELECT failure_mode FROM work_orders WHERE event_date < '2026-01-10' AND failure_mode IS NOT NULL
# title: held out: scalar subquery per row without correlation
SELECT event_date, SUM(good_units) AS u, SUM(good_units) - (SELECT SUM(good_units) / COUNT(DISTINCT event_date) FROM plant_obt) AS off_mean FROM plant_obt GROUP BY event_date ORDER BY event_date
# title: held out: correlated share of the asset's plant
SELECT p.plant_id, p.asset_id, SUM(p.energy_kwh) AS kwh, SUM(p.energy_kwh) / (SELECT SUM(q.energy_kwh) FROM plant_obt q WHERE q.plant_id = p.plant_id) AS share FROM plant_obt p WHERE p.event_date = '2026-06-30' GROUP BY p.plant_id, p.asset_id
# title: held out: stops longer than half an hour with start and end
SELECT asset_id, MIN(event_ts) AS from_ts, DATE_ADD(MAX(event_ts), INTERVAL 10 MINUTE) AS to_ts, SUM(down_min) AS minutes, MAX(downtime_reason) AS reason FROM (SELECT asset_id, event_ts, down_min, downtime_reason, SUM(CASE WHEN down_min = 0 THEN 1 ELSE 0 END) OVER (PARTITION BY asset_id ORDER BY event_ts) AS blk FROM plant_obt WHERE event_date = '2026-06-24') x WHERE down_min > 0 GROUP BY asset_id, blk HAVING SUM(down_min) > 30
# title: held out: hours between consecutive alarms of one tag
SELECT tag, AVG(gap_min) AS mean_gap, MIN(gap_min) AS least_gap FROM (SELECT tag, TIMESTAMPDIFF(MINUTE, LAG(raised_ts) OVER (PARTITION BY tag ORDER BY raised_ts), raised_ts) AS gap_min FROM alarm_events) g WHERE gap_min IS NOT NULL GROUP BY tag HAVING COUNT(*) >= 50 ORDER BY mean_gap LIMIT 20
# title: held out: maximum number of simultaneous alarms
SELECT plant_id, MAX(active) AS most FROM (SELECT plant_id, ts, SUM(delta) OVER (PARTITION BY plant_id ORDER BY ts, delta) AS active FROM (SELECT plant_id, raised_ts AS ts, 1 AS delta FROM alarm_events UNION ALL SELECT plant_id, cleared_ts, -1 FROM alarm_events WHERE cleared_ts IS NOT NULL) e) s GROUP BY plant_id
# title: held out: mean vibration by decile of current
SELECT decile, AVG(vibration_mm_s) AS v, MIN(motor_current_a) AS low_a, MAX(motor_current_a) AS high_a FROM (SELECT vibration_mm_s, motor_current_a, NTILE(10) OVER (ORDER BY motor_current_a, event_ts, asset_id) AS decile FROM plant_obt WHERE asset_class = 'compressor' AND motor_current_a IS NOT NULL AND vibration_mm_s IS NOT NULL) t GROUP BY decile ORDER BY decile
# title: held out: regression of energy on units
SELECT asset_id, COVAR_POP(energy_kwh, good_units) / NULLIF(VAR_POP(good_units), 0) AS slope, AVG(energy_kwh) - COVAR_POP(energy_kwh, good_units) / NULLIF(VAR_POP(good_units), 0) * AVG(good_units) AS base_load FROM plant_obt WHERE energy_kwh IS NOT NULL AND product_code IS NOT NULL GROUP BY asset_id
# title: held out: cost Pareto with an ABC class
SELECT asset_id, eur, CASE WHEN running <= 0.8 * total THEN 'A' WHEN running <= 0.95 * total THEN 'B' ELSE 'C' END AS abc FROM (SELECT asset_id, eur, SUM(eur) OVER (ORDER BY eur DESC, asset_id) AS running, SUM(eur) OVER () AS total FROM (SELECT asset_id, SUM(parts_cost_eur) AS eur FROM work_orders GROUP BY asset_id) a) b ORDER BY eur DESC, asset_id
# title: held out: differing spellings of one filter
SELECT COUNT(*) AS n FROM alarm_events WHERE UPPER(priority) = 'HIGH' AND TRIM(shift_name) IN ('Early', 'Late') AND LENGTH(message) > 5 AND plant_id NOT IN ('XXX')
# title: held out: a user's note in the text
-- requested by maintenance planning 2026-06-30; see "weekly meeting" notes
SELECT asset_id, /* count of */ COUNT(*) AS orders FROM work_orders WHERE failure_mode = 'Bearing wear' OR failure_mode LIKE 'Seal%' GROUP BY asset_id;
# title: held out: literal with an apostrophe and a dash
SELECT COUNT(*) AS n FROM work_orders WHERE failure_mode IS NULL OR failure_mode NOT IN ('Operator''s mistake -- see log', 'n/a; unknown')
# title: held out: parameters as a derived row
SELECT p.asset_id, COUNT(*) AS over_limit FROM plant_obt p, (SELECT 4.5 AS lim, 'compressor' AS cls) c WHERE p.asset_class = c.cls AND p.vibration_mm_s > c.lim GROUP BY p.asset_id
# title: held out: a month's calendar with week numbers
SELECT DISTINCT event_date, WEEKOFYEAR(event_date) AS iso_week, DAYOFWEEK(event_date) AS dow, LAST_DAY(event_date) AS month_end, QUARTER(event_date) AS q FROM plant_obt ORDER BY event_date
# title: held out: quarter-hour load profile
SELECT TIME_SLICE(event_ts, INTERVAL 30 MINUTE) AS slot, plant_id, SUM(energy_kwh) * 2 AS mean_kw FROM plant_obt WHERE event_date = '2026-06-29' GROUP BY slot, plant_id ORDER BY plant_id, slot
# title: held out: anti join of alarms and orders within two days
SELECT a.alarm_id, a.asset_id, a.message FROM alarm_events a LEFT JOIN work_orders w ON w.asset_id = a.asset_id AND w.opened_ts BETWEEN a.raised_ts AND DATE_ADD(a.raised_ts, INTERVAL 2 DAY) WHERE w.work_order_no IS NULL AND a.priority = 'high' AND a.event_date >= '2026-06-25'
# title: held out: three tables by asset with one row each
WITH p AS (SELECT asset_id, SUM(run_min) / 60 AS run_h, SUM(down_min) / 60 AS down_h FROM plant_obt GROUP BY asset_id), w AS (SELECT asset_id, COUNT(*) AS orders, SUM(parts_cost_eur) AS eur FROM work_orders GROUP BY asset_id), a AS (SELECT asset_id, COUNT(*) AS alarms FROM alarm_events GROUP BY asset_id) SELECT p.*, w.orders, w.eur, a.alarms FROM p LEFT JOIN w USING (asset_id) LEFT JOIN a USING (asset_id) ORDER BY p.down_h DESC, p.asset_id
# title: held out: inner join on names rather than codes
SELECT x.plant_name, x.line_name, x.d, y.n FROM (SELECT plant_name, line_name, SUM(down_min) AS d FROM plant_obt GROUP BY plant_name, line_name) x JOIN (SELECT plant_name, line_name, COUNT(*) AS n FROM alarm_events GROUP BY plant_name, line_name) y ON x.plant_name = y.plant_name AND x.line_name = y.line_name
# title: held out: top five by three criteria as one list
(SELECT 'alarms' AS what, asset_id, CAST(COUNT(*) AS DOUBLE) AS v FROM alarm_events GROUP BY asset_id ORDER BY v DESC, asset_id LIMIT 5) UNION ALL (SELECT 'cost', asset_id, SUM(parts_cost_eur) AS v FROM work_orders GROUP BY asset_id ORDER BY v DESC, asset_id LIMIT 5) UNION ALL (SELECT 'downtime', asset_id, SUM(down_min) AS v FROM plant_obt GROUP BY asset_id ORDER BY v DESC, asset_id LIMIT 5)
# title: held out: rank change between two periods
WITH a AS (SELECT asset_id, RANK() OVER (ORDER BY SUM(down_min) DESC) AS r FROM plant_obt WHERE event_date < '2026-06-24' GROUP BY asset_id), b AS (SELECT asset_id, RANK() OVER (ORDER BY SUM(down_min) DESC) AS r FROM plant_obt WHERE event_date >= '2026-06-24' GROUP BY asset_id) SELECT b.asset_id, a.r AS before_rank, b.r AS after_rank, a.r - b.r AS climbed FROM b JOIN a ON a.asset_id = b.asset_id ORDER BY climbed DESC, b.asset_id LIMIT 10
# title: held out: median absolute deviation
SELECT asset_id, PERCENTILE_CONT(d, 0.5) AS mad FROM (SELECT p.asset_id, ABS(p.power_kw - m.med) AS d FROM plant_obt p JOIN (SELECT asset_id, PERCENTILE_CONT(power_kw, 0.5) AS med FROM plant_obt GROUP BY asset_id) m ON m.asset_id = p.asset_id WHERE p.event_date = '2026-06-30') x GROUP BY asset_id
# title: held out: shares by window in a grouped set
SELECT shift_name, priority, COUNT(*) AS n, ROUND(COUNT(*) / SUM(COUNT(*)) OVER (PARTITION BY shift_name) * 100, 1) AS pct FROM alarm_events GROUP BY shift_name, priority ORDER BY shift_name, n DESC
# title: held out: number of assets stopped at the same time
SELECT event_ts_utc, COUNT(*) AS stopped FROM plant_obt WHERE plant_id = 'HPH' AND planned_min > 0 AND run_min = 0 AND event_date = '2026-06-30' GROUP BY event_ts_utc HAVING COUNT(*) > 1 ORDER BY stopped DESC, event_ts_utc LIMIT 10
# title: held out: time since the asset's last alarm at each order
SELECT w.work_order_no, TIMESTAMPDIFF(MINUTE, MAX(a.raised_ts), w.opened_ts) AS minutes_since FROM work_orders w JOIN alarm_events a ON a.asset_id = w.asset_id AND a.raised_ts <= w.opened_ts WHERE w.event_date >= '2026-06-25' GROUP BY w.work_order_no, w.opened_ts
# title: held out: data quality report
SELECT asset_class, SUM(CASE WHEN temperature_c IS NULL THEN 1 ELSE 0 END) AS null_temp, SUM(CASE WHEN temperature_c = 0 THEN 1 ELSE 0 END) AS zero_temp, SUM(CASE WHEN vibration_mm_s > 30 THEN 1 ELSE 0 END) AS wild_vib, SUM(run_min > planned_min) AS impossible FROM plant_obt GROUP BY asset_class ORDER BY asset_class
# title: held out: duplicates check
SELECT asset_id, raised_ts, message, COUNT(*) AS n FROM alarm_events GROUP BY asset_id, raised_ts, message ORDER BY n DESC, asset_id, raised_ts, message LIMIT 5
# title: held out: table preview
# rows: count
SELECT * FROM plant_obt LIMIT 10
# title: held out: date literals in three forms
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date > '2026-06-16' AND event_ts >= TIMESTAMP '2026-06-17 00:00:00' AND event_date <= DATE('2026-06-30')
# title: held out: text functions in a report
SELECT CONCAT(UPPER(SUBSTRING(plant_id, 1, 1)), LOWER(SUBSTRING(plant_id, 2))) AS plant, LPAD(CAST(HOUR(raised_ts) AS VARCHAR), 2, '0') AS hh, COUNT(*) AS n FROM alarm_events GROUP BY 1, 2 ORDER BY 1, 2
# title: held out: mean by group with minimum sample size through a subquery
SELECT g.manufacturer, g.asset_class, g.v FROM (SELECT manufacturer, asset_class, AVG(vibration_mm_s) AS v, COUNT(vibration_mm_s) AS n FROM plant_obt GROUP BY manufacturer, asset_class) AS g WHERE g.n >= 100 AND g.v IS NOT NULL ORDER BY g.v DESC, g.manufacturer
