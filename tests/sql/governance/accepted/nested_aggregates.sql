# title: mean of daily sums
SELECT plant_id, AVG(day_units) AS mean_day FROM (SELECT plant_id, event_date, SUM(good_units) AS day_units FROM plant_obt GROUP BY plant_id, event_date) d GROUP BY plant_id
# title: best and worst hour of each line
SELECT line_name, MAX(u) AS best, MIN(u) AS worst, AVG(u) AS mean_hour
FROM (SELECT line_name, DATE_TRUNC('hour', event_ts) AS h, SUM(good_units) AS u FROM plant_obt WHERE plant_id = 'HAM' GROUP BY line_name, DATE_TRUNC('hour', event_ts)) x
GROUP BY line_name
# title: spread of daily OEE
SELECT line_name, STDDEV(oee) AS sd, MIN(oee) AS low, MAX(oee) AS high
FROM (
    SELECT line_name, event_date,
           SUM(run_min) / NULLIF(SUM(planned_min), 0) * SUM(good_units) / NULLIF(SUM(ideal_units), 0) AS oee
    FROM plant_obt
    GROUP BY line_name, event_date
) daily
GROUP BY line_name
# title: distribution of counts
SELECT orders, COUNT(*) AS assets FROM (SELECT asset_id, COUNT(*) AS orders FROM work_orders GROUP BY asset_id) n GROUP BY orders ORDER BY orders
# title: three deep
SELECT MAX(mean_day) AS top_mean
FROM (
    SELECT line_name, AVG(day_sum) AS mean_day
    FROM (
        SELECT line_name, event_date, SUM(hour_sum) AS day_sum
        FROM (
            SELECT line_name, event_date, HOUR(event_ts) AS h, SUM(energy_kwh) AS hour_sum
            FROM plant_obt
            GROUP BY line_name, event_date, HOUR(event_ts)
        ) per_hour
        GROUP BY line_name, event_date
    ) per_day
    GROUP BY line_name
) per_line
# title: days above their own mean
SELECT COUNT(*) AS days_above
FROM (SELECT event_date, SUM(good_units) AS u FROM plant_obt GROUP BY event_date) d
WHERE u > (SELECT AVG(u) FROM (SELECT event_date, SUM(good_units) AS u FROM plant_obt GROUP BY event_date) e)
# title: ratio of ratios
SELECT plant_id, MAX(rate) / NULLIF(MIN(rate), 0) AS range_factor
FROM (SELECT plant_id, line_name, SUM(scrap_units) / NULLIF(SUM(good_units + scrap_units), 0) AS rate FROM plant_obt GROUP BY plant_id, line_name) r
GROUP BY plant_id
# title: percentile of daily maxima
SELECT asset_id, PERCENTILE_CONT(peak, 0.9) AS p90_peak
FROM (SELECT asset_id, event_date, MAX(power_kw) AS peak FROM plant_obt GROUP BY asset_id, event_date) m
GROUP BY asset_id ORDER BY p90_peak DESC LIMIT 8
# title: sum of distinct maxima
SELECT SUM(nameplate) AS total_kw FROM (SELECT asset_id, MAX(power_kw) AS nameplate FROM plant_obt WHERE signal_quality = 'GOOD' GROUP BY asset_id) n
# title: group of groups by band
SELECT CASE WHEN alarms < 100 THEN 'quiet' ELSE 'noisy' END AS band, COUNT(*) AS assets, SUM(alarms) AS alarms
FROM (SELECT asset_id, COUNT(*) AS alarms FROM alarm_events GROUP BY asset_id) a
GROUP BY band
# title: top line of each plant by mean of daily yields
SELECT plant_id, MAX_BY(line_name, y) AS best_line, MAX(y) AS y
FROM (
    SELECT plant_id, line_name, AVG(q) AS y
    FROM (SELECT plant_id, line_name, event_date, SUM(good_units) / NULLIF(SUM(good_units + scrap_units), 0) AS q FROM plant_obt GROUP BY plant_id, line_name, event_date) d
    GROUP BY plant_id, line_name
) l
GROUP BY plant_id
# title: mean number of alarms in hours that have any
SELECT AVG(n) AS per_busy_hour, MAX(n) AS top_hour FROM (SELECT COUNT(*) AS n FROM alarm_events GROUP BY plant_id, DATE_FORMAT(raised_ts, '%Y-%m-%d %H')) h
# title: aggregates of a windowed query
SELECT asset_id, AVG(jump) AS mean_jump, MAX(jump) AS max_jump
FROM (SELECT asset_id, ABS(temperature_c - LAG(temperature_c) OVER (PARTITION BY asset_id ORDER BY event_ts)) AS jump FROM plant_obt WHERE event_date >= '2026-06-28') j
GROUP BY asset_id
HAVING MAX(jump) > 1
# title: count of groups
SELECT COUNT(*) AS combinations FROM (SELECT product_code, asset_id FROM plant_obt WHERE product_code IS NOT NULL GROUP BY product_code, asset_id) g
# title: count of distinct rows
SELECT COUNT(*) AS n FROM (SELECT DISTINCT plant_id, crew, shift_name FROM plant_obt) d
# title: running maximum of daily sums
SELECT event_date, u, MAX(u) OVER (ORDER BY event_date) AS record FROM (SELECT event_date, SUM(good_units) AS u FROM plant_obt GROUP BY event_date) d ORDER BY event_date
# title: variation between crews against within
SELECT STDDEV(m) AS between_crews, AVG(s) AS within_crews FROM (SELECT crew, AVG(u) AS m, STDDEV(u) AS s FROM (SELECT crew, production_date, shift_name, SUM(good_units) AS u FROM plant_obt GROUP BY crew, production_date, shift_name) x GROUP BY crew) y
# title: share of assets that stand out
SELECT SUM(IF(d > 600, 1, 0)) / COUNT(*) AS share_over_ten_hours FROM (SELECT asset_id, SUM(down_min) AS d FROM plant_obt GROUP BY asset_id) t
