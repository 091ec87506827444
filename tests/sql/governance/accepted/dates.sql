# title: between two times
SELECT asset_id, event_ts, temperature_c FROM plant_obt WHERE event_ts BETWEEN '2026-06-29 08:00:00' AND '2026-06-29 09:00:00' AND plant_id = 'AUS'
# title: half-open window with typed literals
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date >= DATE '2026-06-22' AND event_date < DATE '2026-06-29'
# title: window with casts
SELECT COUNT(*) AS n FROM alarm_events WHERE raised_ts >= CAST('2026-06-01 06:00:00' AS DATETIME) AND raised_ts < CAST('2026-06-02 06:00:00' AS DATETIME) + INTERVAL 1 DAY
# title: by day
SELECT DATE_TRUNC('day', event_ts) AS d, SUM(good_units) AS u FROM plant_obt GROUP BY DATE_TRUNC('day', event_ts) ORDER BY d
# title: by week starting Monday
SELECT DATE_TRUNC('week', production_date) AS wk, SUM(down_min) / 60 AS h FROM plant_obt GROUP BY wk ORDER BY wk
# title: by month and quarter
SELECT DATE_TRUNC('quarter', opened_ts) AS q, DATE_TRUNC('month', opened_ts) AS m, COUNT(*) AS n FROM work_orders GROUP BY q, m ORDER BY q, m
# title: by quarter hour
SELECT TIME_SLICE(raised_ts, INTERVAL 15 MINUTE) AS t, COUNT(*) AS n FROM alarm_events WHERE event_date = '2026-06-30' GROUP BY t ORDER BY t
# title: by four hours, upper end
SELECT TIME_SLICE(event_ts, INTERVAL 4 HOUR, CEIL) AS until_ts, SUM(energy_kwh) AS kwh FROM plant_obt WHERE event_date = '2026-06-30' GROUP BY 1
# title: hourly profile
SELECT HOUR(event_ts) AS h, AVG(power_kw) AS kw FROM plant_obt GROUP BY HOUR(event_ts) ORDER BY h
# title: minute and second
SELECT MINUTE(raised_ts) AS m, SECOND(raised_ts) AS s, COUNT(*) AS n FROM alarm_events GROUP BY 1, 2 HAVING COUNT(*) > 8
# title: heat map of weekday by hour
SELECT DAYOFWEEK(raised_ts) AS dow, HOUR(raised_ts) AS h, COUNT(*) AS n FROM alarm_events GROUP BY dow, h ORDER BY dow, h
# title: names of days
SELECT DAYNAME(event_date) AS day_name, WEEKDAY(event_date) AS wd, AVG(energy_kwh) AS kwh FROM plant_obt GROUP BY DAYNAME(event_date), WEEKDAY(event_date) ORDER BY wd
# title: names of months
SELECT MONTHNAME(opened_ts) AS month_name, MONTH(opened_ts) AS m, SUM(labour_hours) AS h FROM work_orders GROUP BY 1, 2 ORDER BY 2
# title: year and ISO week
SELECT YEAR(event_date) AS y, WEEKOFYEAR(event_date) AS w, SUM(scrap_units) AS scrap FROM plant_obt GROUP BY y, w ORDER BY y, w
# title: ISO week by its short name
SELECT WEEK_ISO(event_date) AS w, COUNT(*) AS n FROM work_orders GROUP BY w ORDER BY w
# title: year and week in one number
SELECT YEARWEEK(event_date) AS yw, COUNT(*) AS n FROM work_orders GROUP BY yw ORDER BY yw
# title: day of year and day of month
SELECT DAYOFYEAR(event_date) AS doy, DAYOFMONTH(event_date) AS dom, DAY(event_date) AS d, COUNT(*) AS n FROM alarm_events WHERE event_date >= '2026-06-25' GROUP BY 1, 2, 3
# title: month label
SELECT DATE_FORMAT(opened_ts, '%Y-%m') AS m, COUNT(*) AS n, SUM(parts_cost_eur) AS eur FROM work_orders GROUP BY DATE_FORMAT(opened_ts, '%Y-%m') ORDER BY m
# title: German date and clock time
SELECT work_order_no, DATE_FORMAT(opened_ts, '%d.%m.%Y') AS d, DATE_FORMAT(opened_ts, '%H:%i') AS t FROM work_orders WHERE closed_ts IS NULL
# title: date of a timestamp
SELECT DATE(raised_ts) AS d, COUNT(*) AS n FROM alarm_events GROUP BY DATE(raised_ts) ORDER BY d LIMIT 30
# title: date by TO_DATE
SELECT TO_DATE(raised_ts) AS d, COUNT(*) AS n FROM alarm_events WHERE priority = 'high' GROUP BY TO_DATE(raised_ts)
# title: date by CAST
SELECT CAST(event_ts AS DATE) AS d, MAX(temperature_c) AS t FROM plant_obt GROUP BY CAST(event_ts AS DATE)
# title: minutes to acknowledge
SELECT priority, AVG(TIMESTAMPDIFF(SECOND, raised_ts, acknowledged_ts)) / 60 AS minutes FROM alarm_events WHERE acknowledged_ts IS NOT NULL GROUP BY priority
# title: hours open by three functions
SELECT work_order_no, TIMESTAMPDIFF(HOUR, opened_ts, closed_ts) AS a, HOURS_DIFF(closed_ts, opened_ts) AS b, DATE_DIFF('hour', closed_ts, opened_ts) AS c FROM work_orders WHERE closed_ts IS NOT NULL AND event_date >= '2026-06-20'
# title: minutes and seconds apart
SELECT alarm_id, MINUTES_DIFF(cleared_ts, raised_ts) AS m, SECONDS_DIFF(cleared_ts, raised_ts) AS s FROM alarm_events WHERE event_date = '2026-06-30'
# title: age of assets in years
SELECT asset_id, MAX(TIMESTAMPDIFF(YEAR, installed_on, DATE '2026-06-30')) AS age FROM plant_obt GROUP BY asset_id
# title: age in months and days
SELECT DISTINCT asset_id, TIMESTAMPDIFF(MONTH, installed_on, '2026-06-30') AS months, DATEDIFF('2026-06-30', installed_on) AS days FROM plant_obt
# title: three days before the last
SELECT event_date, SUM(good_units) AS u FROM plant_obt WHERE event_date >= (SELECT DATE_SUB(MAX(event_date), INTERVAL 3 DAY) FROM plant_obt) GROUP BY event_date
# title: last seven days of data with days_sub
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date > DAYS_SUB((SELECT MAX(event_date) FROM plant_obt), 7)
# title: next inspection due
SELECT asset_id, MAX(opened_ts) AS last_pm, DATE_ADD(MAX(opened_ts), INTERVAL 90 DAY) AS due FROM work_orders WHERE order_type = 'preventive' GROUP BY asset_id ORDER BY due, asset_id
# title: additions by every unit
SELECT work_order_no, opened_ts + INTERVAL 1 YEAR AS y, opened_ts + INTERVAL 1 QUARTER AS q, opened_ts - INTERVAL 2 MONTH AS m, opened_ts + INTERVAL 3 WEEK AS w, opened_ts - INTERVAL 90 MINUTE AS mi, opened_ts + INTERVAL 30 SECOND AS s FROM work_orders WHERE event_date = '2026-06-15'
# title: adddate and subdate
SELECT DISTINCT ADDDATE(event_date, INTERVAL 1 DAY) AS a, SUBDATE(event_date, INTERVAL 1 WEEK) AS b FROM work_orders
# title: month and hour additions by name
SELECT work_order_no, MONTHS_ADD(opened_ts, 3) AS a, HOURS_ADD(opened_ts, 8) AS b, MINUTES_ADD(opened_ts, 30) AS c, WEEKS_ADD(opened_ts, 2) AS d FROM work_orders WHERE order_type = 'predictive'
# title: timestamp addition in the MySQL form
SELECT alarm_id, TIMESTAMPADD(MINUTE, 10, raised_ts) AS limit_ts FROM alarm_events WHERE event_date = '2026-06-30' AND priority = 'high'
# title: last day of the month
SELECT DISTINCT LAST_DAY(event_date) AS month_end FROM work_orders
# title: first day of the month three ways
SELECT DISTINCT DATE_TRUNC('month', event_date) AS a, DATE_SUB(event_date, INTERVAL DAYOFMONTH(event_date) - 1 DAY) AS b, STR_TO_DATE(CONCAT(DATE_FORMAT(event_date, '%Y-%m'), '-01'), '%Y-%m-%d') AS c FROM work_orders WHERE event_date >= '2026-05-01'
# title: extract parts
SELECT EXTRACT(YEAR FROM opened_ts) AS y, EXTRACT(MONTH FROM opened_ts) AS m, EXTRACT(DAY FROM opened_ts) AS d, COUNT(*) AS n FROM work_orders GROUP BY 1, 2, 3
# title: year to date
SELECT SUM(parts_cost_eur) AS ytd FROM work_orders WHERE event_date >= '2026-01-01' AND event_date <= '2026-06-30'
# title: local time and UTC apart
SELECT plant_id, MIN(TIMESTAMPDIFF(HOUR, event_ts_utc, event_ts)) AS low, MAX(TIMESTAMPDIFF(HOUR, event_ts_utc, event_ts)) AS high FROM plant_obt GROUP BY plant_id
# title: UTC to Berlin
SELECT DISTINCT CONVERT_TZ(event_ts_utc, 'UTC', 'Europe/Berlin') AS berlin FROM plant_obt WHERE plant_id = 'HAM' AND event_date = '2026-06-30'
# title: seconds since 1970
SELECT asset_id, MAX(UNIX_TIMESTAMP(event_ts_utc)) AS last_seen FROM plant_obt GROUP BY asset_id
# title: five-minute buckets by arithmetic
SELECT UNIX_TIMESTAMP(raised_ts) DIV 300 * 300 AS bucket, COUNT(*) AS n FROM alarm_events WHERE event_date = '2026-06-30' GROUP BY bucket ORDER BY bucket
# title: seconds to a time
SELECT FROM_UNIXTIME(MAX(UNIX_TIMESTAMP(raised_ts))) AS newest FROM alarm_events
# title: dates in a list
SELECT event_date, SUM(scrap_units) AS scrap FROM plant_obt WHERE event_date IN ('2026-06-22', '2026-06-24', '2026-06-26') GROUP BY event_date
# title: date text compared with a format
SELECT COUNT(*) AS n FROM work_orders WHERE DATE_FORMAT(opened_ts, '%Y%m') = '202606'
# title: production day against calendar day
SELECT COUNT(*) AS night_rows FROM plant_obt WHERE production_date <> event_date AND production_date = DATE_SUB(event_date, INTERVAL 1 DAY)
# title: parse a date
SELECT COUNT(*) AS n FROM plant_obt WHERE event_date >= STR_TO_DATE('28.06.2026', '%d.%m.%Y')
# title: minute of the day
SELECT HOUR(event_ts) * 60 + MINUTE(event_ts) AS minute_of_day, AVG(power_kw) AS kw FROM plant_obt GROUP BY 1 ORDER BY 1
# title: days since the last failure
SELECT asset_id, DATEDIFF('2026-07-01', MAX(opened_ts)) AS days_ago FROM work_orders WHERE order_type = 'corrective' GROUP BY asset_id ORDER BY days_ago DESC, asset_id
# title: difference of dates by minus of day numbers
SELECT work_order_no, TO_DAYS(closed_ts) - TO_DAYS(opened_ts) AS days FROM work_orders WHERE closed_ts IS NOT NULL
# title: shift by hours written by hand
SELECT CASE WHEN HOUR(raised_ts) BETWEEN 6 AND 13 THEN 'Early' WHEN HOUR(raised_ts) BETWEEN 14 AND 21 THEN 'Late' ELSE 'Night' END AS shift_by_hour, shift_name, COUNT(*) AS n FROM alarm_events GROUP BY 1, 2
# title: business days by the week
SELECT DATE_TRUNC('week', event_date) AS wk, COUNT(DISTINCT CASE WHEN WEEKDAY(event_date) < 5 THEN event_date END) AS business_days FROM plant_obt GROUP BY wk
# title: date slice
SELECT DATE_SLICE(event_date, INTERVAL 7 DAY) AS wk, SUM(good_units) AS u FROM plant_obt GROUP BY wk
# title: date parts by number of quarter
SELECT CONCAT(YEAR(event_date), '-Q', QUARTER(event_date)) AS q, COUNT(*) AS n FROM alarm_events GROUP BY q
# title: time of day as text between
SELECT COUNT(*) AS n FROM plant_obt WHERE DATE_FORMAT(event_ts, '%H:%i') BETWEEN '06:00' AND '13:59'
