# title: pivot of downtime minutes by shift
SELECT line_name,
       SUM(CASE WHEN shift_name = 'Early' THEN down_min ELSE 0 END) AS early,
       SUM(CASE WHEN shift_name = 'Late' THEN down_min ELSE 0 END) AS late,
       SUM(CASE WHEN shift_name = 'Night' THEN down_min ELSE 0 END) AS night
FROM plant_obt
GROUP BY line_name
ORDER BY line_name
# title: pivot by IF
SELECT asset_class, SUM(IF(plant_id = 'HAM', energy_kwh, 0)) AS ham, SUM(IF(plant_id = 'AUS', energy_kwh, 0)) AS aus, SUM(IF(plant_id = 'HPH', energy_kwh, 0)) AS hph
FROM plant_obt GROUP BY asset_class
# title: bands of vibration by ISO zone
SELECT CASE
           WHEN vibration_mm_s < 1.8 THEN 'A'
           WHEN vibration_mm_s < 4.5 THEN 'B'
           WHEN vibration_mm_s < 7.1 THEN 'C'
           WHEN vibration_mm_s IS NULL THEN 'no value'
           ELSE 'D'
       END AS zone, COUNT(*) AS n
FROM plant_obt
WHERE asset_class IN ('compressor', 'chiller')
GROUP BY 1
ORDER BY 1
# title: order of shifts by CASE
SELECT shift_name, COUNT(*) AS alarms FROM alarm_events GROUP BY shift_name
ORDER BY CASE shift_name WHEN 'Early' THEN 1 WHEN 'Late' THEN 2 WHEN 'Night' THEN 3 END
# title: nested CASE
SELECT asset_id, CASE WHEN criticality = 'A' THEN CASE WHEN SUM(down_min) > 300 THEN 'act' ELSE 'watch' END ELSE 'fine' END AS status
FROM plant_obt GROUP BY asset_id, criticality
# title: CASE over aggregates
SELECT plant_id, line_name,
       CASE WHEN SUM(planned_min) = 0 THEN NULL WHEN SUM(run_min) / SUM(planned_min) >= 0.9 THEN 'green' WHEN SUM(run_min) / SUM(planned_min) >= 0.75 THEN 'amber' ELSE 'red' END AS light
FROM plant_obt GROUP BY plant_id, line_name
# title: CASE with a compound condition in WHERE
SELECT COUNT(*) AS n FROM alarm_events WHERE CASE WHEN priority = 'high' THEN TIMESTAMPDIFF(MINUTE, raised_ts, acknowledged_ts) > 5 ELSE TIMESTAMPDIFF(MINUTE, raised_ts, acknowledged_ts) > 30 END
# title: weekday against weekend
SELECT CASE WHEN DAYOFWEEK(event_date) IN (1, 7) THEN 'weekend' ELSE 'weekday' END AS kind, SUM(good_units) AS good, SUM(energy_kwh) AS kwh
FROM plant_obt GROUP BY kind
# title: IF in IF
SELECT asset_id, IF(COUNT(*) > 500, 'many', IF(COUNT(*) > 200, 'some', 'few')) AS c FROM alarm_events GROUP BY asset_id
# title: group by CASE without an alias
SELECT COUNT(*) AS n FROM work_orders GROUP BY CASE WHEN parts_cost_eur > 1000 THEN 1 ELSE 0 END
# title: cost classes with counts and shares
SELECT cost_class, COUNT(*) AS n, SUM(parts_cost_eur) AS eur
FROM (SELECT parts_cost_eur, CASE WHEN parts_cost_eur = 0 THEN '0' WHEN parts_cost_eur <= 100 THEN '1-100' WHEN parts_cost_eur <= 1000 THEN '101-1000' ELSE '> 1000' END AS cost_class FROM work_orders) w
GROUP BY cost_class
# title: matrix of priority by shift with totals
SELECT priority,
       COUNT(CASE WHEN shift_name = 'Early' THEN alarm_id END) AS `Early`,
       COUNT(CASE WHEN shift_name = 'Late' THEN alarm_id END) AS `Late`,
       COUNT(CASE WHEN shift_name = 'Night' THEN alarm_id END) AS `Night`,
       COUNT(*) AS `Total`
FROM alarm_events GROUP BY priority
# title: distinct count within CASE
SELECT line_name, COUNT(DISTINCT CASE WHEN down_min > 0 THEN asset_id END) AS stopped_assets FROM plant_obt WHERE event_date = '2026-06-30' GROUP BY line_name
# title: mean only of running intervals
SELECT asset_id, AVG(CASE WHEN run_min = 10 AND signal_quality = 'GOOD' THEN power_kw END) AS kw_running, AVG(CASE WHEN run_min = 0 THEN power_kw END) AS kw_idle FROM plant_obt GROUP BY asset_id
# title: planned and unplanned
SELECT plant_name,
       SUM(CASE WHEN downtime_reason IN ('Planned maintenance', 'Changeover', 'Cleaning', 'Tool change') THEN down_min ELSE 0 END) AS planned,
       SUM(CASE WHEN downtime_reason NOT IN ('Planned maintenance', 'Changeover', 'Cleaning', 'Tool change') THEN down_min ELSE 0 END) AS unplanned
FROM plant_obt GROUP BY plant_name
# title: null tests in CASE
SELECT CASE WHEN closed_ts IS NULL THEN 'open' ELSE 'closed' END AS state, COUNT(*) AS n FROM work_orders GROUP BY state
# title: CASE with LIKE and BETWEEN
SELECT CASE WHEN message LIKE '%temperature%' THEN 'heat' WHEN message LIKE '%pressure%' OR message LIKE '%flow%' THEN 'process' WHEN limit_value BETWEEN 0 AND 1 THEN 'small' ELSE 'other' END AS grp, COUNT(*) AS n
FROM alarm_events GROUP BY grp ORDER BY n DESC
# title: comparison of dates in CASE
SELECT SUM(CASE WHEN event_ts >= '2026-06-22 06:00:00' AND event_ts < '2026-06-23 06:00:00' THEN good_units ELSE 0 END) AS day_1,
       SUM(CASE WHEN event_ts >= '2026-06-23 06:00:00' AND event_ts < '2026-06-24 06:00:00' THEN good_units ELSE 0 END) AS day_2
FROM plant_obt
# title: coalesce of CASE
SELECT asset_id, COALESCE(MAX(CASE WHEN order_type = 'corrective' THEN failure_mode END), 'none') AS some_mode FROM work_orders GROUP BY asset_id
# title: nullif and ifnull
SELECT line_name, IFNULL(SUM(scrap_units) / NULLIF(SUM(good_units), 0), 0) AS ratio FROM plant_obt GROUP BY line_name
# title: first non-null of three
SELECT alarm_id, COALESCE(cleared_ts, acknowledged_ts, raised_ts) AS last_seen FROM alarm_events WHERE event_date = '2026-06-30'
# title: nested null handling
SELECT NVL(NULLIF(scrap_reason, 'Setup'), 'n/a') AS reason, SUM(scrap_units) AS units FROM plant_obt GROUP BY NVL(NULLIF(scrap_reason, 'Setup'), 'n/a')
# title: boolean results
SELECT asset_id, MAX(vibration_mm_s) > 7.1 AS over_limit, MAX(vibration_mm_s) > 7.1 OR MAX(temperature_c) > 90 AS alert FROM plant_obt GROUP BY asset_id
