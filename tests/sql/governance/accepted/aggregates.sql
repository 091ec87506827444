# title: rows in the table
SELECT COUNT(*) FROM plant_obt
# title: OEE over everything
SELECT
    SUM(run_min) / NULLIF(SUM(planned_min), 0) AS availability,
    SUM(good_units + scrap_units) / NULLIF(SUM(ideal_units), 0) AS performance,
    SUM(good_units) / NULLIF(SUM(good_units + scrap_units), 0) AS quality
FROM plant_obt
WHERE event_date BETWEEN '2026-06-22' AND '2026-06-28'
# title: scrap rate by line, highest first
SELECT plant_name, line_name, SUM(scrap_units) AS scrap, SUM(good_units + scrap_units) AS total,
       ROUND(100.0 * SUM(scrap_units) / NULLIF(SUM(good_units + scrap_units), 0), 2) AS scrap_pct
FROM plant_obt
GROUP BY plant_name, line_name
ORDER BY scrap_pct DESC, plant_name, line_name
# title: mean, least, greatest and spread of vibration by pump
SELECT asset_id, AVG(vibration_mm_s) AS mean_v, MIN(vibration_mm_s) AS min_v, MAX(vibration_mm_s) AS max_v,
       STDDEV_SAMP(vibration_mm_s) AS sd
FROM plant_obt
WHERE asset_class = 'pump' AND signal_quality = 'GOOD'
GROUP BY asset_id
ORDER BY asset_id
# title: distinct assets and products by line
SELECT line_name, COUNT(DISTINCT asset_id) AS assets, COUNT(DISTINCT product_code) AS products, COUNT(*) AS n
FROM plant_obt
GROUP BY line_name
# title: count of pairs
SELECT COUNT(DISTINCT plant_id, line_name) AS lines, COUNT(DISTINCT plant_id, area_name, line_name) AS areas FROM plant_obt
# title: downtime by reason with its share of all downtime
SELECT downtime_reason, SUM(down_min) AS minutes,
       SUM(down_min) / (SELECT SUM(down_min) FROM plant_obt) AS share
FROM plant_obt
WHERE downtime_reason IS NOT NULL
GROUP BY downtime_reason
ORDER BY minutes DESC, downtime_reason
# title: only lines that lost more than 10 hours
SELECT plant_id, line_name, SUM(down_min) / 60 AS down_h
FROM plant_obt
GROUP BY plant_id, line_name
HAVING SUM(down_min) / 60 > 10
ORDER BY down_h DESC, plant_id, line_name
# title: having with two aliases
SELECT asset_id, COUNT(*) AS alarms, COUNT(DISTINCT tag) AS tags
FROM alarm_events
GROUP BY asset_id
HAVING alarms > 50 AND tags >= 3
# title: having without group by
SELECT SUM(parts_cost_eur) AS spent FROM work_orders HAVING SUM(parts_cost_eur) > 1000
# title: share of missing values per sensor
SELECT asset_class,
       COUNT(*) AS n,
       1 - COUNT(vibration_mm_s) / COUNT(*) AS vib_missing,
       1 - COUNT(pressure_bar) / COUNT(*) AS pressure_missing,
       1 - COUNT(flow_m3_h) / COUNT(*) AS flow_missing
FROM plant_obt
GROUP BY asset_class
ORDER BY asset_class
# title: medians and tails of power
SELECT asset_class, PERCENTILE_CONT(power_kw, 0.5) AS median_kw, PERCENTILE_CONT(power_kw, 0.95) AS p95_kw
FROM plant_obt
WHERE run_min > 0
GROUP BY asset_class
# title: approximate percentile of alarm durations
SELECT priority, PERCENTILE_APPROX(TIMESTAMPDIFF(SECOND, raised_ts, cleared_ts), 0.9) AS p90_s
FROM alarm_events
WHERE cleared_ts IS NOT NULL
GROUP BY priority
# title: discrete percentile of labour hours
SELECT order_type, PERCENTILE_DISC(labour_hours, 0.75) AS p75 FROM work_orders GROUP BY order_type
# title: correlation of temperature and current by class
SELECT asset_class, CORR(temperature_c, motor_current_a) AS r, COVAR_POP(temperature_c, motor_current_a) AS cp, COVAR_SAMP(temperature_c, motor_current_a) AS cs, COUNT(*) AS n
FROM plant_obt
WHERE signal_quality = 'GOOD' AND motor_current_a > 0
GROUP BY asset_class
HAVING COUNT(*) > 100
# title: coefficient of variation
SELECT asset_id, STDDEV(pressure_bar) / NULLIF(AVG(pressure_bar), 0) AS cv
FROM plant_obt
WHERE asset_class IN ('pump', 'compressor')
GROUP BY asset_id
ORDER BY 2 DESC, 1
LIMIT 5
# title: population and sample variances
SELECT line_name, VARIANCE(power_kw) AS a, VAR_POP(power_kw) AS b, VAR_SAMP(power_kw) AS c, STDDEV_POP(power_kw) AS d
FROM plant_obt GROUP BY line_name
# title: latest reading per asset with MAX_BY
SELECT asset_id, MAX(event_ts) AS at, MAX_BY(temperature_c, event_ts) AS temperature, MAX_BY(signal_quality, event_ts) AS quality
FROM plant_obt
GROUP BY asset_id
ORDER BY asset_id
# title: when the vibration was highest
SELECT asset_id, MAX(vibration_mm_s) AS peak, MIN_BY(event_ts, -vibration_mm_s) AS peak_at
FROM plant_obt
WHERE asset_id IN ('PMP-01', 'PMP-03') AND vibration_mm_s IS NOT NULL
GROUP BY asset_id
# title: which failure modes an asset has had, as one text
SELECT asset_id, GROUP_CONCAT(DISTINCT failure_mode ORDER BY failure_mode SEPARATOR ', ') AS modes
FROM work_orders
WHERE failure_mode IS NOT NULL
GROUP BY asset_id
# title: sum of a condition
SELECT line_name, SUM(run_min = 0 AND planned_min > 0) AS stopped, AVG(signal_quality = 'GOOD') AS good_share
FROM plant_obt
GROUP BY line_name
# title: conditional counts four ways
SELECT
    COUNT(CASE WHEN priority = 'high' THEN 1 END) AS a,
    SUM(CASE WHEN priority = 'high' THEN 1 ELSE 0 END) AS b,
    COUNT(IF(priority = 'high', 1, NULL)) AS c,
    COUNT_IF(priority = 'high') AS d
FROM alarm_events
# title: energy per good unit and family
SELECT product_family, SUM(energy_kwh) / NULLIF(SUM(good_units), 0) AS kwh_per_unit
FROM plant_obt
WHERE product_family IS NOT NULL
GROUP BY product_family
# title: distinct sum
SELECT SUM(DISTINCT limit_value) AS limits, COUNT(DISTINCT limit_value) AS n FROM alarm_events
# title: any value of a dependent column
SELECT asset_id, ANY_VALUE(asset_name) AS asset_name, ANY_VALUE(manufacturer) AS manufacturer, SUM(down_min) AS down_min
FROM plant_obt
GROUP BY asset_id
# title: roughly how many orders
SELECT plant_id, APPROX_COUNT_DISTINCT(order_no) AS orders FROM plant_obt GROUP BY plant_id
# title: roughly how many orders, the short name
SELECT plant_id, NDV(order_no) AS orders FROM plant_obt GROUP BY plant_id
# title: spread of dates
SELECT MIN(event_date) AS first_day, MAX(event_date) AS last_day, DATEDIFF(MAX(event_date), MIN(event_date)) + 1 AS days, COUNT(DISTINCT event_date) AS with_data
FROM plant_obt
# title: aggregates over texts
SELECT MIN(asset_name) AS a, MAX(asset_name) AS b, COUNT(DISTINCT UPPER(asset_class)) AS c FROM plant_obt
# title: count of a constant and of a nullable column
SELECT COUNT(1) AS n, COUNT(product_code) AS producing, COUNT(1) - COUNT(product_code) AS idle FROM plant_obt
# title: weighted mean
SELECT asset_id, SUM(temperature_c * run_min) / NULLIF(SUM(run_min), 0) AS weighted_temp
FROM plant_obt
WHERE temperature_c IS NOT NULL
GROUP BY asset_id
# title: group by a country and a class that nobody selects
SELECT AVG(power_kw) AS kw FROM plant_obt GROUP BY country, asset_class ORDER BY kw
# title: MTTR by class
SELECT asset_class, COUNT(*) AS repairs, SUM(downtime_min) / 60 / NULLIF(COUNT(*), 0) AS mttr_h
FROM work_orders
WHERE order_type = 'corrective'
GROUP BY asset_class
ORDER BY mttr_h DESC
# title: ratio of two conditional sums
SELECT plant_name,
       SUM(IF(order_type = 'preventive', labour_hours, 0)) / NULLIF(SUM(IF(order_type = 'corrective', labour_hours, 0)), 0) AS preventive_to_corrective
FROM work_orders
GROUP BY plant_name
# title: mode by maximum count
SELECT MAX_BY(downtime_reason, n) AS most_frequent, MAX(n) AS times
FROM (SELECT downtime_reason, COUNT(*) AS n FROM plant_obt WHERE downtime_reason IS NOT NULL GROUP BY downtime_reason) t
# title: list of lines as a text
SELECT plant_id, ARRAY_JOIN(ARRAY_AGG(DISTINCT line_name ORDER BY line_name), ', ') AS line_list, ARRAY_LENGTH(ARRAY_AGG(DISTINCT line_name)) AS n FROM plant_obt GROUP BY plant_id
# title: group by an expression
SELECT vibration_mm_s > 4.5 AS over_limit, COUNT(*) AS n
FROM plant_obt
WHERE asset_class = 'compressor'
GROUP BY vibration_mm_s > 4.5
# title: ratio multiplied out
SELECT line_name,
       (SUM(run_min) / NULLIF(SUM(planned_min), 0))
     * (SUM(good_units + scrap_units) / NULLIF(SUM(ideal_units), 0))
     * (SUM(good_units) / NULLIF(SUM(good_units + scrap_units), 0)) AS oee
FROM plant_obt
WHERE plant_id = 'HAM'
GROUP BY line_name
ORDER BY oee DESC NULLS LAST
# title: three sigma limits
SELECT asset_id, AVG(pressure_bar) - 3 * STDDEV(pressure_bar) AS lcl, AVG(pressure_bar) AS cl, AVG(pressure_bar) + 3 * STDDEV(pressure_bar) AS ucl
FROM plant_obt
WHERE pressure_bar IS NOT NULL AND signal_quality = 'GOOD'
GROUP BY asset_id
# title: all with no from
SELECT 24 * 60 / 10 AS intervals_a_day
# title: aggregate with an order by not selected
SELECT asset_class FROM plant_obt GROUP BY asset_class ORDER BY SUM(energy_kwh) DESC
# title: count of alarms that nobody acknowledged
SELECT plant_name, COUNT(*) AS n, SUM(acknowledged_ts IS NULL) AS open_n, SUM(acknowledged_ts IS NULL) / COUNT(*) AS share
FROM alarm_events GROUP BY plant_name ORDER BY share DESC
# title: mean of a date difference
SELECT order_type, AVG(DATEDIFF(closed_ts, opened_ts)) AS days_open, MAX(HOURS_DIFF(closed_ts, opened_ts)) AS longest_h
FROM work_orders WHERE closed_ts IS NOT NULL GROUP BY order_type
# title: geometric mean by logarithms
SELECT asset_class, EXP(AVG(LN(vibration_mm_s))) AS geometric_mean
FROM plant_obt
WHERE vibration_mm_s > 0
GROUP BY asset_class
# title: negative having with between and in
SELECT asset_id, AVG(temperature_c) AS t
FROM plant_obt
GROUP BY asset_id
HAVING AVG(temperature_c) NOT BETWEEN 20 AND 60 AND COUNT(DISTINCT event_date) IN (14, 16, 18, 20)
