# title: roundings
SELECT asset_id, ROUND(AVG(temperature_c), 2) AS a, ROUND(AVG(temperature_c)) AS b, FLOOR(AVG(temperature_c)) AS c, CEIL(AVG(temperature_c)) AS d, CEILING(AVG(temperature_c)) AS e, TRUNCATE(AVG(temperature_c), 1) AS f FROM plant_obt GROUP BY asset_id
# title: histogram of power
SELECT FLOOR(power_kw / 10) * 10 AS bin, COUNT(*) AS n FROM plant_obt WHERE power_kw IS NOT NULL GROUP BY FLOOR(power_kw / 10) * 10 ORDER BY bin
# title: histogram by integer division
SELECT CAST(vibration_mm_s AS INT) DIV 2 AS bin, COUNT(*) AS n FROM plant_obt WHERE vibration_mm_s IS NOT NULL GROUP BY bin
# title: histogram with open ends
SELECT LEAST(GREATEST(FLOOR(speed_rpm / 500), 0), 8) AS bin, COUNT(*) AS n FROM plant_obt WHERE speed_rpm > 0 GROUP BY bin ORDER BY bin
# title: logarithmic bins
SELECT FLOOR(LOG10(parts_cost_eur)) AS magnitude, COUNT(*) AS n FROM work_orders WHERE parts_cost_eur > 0 GROUP BY 1 ORDER BY 1
# title: remainders
SELECT MOD(HOUR(event_ts), 2) AS parity, good_units % 2 AS odd, COUNT(*) AS n FROM plant_obt GROUP BY parity, odd
# title: powers and roots
SELECT asset_id, SQRT(AVG(POWER(vibration_mm_s, 2))) AS rms, POW(MAX(vibration_mm_s), 2) AS sq FROM plant_obt WHERE vibration_mm_s IS NOT NULL GROUP BY asset_id
# title: logarithms of every kind
SELECT plant_id, LN(SUM(energy_kwh)) AS a, LOG(10, SUM(energy_kwh)) AS b, LOG2(SUM(energy_kwh)) AS c, LOG10(SUM(energy_kwh)) AS d, EXP(1) AS e FROM plant_obt GROUP BY plant_id
# title: absolute difference and sign
SELECT alarm_id, ABS(alarm_value - limit_value) AS off_by, SIGN(alarm_value - limit_value) AS direction FROM alarm_events WHERE alarm_value IS NOT NULL AND event_date = '2026-06-30'
# title: percentage with one decimal
SELECT line_name, CONCAT(ROUND(100 * SUM(run_min) / NULLIF(SUM(planned_min), 0), 1), ' %') AS pct FROM plant_obt GROUP BY line_name
# title: division of integers is not integer
SELECT SUM(scrap_units) / SUM(good_units) AS ratio, COUNT(*) / 7 AS per_seven FROM plant_obt
# title: decimal cast of money
SELECT asset_class, CAST(SUM(parts_cost_eur) AS DECIMAL(12, 2)) AS eur FROM work_orders GROUP BY asset_class
# title: casts between numbers
SELECT DISTINCT CAST(labour_hours AS INT) AS a, CAST(labour_hours AS BIGINT) AS b, CAST(labour_hours AS DOUBLE) AS c, CAST(labour_hours AS VARCHAR) AS d FROM work_orders
# title: scientific and decimal literals
SELECT COUNT(*) AS n FROM plant_obt WHERE energy_kwh > 1.5e0 AND power_kw < 1E3 AND vibration_mm_s > .5
# title: negative numbers and signs
SELECT -MAX(temperature_c) AS a, +MIN(temperature_c) AS b, 0 - AVG(temperature_c) AS c FROM plant_obt
# title: unit conversions
SELECT asset_id, AVG(temperature_c) * 9 / 5 + 32 AS fahrenheit, AVG(pressure_bar) * 14.5038 AS psi, SUM(energy_kwh) * 3.6 AS megajoule FROM plant_obt GROUP BY asset_id
# title: cost of energy with a tariff by hour
SELECT plant_id, SUM(energy_kwh * CASE WHEN HOUR(event_ts) BETWEEN 6 AND 21 THEN 0.24 ELSE 0.16 END) AS eur FROM plant_obt GROUP BY plant_id
# title: carbon of the energy
SELECT plant_id, SUM(energy_kwh) * 0.38 / 1000 AS t_co2 FROM plant_obt GROUP BY plant_id
# title: power from energy over ten minutes
SELECT asset_id, MAX(ABS(energy_kwh * 6 - power_kw)) AS worst FROM plant_obt WHERE power_kw IS NOT NULL GROUP BY asset_id
# title: linear trend by sums
SELECT asset_id,
       (COUNT(*) * SUM(x * y) - SUM(x) * SUM(y)) / NULLIF(COUNT(*) * SUM(x * x) - SUM(x) * SUM(x), 0) AS slope
FROM (SELECT asset_id, DATEDIFF(event_date, '2026-06-01') AS x, AVG(vibration_mm_s) AS y FROM plant_obt WHERE vibration_mm_s IS NOT NULL GROUP BY asset_id, event_date) d
GROUP BY asset_id
# title: trend by covariance
SELECT asset_id, COVAR_POP(vibration_mm_s, HOUR(event_ts)) / NULLIF(VAR_POP(HOUR(event_ts)), 0) AS slope FROM plant_obt WHERE vibration_mm_s IS NOT NULL GROUP BY asset_id
# title: mean absolute deviation
SELECT AVG(ABS(power_kw - m)) AS mad FROM (SELECT power_kw, AVG(power_kw) OVER () AS m FROM plant_obt WHERE asset_class = 'oven' AND power_kw IS NOT NULL) d
# title: number of bits and comparisons chained
SELECT COUNT(*) AS n FROM plant_obt WHERE (good_units > 0) = (run_min > 0) AND good_units >= 0 AND scrap_units != 7 AND NOT good_units < 0
# title: between with expressions
SELECT COUNT(*) AS n FROM alarm_events WHERE alarm_value BETWEEN limit_value * 0.9 AND limit_value * 1.1
# title: arithmetic in order by and limit
SELECT asset_id, SUM(planned_min) - SUM(run_min) AS lost FROM plant_obt GROUP BY asset_id ORDER BY SUM(planned_min) - SUM(run_min) DESC, asset_id LIMIT 3
# title: rate per thousand with coalesce
SELECT product_code, COALESCE(1000 * SUM(scrap_units) / NULLIF(SUM(good_units), 0), 0) AS per_thousand FROM plant_obt WHERE product_code IS NOT NULL GROUP BY product_code
# title: angles
SELECT ROUND(SIN(2 * PI() * HOUR(event_ts) / 24), 6) AS s, ROUND(COS(2 * PI() * HOUR(event_ts) / 24), 6) AS c, AVG(power_kw) AS kw FROM plant_obt GROUP BY 1, 2
# title: degrees and radians
SELECT DEGREES(PI()) AS a, ROUND(RADIANS(180), 8) AS b
# title: greatest and least of three columns
SELECT event_ts, GREATEST(temperature_c, pressure_bar, vibration_mm_s) AS top_value, LEAST(temperature_c, pressure_bar, vibration_mm_s) AS low_value FROM plant_obt WHERE asset_id = 'PMP-01' AND event_date = '2026-06-30'
# title: null-safe comparison of numbers
SELECT COUNT(*) AS n FROM plant_obt WHERE pressure_bar <=> flow_m3_h
# title: truncated to steps of five minutes
SELECT ROUND(downtime_min / 5) * 5 AS step, COUNT(*) AS n FROM work_orders GROUP BY step ORDER BY step
