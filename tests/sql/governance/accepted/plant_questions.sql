# title: which pumps vibrated most last week
SELECT asset_id, asset_name, AVG(vibration_mm_s) AS mean_mm_s, MAX(vibration_mm_s) AS peak_mm_s
FROM plant_obt
WHERE asset_class = 'pump' AND signal_quality = 'GOOD' AND event_date BETWEEN '2026-06-22' AND '2026-06-28'
GROUP BY asset_id, asset_name
ORDER BY mean_mm_s DESC
LIMIT 5
# title: six big losses
SELECT loss, SUM(minutes) AS minutes
FROM (
    SELECT CASE downtime_reason
               WHEN 'Breakdown' THEN '1 breakdowns' WHEN 'Changeover' THEN '2 setup' WHEN 'Tool change' THEN '2 setup'
               WHEN 'Jam' THEN '3 small stops' WHEN 'Sensor fault' THEN '3 small stops' ELSE '4 other stops' END AS loss,
           down_min AS minutes
    FROM plant_obt WHERE downtime_reason IS NOT NULL
    UNION ALL
    SELECT '5 reduced speed', GREATEST(run_min - run_min * (good_units + scrap_units) / ideal_units, 0) FROM plant_obt WHERE ideal_units > 0
    UNION ALL
    SELECT '6 scrap', run_min * scrap_units / ideal_units FROM plant_obt WHERE ideal_units > 0
) losses
GROUP BY loss
ORDER BY loss
# title: did the night shift make more scrap
SELECT shift_name, SUM(scrap_units) AS scrap, SUM(good_units + scrap_units) AS total, SUM(scrap_units) / NULLIF(SUM(good_units + scrap_units), 0) AS rate
FROM plant_obt WHERE production_date >= '2026-06-17' GROUP BY shift_name ORDER BY rate DESC
# title: where energy is used while nothing is made
SELECT plant_name, asset_class, SUM(energy_kwh) AS idle_kwh
FROM plant_obt WHERE run_min = 0 AND energy_kwh > 0 GROUP BY plant_name, asset_class ORDER BY idle_kwh DESC LIMIT 10
# title: chattering alarms
SELECT tag, message, COUNT(*) AS n, AVG(TIMESTAMPDIFF(SECOND, raised_ts, cleared_ts)) AS mean_s
FROM alarm_events WHERE cleared_ts IS NOT NULL GROUP BY tag, message HAVING COUNT(*) > 20 AND AVG(TIMESTAMPDIFF(SECOND, raised_ts, cleared_ts)) < 600
ORDER BY n DESC, tag, message
# title: standing alarms
SELECT alarm_id, plant_name, asset_id, message, raised_ts, DATEDIFF('2026-07-01', raised_ts) AS days FROM alarm_events WHERE cleared_ts IS NULL ORDER BY raised_ts, alarm_id
# title: twenty most frequent alarms with their share
SELECT message, COUNT(*) AS n, ROUND(100 * COUNT(*) / SUM(COUNT(*)) OVER (), 2) AS pct FROM alarm_events GROUP BY message ORDER BY n DESC, message LIMIT 20
# title: alarm rate per asset and operating hour
SELECT p.asset_id, a.n / NULLIF(p.h, 0) AS per_run_hour
FROM (SELECT asset_id, SUM(run_min) / 60 AS h FROM plant_obt WHERE event_date >= '2026-06-17' GROUP BY asset_id) p
JOIN (SELECT asset_id, COUNT(*) AS n FROM alarm_events WHERE event_date >= '2026-06-17' GROUP BY asset_id) a ON a.asset_id = p.asset_id
ORDER BY per_run_hour DESC NULLS LAST, p.asset_id
# title: changeover times
SELECT line_name, COUNT(*) AS intervals, SUM(down_min) AS minutes, AVG(down_min) AS mean_min FROM plant_obt WHERE downtime_reason = 'Changeover' GROUP BY line_name
# title: orders made in the week with their quantities
SELECT order_no, MIN(product_name) AS product, MIN(event_ts) AS started, MAX(event_ts) AS ended, SUM(good_units) AS good, SUM(scrap_units) AS scrap
FROM plant_obt WHERE order_no IS NOT NULL AND plant_id = 'HAM' AND event_date BETWEEN '2026-06-22' AND '2026-06-28' GROUP BY order_no ORDER BY started, order_no
# title: specific energy by product and line
SELECT product_name, line_name, SUM(energy_kwh) / NULLIF(SUM(good_units), 0) AS kwh_per_unit, SUM(good_units) AS units
FROM plant_obt WHERE product_name IS NOT NULL GROUP BY product_name, line_name HAVING SUM(good_units) > 100
# title: availability per hour of the day as a heat map
SELECT line_name, HOUR(event_ts) AS h, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS a FROM plant_obt WHERE plant_id = 'AUS' GROUP BY line_name, HOUR(event_ts) ORDER BY line_name, h
# title: worst ten intervals of current on running presses
SELECT asset_id, event_ts, motor_current_a FROM plant_obt WHERE asset_class = 'press' AND run_min = 10 AND motor_current_a IS NOT NULL ORDER BY motor_current_a DESC, asset_id, event_ts LIMIT 10
# title: sensors that are stuck
SELECT asset_id, event_date, COUNT(DISTINCT pressure_bar) AS levels, COUNT(pressure_bar) AS n FROM plant_obt WHERE pressure_bar IS NOT NULL GROUP BY asset_id, event_date HAVING COUNT(pressure_bar) > 100 AND COUNT(DISTINCT pressure_bar) < 60
# title: sensors with the worst quality
SELECT asset_id, SUM(CASE WHEN signal_quality = 'BAD' THEN 1 ELSE 0 END) AS bad, COUNT(*) AS n, ROUND(SUM(CASE WHEN signal_quality = 'BAD' THEN 1 ELSE 0 END) / COUNT(*) * 100, 3) AS pct FROM plant_obt GROUP BY asset_id ORDER BY pct DESC, asset_id LIMIT 10
# title: preventive against corrective hours by month
SELECT DATE_FORMAT(opened_ts, '%Y-%m') AS m, SUM(IF(order_type = 'preventive', labour_hours, 0)) AS preventive, SUM(IF(order_type = 'corrective', labour_hours, 0)) AS corrective FROM work_orders GROUP BY m ORDER BY m
# title: bad actors: cost, downtime and count together
SELECT asset_id, asset_name, COUNT(*) AS orders, SUM(downtime_min) AS minutes, SUM(parts_cost_eur) AS eur,
       RANK() OVER (ORDER BY SUM(downtime_min) DESC) + RANK() OVER (ORDER BY SUM(parts_cost_eur) DESC) AS points
FROM work_orders WHERE order_type = 'corrective' GROUP BY asset_id, asset_name ORDER BY points, asset_id LIMIT 10
# title: failure modes that come back
SELECT asset_id, failure_mode, COUNT(*) AS n, MIN(opened_ts) AS first_time, MAX(opened_ts) AS last_time, DATEDIFF(MAX(opened_ts), MIN(opened_ts)) / NULLIF(COUNT(*) - 1, 0) AS mean_days
FROM work_orders WHERE failure_mode IS NOT NULL GROUP BY asset_id, failure_mode HAVING COUNT(*) >= 3 ORDER BY n DESC, asset_id, failure_mode
# title: open work orders and their age
SELECT work_order_no, plant_name, asset_id, order_type, opened_ts, TIMESTAMPDIFF(DAY, opened_ts, '2026-07-01 00:00:00') AS age FROM work_orders WHERE closed_ts IS NULL ORDER BY age DESC, work_order_no
# title: compressor load profile with three states
SELECT asset_id, SUM(power_kw > 60) * 10 AS loaded_min, SUM(power_kw BETWEEN 10 AND 60) * 10 AS part_min, SUM(power_kw < 10) * 10 AS off_min FROM plant_obt WHERE asset_class = 'compressor' GROUP BY asset_id
# title: pumps over the ISO limit, hours by day
SELECT event_date, asset_id, COUNT(*) * 10 / 60 AS hours_over FROM plant_obt WHERE asset_class = 'pump' AND vibration_mm_s > 5.1 AND signal_quality = 'GOOD' GROUP BY event_date, asset_id ORDER BY event_date, asset_id
# title: how long since the vibration first passed the limit
SELECT asset_id, MIN(event_ts) AS first_over, TIMESTAMPDIFF(HOUR, MIN(event_ts), '2026-07-01 00:00:00') AS hours_ago FROM plant_obt WHERE vibration_mm_s > 4.5 AND asset_class IN ('compressor', 'chiller') GROUP BY asset_id
# title: crews compared on the same product
SELECT crew, product_code, SUM(good_units) / NULLIF(SUM(run_min) / 60, 0) AS per_hour, SUM(scrap_units) / NULLIF(SUM(good_units + scrap_units), 0) AS scrap_rate FROM plant_obt WHERE product_code IN ('BR40', 'VB32') GROUP BY crew, product_code ORDER BY product_code, crew
# title: bottleneck of each line
SELECT plant_id, line_name, asset_id, run_share FROM (SELECT plant_id, line_name, asset_id, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS run_share, ROW_NUMBER() OVER (PARTITION BY plant_id, line_name ORDER BY SUM(run_min) / NULLIF(SUM(planned_min), 0), asset_id) AS rn FROM plant_obt WHERE planned_min > 0 GROUP BY plant_id, line_name, asset_id) b WHERE rn = 1
# title: what happened on line 2 in Hamburg on Monday night
SELECT event_ts, asset_id, downtime_reason, down_min FROM plant_obt WHERE plant_name = 'Hamburg' AND line_name = 'Line 2' AND production_date = '2026-06-22' AND shift_name = 'Night' AND down_min > 0 ORDER BY event_ts, asset_id
# title: oven temperature in and out of its band
SELECT asset_id, AVG(temperature_c BETWEEN 175 AND 185) AS in_band, MIN(temperature_c) AS low, MAX(temperature_c) AS high FROM plant_obt WHERE asset_class = 'oven' AND run_min > 0 AND signal_quality <> 'BAD' GROUP BY asset_id
# title: peak load of the plant in any ten minutes
SELECT plant_id, MAX_BY(event_ts_utc, kw) AS at_utc, MAX(kw) AS kw FROM (SELECT plant_id, event_ts_utc, SUM(power_kw) AS kw FROM plant_obt GROUP BY plant_id, event_ts_utc) t GROUP BY plant_id
# title: ten highest load intervals of each plant
SELECT plant_id, event_ts_utc, kw FROM (SELECT plant_id, event_ts_utc, SUM(power_kw) AS kw FROM plant_obt GROUP BY plant_id, event_ts_utc) t QUALIFY ROW_NUMBER() OVER (PARTITION BY plant_id ORDER BY kw DESC, event_ts_utc) <= 10
# title: assets installed before 2015 and their costs
SELECT p.asset_id, p.installed_on, SUM(w.parts_cost_eur) AS eur FROM (SELECT DISTINCT asset_id, installed_on FROM plant_obt WHERE installed_on < '2015-01-01') p LEFT JOIN work_orders w ON w.asset_id = p.asset_id GROUP BY p.asset_id, p.installed_on ORDER BY eur DESC, p.asset_id
# title: manufacturers compared by failures per asset
SELECT m.manufacturer, COUNT(DISTINCT m.asset_id) AS assets, SUM(f.n) AS failures, SUM(f.n) / COUNT(DISTINCT m.asset_id) AS per_asset
FROM (SELECT DISTINCT asset_id, manufacturer FROM plant_obt) m LEFT JOIN (SELECT asset_id, COUNT(*) AS n FROM work_orders WHERE order_type = 'corrective' GROUP BY asset_id) f ON f.asset_id = m.asset_id GROUP BY m.manufacturer
# title: micro stops under ten minutes
SELECT line_name, COUNT(*) AS n, SUM(down_min) AS minutes FROM plant_obt WHERE down_min > 0 AND down_min < 5 GROUP BY line_name ORDER BY n DESC, line_name
# title: data gaps by asset and day
SELECT asset_id, event_date, 144 - COUNT(vibration_mm_s) AS missing FROM plant_obt WHERE asset_class = 'pump' GROUP BY asset_id, event_date HAVING COUNT(vibration_mm_s) < 144
# title: takt against ideal
SELECT asset_id, product_code, SUM(run_min) * 60 / NULLIF(SUM(good_units + scrap_units), 0) AS s_per_unit, SUM(run_min) * 60 / NULLIF(SUM(ideal_units), 0) AS ideal_s FROM plant_obt WHERE product_code IS NOT NULL GROUP BY asset_id, product_code
# title: pressure below the least in consecutive intervals
SELECT asset_id, event_ts FROM (SELECT asset_id, event_ts, pressure_bar, LAG(pressure_bar, 1) OVER (PARTITION BY asset_id ORDER BY event_ts) AS p1, LAG(pressure_bar, 2) OVER (PARTITION BY asset_id ORDER BY event_ts) AS p2 FROM plant_obt WHERE asset_class = 'pump') x WHERE pressure_bar < 3 AND p1 < 3 AND p2 < 3
# title: acknowledged late by priority against targets
SELECT priority, SUM(CASE WHEN TIMESTAMPDIFF(SECOND, raised_ts, acknowledged_ts) > CASE priority WHEN 'high' THEN 180 WHEN 'medium' THEN 600 ELSE 1800 END THEN 1 ELSE 0 END) AS late, COUNT(*) AS n FROM alarm_events WHERE acknowledged_ts IS NOT NULL GROUP BY priority
# title: yield by product family since the start of June
SELECT product_family, event_date, SUM(good_units) / NULLIF(SUM(good_units) + SUM(scrap_units), 0) AS fpy FROM plant_obt WHERE event_date >= '2026-06-01' AND product_family IS NOT NULL GROUP BY product_family, event_date ORDER BY product_family, event_date
