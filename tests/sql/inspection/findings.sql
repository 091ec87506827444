# title: a column that is not grouped
# finds: not_grouped
SELECT plant_name, asset_id, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date >= '2026-06-22' AND event_date < '2026-06-23' GROUP BY asset_id
# title: a column beside an aggregate, and no groups
# finds: not_grouped
SELECT asset_id, MAX(down_min) AS d FROM plant_obt WHERE event_date = '2026-06-22'
# title: grouped by position, by alias, and as a part of what is grouped
SELECT asset_id, DATE_TRUNC('month', event_date) AS m, YEAR(event_date) + 1 AS y, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date >= '2026-06-22' AND event_date < '2026-06-23' GROUP BY 1, m, YEAR(event_date)
# title: a rollup and a window over groups
SELECT plant_name, line_name, SUM(energy_kwh) AS e, SUM(SUM(energy_kwh)) OVER (PARTITION BY plant_name) AS p FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY ROLLUP (plant_name, line_name)
# title: having about rows
# finds: having_without_aggregate
SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id HAVING asset_id LIKE 'PMP%' AND SUM(energy_kwh) > 1
# title: having about rows through an alias
# finds: having_without_aggregate
SELECT asset_id AS a, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' OR event_date = '2026-06-23' GROUP BY asset_id HAVING a LIKE 'PMP%'
# title: having about groups
SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id HAVING COUNT(*) > 3 AND e > 1
# title: having about a key of subtotals
SELECT plant_name, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY ROLLUP (plant_name) HAVING plant_name IS NULL
# title: a sum over rows that a join repeats
# finds: fan_out
SELECT r.asset_id, SUM(r.down_min) AS d FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND r.event_date < '2026-07-01' AND w.event_date >= '2026-06-01' AND w.event_date < '2026-07-01' GROUP BY r.asset_id
# title: counts on both sides of a join
# finds: fan_out
SELECT a.asset_id, COUNT(*) AS n FROM alarm_events a JOIN work_orders w ON a.asset_id = w.asset_id AND a.event_date = w.event_date WHERE a.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01' GROUP BY a.asset_id
# title: each side grouped by the keys of the join
SELECT r.asset_id, r.d, w.n FROM (SELECT asset_id, SUM(down_min) AS d FROM plant_obt WHERE event_date >= '2026-06-01' AND event_date < '2026-07-01' GROUP BY asset_id) r JOIN (SELECT asset_id, COUNT(*) AS n FROM work_orders WHERE event_date >= '2026-06-01' GROUP BY asset_id) w ON r.asset_id = w.asset_id
# title: different numbers counted over a join
SELECT a.asset_id, COUNT(DISTINCT w.work_order_no) AS n, MAX(w.labour_hours) AS h FROM alarm_events a JOIN work_orders w ON a.asset_id = w.asset_id AND a.event_date = w.event_date WHERE a.event_date >= '2026-06-01' AND w.event_date >= '2026-06-01' GROUP BY a.asset_id
# title: a lookup of the newest row of each
SELECT r.asset_id, SUM(r.down_min) AS d FROM plant_obt r JOIN (SELECT asset_id, failure_mode, ROW_NUMBER() OVER (PARTITION BY asset_id ORDER BY opened_ts DESC) AS n FROM work_orders WHERE event_date >= '2026-06-01') w ON r.asset_id = w.asset_id AND w.n = 1 WHERE r.event_date >= '2026-06-01' GROUP BY r.asset_id
# title: a condition in where that undoes a left join
# finds: outer_join_undone
SELECT r.asset_id, r.event_date, w.work_order_no FROM (SELECT asset_id, event_date FROM plant_obt WHERE event_date >= '2026-06-01' AND event_date < '2026-07-01' GROUP BY asset_id, event_date) r LEFT JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE w.order_type = 'corrective'
# title: a left join asked for its misses
SELECT r.asset_id, r.event_date FROM (SELECT asset_id, event_date FROM plant_obt WHERE event_date >= '2026-06-01' AND event_date < '2026-07-01' GROUP BY asset_id, event_date) r LEFT JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE w.work_order_no IS NULL OR w.order_type = 'corrective'
# title: not in over reasons that may be missing
# finds: not_in_nulls
SELECT DISTINCT failure_mode FROM work_orders WHERE event_date >= '2026-06-01' AND failure_mode NOT IN (SELECT w.failure_mode FROM work_orders w WHERE w.event_date < '2026-06-01' AND w.event_date >= '2026-05-01')
# title: not in over what every row has, and over what is not NULL
SELECT DISTINCT asset_id FROM plant_obt WHERE event_date = '2026-06-22' AND asset_id NOT IN (SELECT asset_id FROM work_orders WHERE event_date >= '2026-06-01') AND downtime_reason NOT IN (SELECT failure_mode FROM work_orders WHERE event_date >= '2026-06-01' AND failure_mode IS NOT NULL)
# title: a mean over readings of any grade
# finds: ungraded_readings
SELECT asset_id, AVG(vibration_mm_s) AS v FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
# title: a mean over readings of any grade beside another figure
# finds: ungraded_readings
SELECT asset_id, AVG(vibration_mm_s) AS v, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
# title: good readings in where, in the figure, in a step before; grades as groups
SELECT asset_id, signal_quality, AVG(vibration_mm_s) AS v FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id, signal_quality
# title: good readings taken in the figure
SELECT asset_id, AVG(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS v, COUNT(vibration_mm_s) AS n FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
# title: good readings taken in a step before
WITH g AS (SELECT asset_id, vibration_mm_s FROM plant_obt WHERE event_date = '2026-06-22' AND signal_quality = 'GOOD') SELECT asset_id, AVG(vibration_mm_s) AS v FROM g GROUP BY asset_id
# title: the mean of a ratio
# finds: mean_of_ratio
SELECT asset_id, AVG(scrap_units / NULLIF(good_units, 0)) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
# title: the mean of the ratios of groups
# finds: mean_of_ratio
SELECT plant_name, AVG(r) AS r FROM (SELECT plant_name, line_name, SUM(run_min) / NULLIF(SUM(planned_min), 0) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY plant_name, line_name) x GROUP BY plant_name
# title: the ratio of sums, a mean that is scaled, and a share of rows
SELECT asset_id, SUM(scrap_units) / NULLIF(SUM(good_units), 0) AS r, AVG(energy_kwh / 1000) AS m, AVG(energy_kwh) / 10 AS t FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
# title: the mean of means
# finds: mean_of_means
SELECT AVG(e) AS e FROM (SELECT asset_id, AVG(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x
# title: the mean of sums, and the highest of means
SELECT AVG(e) AS e, MAX(m) AS m FROM (SELECT asset_id, SUM(energy_kwh) AS e, AVG(energy_kwh) AS m FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id) x
# title: the sum of a level
# finds: sum_of_level
SELECT asset_id, SUM(temperature_c) AS t FROM plant_obt WHERE event_date = '2026-06-22' AND signal_quality = 'GOOD' GROUP BY asset_id
# title: a sum of a level that makes a mean
SELECT asset_id, SUM(temperature_c) / NULLIF(COUNT(temperature_c), 0) AS t, SUM(down_min) AS d FROM plant_obt WHERE event_date = '2026-06-22' AND signal_quality = 'GOOD' GROUP BY asset_id
# title: a moving mean out of sums
SELECT event_date, SUM(SUM(temperature_c)) OVER (ORDER BY event_date ROWS 2 PRECEDING) / NULLIF(SUM(COUNT(temperature_c)) OVER (ORDER BY event_date ROWS 2 PRECEDING), 0) AS t FROM plant_obt WHERE event_date >= '2026-06-22' AND signal_quality = 'GOOD' GROUP BY event_date
# title: two units added
# finds: mixed_units
SELECT asset_id, SUM(down_min) + SUM(energy_kwh) AS x FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
# title: one unit added, two units divided
SELECT asset_id, SUM(down_min) + SUM(run_min) AS m, SUM(energy_kwh) / NULLIF(SUM(run_min), 0) AS x, SUM(down_min) > 30 AS long FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
# title: a denominator that may be zero
# finds: zero_division
SELECT asset_id, SUM(scrap_units) / SUM(good_units) AS r FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id
# title: the same denominator twice, one inside the other
# finds: zero_division
SELECT asset_id, down_min / (run_min / (run_min - planned_min)) AS r, down_min % run_min AS m FROM plant_obt WHERE event_date = '2026-06-22'
# title: a denominator of zero
# finds: zero_division
SELECT asset_id, down_min / 0 AS r FROM plant_obt WHERE event_date = '2026-06-22'
# title: denominators that are not zero, or are looked at
SELECT asset_id, down_min / 60 AS h, down_min / GREATEST(run_min, 1) AS g, IF(good_units = 0, 0, scrap_units / good_units) AS r, CASE WHEN run_min > 0 THEN down_min / run_min END AS d FROM plant_obt WHERE event_date = '2026-06-22' AND planned_min > 0 AND run_min / planned_min < 0.5
# title: a table of intervals over all time
# finds: no_time_filter
SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt GROUP BY asset_id
# title: a table of intervals over all time in a step
# finds: no_time_filter
WITH e AS (SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt GROUP BY asset_id) SELECT asset_id, e FROM e WHERE e > 10
# title: all time on one side of an OR
# finds: no_time_filter
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' OR plant_name = 'Hamburg'
# title: figures with windows of their own
# finds: no_time_filter
SELECT SUM(CASE WHEN event_date >= '2026-06-22' AND event_date < '2026-06-29' THEN energy_kwh END) AS e, SUM(CASE WHEN event_date BETWEEN '2026-06-15' AND '2026-06-21' THEN energy_kwh END) AS before_e FROM plant_obt
# title: held by a window, a day, a list of days, an equality with a table that is held
SELECT r.asset_id, COUNT(DISTINCT w.work_order_no) AS n FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE w.event_date IN ('2026-06-22', '2026-06-23') GROUP BY r.asset_id
# title: held outside of the step that reads
WITH r AS (SELECT asset_id, event_date, energy_kwh FROM plant_obt) SELECT asset_id, SUM(energy_kwh) AS e FROM r WHERE event_date >= '2026-06-22' GROUP BY asset_id
# title: the end of the data
SELECT MIN(event_ts) AS first_ts, MAX(event_ts) AS last_ts FROM plant_obt
# title: a window on the moment without its dates
# finds: time_without_partition
SELECT asset_id, COUNT(*) AS n FROM plant_obt WHERE event_ts >= '2026-06-22 06:00:00' AND event_ts < '2026-06-22 14:00:00' GROUP BY asset_id
# title: a window on the moment that ends at midnight
# finds: time_without_partition
SELECT asset_id, COUNT(*) AS n FROM plant_obt WHERE event_ts > '2026-06-22 06:00:00' AND event_ts < '2026-06-24 00:00:00' GROUP BY asset_id
# title: a window on the moment with its dates
SELECT asset_id, COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' AND event_ts >= '2026-06-22 06:00:00' AND event_ts < '2026-06-22 14:00:00' GROUP BY asset_id
# title: all different readings
# finds: wide_distinct no_time_filter
SELECT COUNT(DISTINCT vibration_mm_s) AS n FROM plant_obt WHERE signal_quality = 'GOOD'
# title: all different moments
# finds: wide_distinct no_time_filter
SELECT DISTINCT event_ts, vibration_mm_s FROM plant_obt
# title: different assets, and different readings of a day
# finds: no_time_filter
SELECT DISTINCT asset_id FROM plant_obt
# title: different readings of one day
SELECT COUNT(DISTINCT vibration_mm_s) AS n FROM plant_obt WHERE event_date = '2026-06-22'
# title: a month of the date
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATE_TRUNC('month', event_date) = '2026-06-01'
# title: the day of the moment
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATE(event_ts) = '2026-06-22'
# title: a year and its months
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE YEAR(event_date) = 2026 AND MONTH(event_date) IN (5, 6) AND plant_name = 'Hamburg'
# title: a written month
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATE_FORMAT(event_date, '%Y-%m') = '2026-06'
# title: a date as a text
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE CAST(event_date AS VARCHAR) LIKE '2026-06%'
# title: days counted from the date
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATEDIFF('2026-06-30', event_date) < 7
# title: days after the week of a moment
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATE_TRUNC('week', event_ts) > '2026-06-17'
# title: weeks between two dates
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATE_TRUNC('week', event_date) BETWEEN '2026-06-10' AND '2026-06-22'
# title: a time added to the moment
# finds: function_on_time
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE DATE_ADD(event_ts, INTERVAL 2 HOUR) >= '2026-06-29 12:00:00'
# title: a function beside a day that holds the partition, and one that comes round again
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' AND DATE(event_ts) = '2026-06-22' AND HOUR(event_ts) >= 6
# title: a moment that ends at a bare date
# finds: ends_at_midnight
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date >= '2026-06-01' AND raised_ts BETWEEN '2026-06-01' AND '2026-06-22'
# title: a moment up to a bare date
# finds: ends_at_midnight
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date >= '2026-06-01' AND raised_ts <= '2026-06-22'
# title: a moment up to before a bare date, and a date up to a date
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date BETWEEN '2026-06-01' AND '2026-06-22' AND raised_ts >= '2026-06-01' AND raised_ts < '2026-06-22'
# title: a date up to a time of day
# finds: date_with_time
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date >= '2026-06-01 00:00:00' AND event_date <= '2026-06-22 23:59:59'
# title: a date between times of day
# finds: date_with_time
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date BETWEEN '2026-06-01 06:00:00' AND '2026-06-22 23:59:59'
# title: a date that equals a time of day
# finds: date_with_time
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date = '2026-06-22 06:00:00'
# title: a moment with a time of day
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date >= '2026-06-01' AND raised_ts <= '2026-06-22 23:59:59'
# title: a value in another case
# finds: value_case
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' AND signal_quality = 'good'
# title: a value as it is, and one that the model does not know
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' AND signal_quality IN ('GOOD', 'unknown') AND UPPER(asset_class) = 'PUMP'
# title: compared with NULL
# finds: null_comparison
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' AND downtime_reason <> NULL
# title: asked for NULL
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date = '2026-06-22' AND (downtime_reason IS NOT NULL OR scrap_reason <=> NULL)
# title: the first groups of no order
# finds: limit_without_order
SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id LIMIT 3
# title: the first rows of no order
# finds: limit_without_order
SELECT asset_id, event_ts FROM plant_obt WHERE event_date = '2026-06-22' LIMIT 3
# title: a limit with an order, on one row, and inside EXISTS
SELECT SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' AND EXISTS (SELECT 1 FROM work_orders w WHERE w.event_date = '2026-06-22' LIMIT 1) LIMIT 1
# title: equal readings of two machines as one
# finds: union_dedupes
SELECT energy_kwh FROM plant_obt WHERE event_date = '2026-06-22' AND asset_id = 'PMP-01' UNION SELECT energy_kwh FROM plant_obt WHERE event_date = '2026-06-22' AND asset_id = 'PMP-02'
# title: which assets there are, and rows kept
SELECT asset_id FROM plant_obt WHERE event_date = '2026-06-22' UNION SELECT asset_id FROM work_orders WHERE event_date = '2026-06-22'
# title: AND and OR without brackets
# finds: mixed_and_or
SELECT COUNT(*) AS n FROM work_orders WHERE event_date = '2026-06-22' AND order_type = 'corrective' OR event_date = '2026-06-22' AND labour_hours > 4
# title: AND and OR with brackets
SELECT COUNT(*) AS n FROM work_orders WHERE event_date = '2026-06-22' AND (order_type = 'corrective' OR labour_hours > 4)
# title: every column
# finds: select_star
SELECT * FROM work_orders WHERE event_date = '2026-06-22'
# title: every column of one table of two
# finds: select_star
SELECT w.*, a.tag FROM work_orders w JOIN alarm_events a ON w.asset_id = a.asset_id AND w.event_date = a.event_date WHERE w.event_date >= '2026-06-22' AND a.event_date >= '2026-06-22'
# title: a star that counts
SELECT COUNT(*) AS n FROM work_orders w WHERE w.event_date = '2026-06-22' AND EXISTS (SELECT * FROM alarm_events a WHERE a.event_date = '2026-06-22' AND a.asset_id = w.asset_id)
# title: an order inside a subquery
# finds: order_in_subquery
SELECT asset_id, e FROM (SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id ORDER BY e DESC) x WHERE e > 1
# title: an order inside a subquery that picks the first
SELECT asset_id, e FROM (SELECT asset_id, SUM(energy_kwh) AS e FROM plant_obt WHERE event_date = '2026-06-22' GROUP BY asset_id ORDER BY e DESC LIMIT 3) x WHERE e > 1
# title: a pattern with a wildcard in front, which has to be looked for in every value
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date = '2026-06-22' AND message LIKE '%high'
# title: a pattern that begins with text
SELECT COUNT(*) AS n FROM alarm_events WHERE event_date = '2026-06-22' AND message LIKE 'Vibration%'
# title: not in over names of which some may be missing
# finds: not_in_nulls
SELECT DISTINCT operator_name FROM plant_obt WHERE event_date = '2026-06-22' AND operator_name NOT IN (SELECT technician_name FROM work_orders WHERE event_date >= '2026-06-01')
# title: figures of both sides of a join by a part of its keys
# finds: fan_out
SELECT r.asset_id, SUM(r.down_min) AS d, AVG(r.run_min) AS a, COUNT(w.work_order_no) AS n, MAX(w.labour_hours) AS h FROM plant_obt r JOIN work_orders w ON r.asset_id = w.asset_id AND r.event_date = w.event_date WHERE r.event_date >= '2026-06-01' AND r.plant_name = 'Hamburg' AND w.order_type = 'corrective' GROUP BY r.asset_id ORDER BY d DESC LIMIT 50
# title: figures of both sides of a left join by its keys
# finds: fan_out
SELECT asset_id AS asset, event_date, SUM(down_min) AS d, COUNT(DISTINCT w.work_order_no) AS n, COUNT(w.failure_mode) AS f FROM plant_obt r LEFT JOIN work_orders w USING (asset_id, event_date) WHERE r.event_date >= '2026-06-20' GROUP BY 1, event_date
