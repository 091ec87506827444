# title: one column
SELECT machine FROM readings
# title: star
SELECT * FROM orders
# title: star of one table in a join
SELECT o.*, r.heat FROM readings r JOIN orders o ON r.machine = o.machine AND r.day = o.day
# title: trailing semicolon and plain comments
SELECT machine /* the machine */ FROM readings -- all of them
;
# title: payload-like text inside a literal
SELECT machine, 'x; DROP TABLE readings; -- /* ! */' AS note FROM readings WHERE machine <> 'a'' OR 1=1 --'
# title: text in double quotes
SELECT COUNT(*) AS n FROM readings WHERE class = "saw"
# title: group and order by alias, position and aggregate
SELECT class AS c, AVG(heat) AS h FROM readings GROUP BY 1 ORDER BY h DESC, c
# title: having
SELECT machine, COUNT(*) AS n FROM readings GROUP BY machine HAVING COUNT(*) > 10 AND n < 1000
# title: or without brackets
SELECT machine, at FROM readings WHERE heat > 80 OR site = 'S' AND quality = 'BAD' OR 1 = 1
# title: in, between, like, null tests
SELECT machine, at FROM readings WHERE class IN ('saw', 'press') AND heat BETWEEN 30 AND 60 AND machine LIKE 'N%' AND quality IS NOT NULL
# title: not in with a list
SELECT machine FROM readings WHERE class NOT IN ('oven') AND NOT quality = 'BAD'
# title: like with an escaped sign
SELECT machine FROM readings WHERE machine LIKE 'N\_%' OR machine LIKE '%-_'
# title: case
SELECT SUM(CASE WHEN heat > 50 THEN 1 ELSE 0 END) / COUNT(*) AS share, class FROM readings GROUP BY class
# title: simple case and if
SELECT CASE class WHEN 'saw' THEN 1 WHEN 'oven' THEN 2 ELSE 3 END AS k, IF(heat > 50, 'hot', 'cold') AS t, at FROM readings WHERE site = 'N'
# title: conditions that are counted
SELECT SUM(heat > 50) AS hot, AVG(heat > 50) AS share, COUNT_IF(units > 3) AS many FROM readings
# title: division by zero is NULL
SELECT machine, SUM(heat) / SUM(units - units) AS x, MAX(units % 0) AS y, MAX(units DIV 0) AS z FROM readings GROUP BY machine
# title: distinct
SELECT DISTINCT class, quality FROM readings
# title: counts
SELECT COUNT(*) AS a, COUNT(heat) AS b, COUNT(DISTINCT machine) AS c, COUNT(DISTINCT class, quality) AS d FROM readings
# title: statistics
SELECT class, STDDEV(heat) AS a, STDDEV_SAMP(heat) AS b, VARIANCE(heat) AS c, VAR_SAMP(heat) AS d, CORR(heat, load) AS e FROM readings GROUP BY class
# title: percentiles
SELECT class, PERCENTILE_CONT(heat, 0.5) AS a, PERCENTILE_APPROX(heat, 0.95) AS b, PERCENTILE_DISC(load, 0.5) AS c FROM readings GROUP BY class
# title: first and last by another column
SELECT machine, MAX_BY(heat, at) AS newest, MIN_BY(heat, at) AS oldest FROM readings WHERE heat IS NOT NULL GROUP BY machine
# title: group_concat
SELECT class, GROUP_CONCAT(DISTINCT machine ORDER BY machine SEPARATOR '|') AS m FROM readings GROUP BY class
# title: date parts
SELECT YEAR(at) AS y, QUARTER(at) AS q, MONTH(at) AS m, DAY(at) AS d, HOUR(at) AS h, DAYOFWEEK(at) AS dow, WEEKDAY(at) AS wd, WEEK(at) AS w, WEEKOFYEAR(at) AS wi, DAYOFYEAR(at) AS doy, at AS t FROM readings
# title: truncation
SELECT DATE_TRUNC('week', at) AS w, DATE_TRUNC('day', at) AS d, DATE_TRUNC('month', day) AS m, SUM(units) AS u FROM readings GROUP BY 1, 2, 3
# title: date arithmetic
SELECT DATE_ADD(at, INTERVAL 2 HOUR) AS a, DATE_SUB(day, INTERVAL 1 MONTH) AS b, at + INTERVAL 1 DAY AS c, DATEDIFF(day, '2026-03-01') AS d, TIMESTAMPDIFF(HOUR, '2026-03-01 00:30:00', at) AS e, DAYS_ADD(at, units) AS f FROM readings
# title: formats
SELECT DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s') AS a, DATE_FORMAT(at, '%W %M %e') AS b, DAYNAME(at) AS c, MONTHNAME(at) AS d FROM readings
# title: time slice
SELECT TIME_SLICE(at, INTERVAL 6 HOUR) AS s, COUNT(*) AS n FROM readings GROUP BY 1
# title: date literals
SELECT machine FROM readings WHERE at >= '2026-03-29 02:00:00' AND day < DATE '2026-04-01' AND at < CAST('2026-04-02' AS DATETIME)
# title: extract
SELECT EXTRACT(HOUR FROM at) AS h, COUNT(*) AS n FROM readings GROUP BY EXTRACT(HOUR FROM at)
# title: texts
SELECT CONCAT(machine, '/', class) AS a, UPPER(class) AS b, SUBSTRING(machine, 1, 1) AS c, LENGTH(worker) AS d, CHAR_LENGTH(worker) AS e, REPLACE(class, 's', 'z') AS f, TRIM(class) AS g, LEFT(class, 2) AS h, RIGHT(class, 2) AS i, LOCATE('a', class) AS j, LPAD(units, 4, '0') AS k, CONCAT_WS('-', class, quality) AS l, SPLIT_PART(machine, '-', 2) AS m FROM readings
# title: numbers
SELECT ROUND(heat, 1) AS a, FLOOR(heat) AS b, CEIL(heat) AS c, ABS(-heat) AS d, MOD(units, 3) AS e, POWER(heat, 2) AS f, SQRT(heat) AS g, LN(heat) AS h, LOG10(heat) AS i, SIGN(heat - 50) AS j, TRUNCATE(heat, 1) AS k, GREATEST(heat, load) AS l, LEAST(heat, load) AS m, units DIV 2 AS n FROM readings
# title: casts
SELECT CAST(heat AS INT) AS a, CAST(units AS DOUBLE) AS b, CAST(units AS VARCHAR) AS c, CAST(at AS DATE) AS d, CAST(load AS BIGINT) AS e FROM readings
# title: coalesce, ifnull, nullif
SELECT COALESCE(heat, 0) AS a, IFNULL(quality, 'none') AS b, NULLIF(units, 0) AS c, NVL(worker, '-') AS d FROM readings
# title: regular expression
SELECT machine FROM readings WHERE machine REGEXP '^[NS]-[0-2]$'
# title: windows
SELECT machine, at, ROW_NUMBER() OVER (PARTITION BY machine ORDER BY at) AS n, LAG(heat) OVER (PARTITION BY machine ORDER BY at) AS p, AVG(heat) OVER (PARTITION BY machine ORDER BY at ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS m, SUM(units) OVER (PARTITION BY machine ORDER BY at ROWS 5 PRECEDING) AS s FROM readings
# title: window over aggregates
SELECT class, day, SUM(units) AS u, SUM(SUM(units)) OVER (PARTITION BY class ORDER BY day) AS running FROM readings GROUP BY class, day
# title: ranking and its filter
SELECT machine, heat FROM (SELECT machine, heat, RANK() OVER (PARTITION BY site ORDER BY heat DESC, at) AS r FROM readings WHERE heat IS NOT NULL) AS ranked WHERE r <= 3
# title: qualify
SELECT machine, at FROM readings QUALIFY ROW_NUMBER() OVER (PARTITION BY machine ORDER BY at DESC) = 1
# title: nulls ignored in a window
SELECT machine, at, LAST_VALUE(heat IGNORE NULLS) OVER (PARTITION BY machine ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS h FROM readings
# title: nulls last
SELECT machine, at, heat FROM readings ORDER BY heat DESC NULLS FIRST, at, machine LIMIT 7
# title: WITH query used twice
WITH daily AS (SELECT machine, day, SUM(units) AS u FROM readings GROUP BY machine, day) SELECT a.machine, a.u, b.u AS before_u FROM daily a LEFT JOIN daily b ON a.machine = b.machine AND a.day = b.day + INTERVAL 1 DAY
# title: WITH query that builds on another
WITH a AS (SELECT machine, SUM(units) AS u FROM readings GROUP BY machine), b AS (SELECT AVG(u) AS mean_u FROM a) SELECT a.machine, a.u - b.mean_u AS d FROM a CROSS JOIN b
# title: WITH query with a column list
WITH a(m, u) AS (SELECT machine, SUM(units) FROM readings GROUP BY machine) SELECT m, u FROM a WHERE u > 10
# title: two tables, each grouped first
WITH r AS (SELECT machine, SUM(units) AS u FROM readings GROUP BY machine), o AS (SELECT machine, SUM(hours) AS h FROM orders GROUP BY machine) SELECT r.machine, r.u / o.h AS x FROM r FULL JOIN o ON r.machine <=> o.machine
# title: declared join of rows
SELECT r.machine, AVG(r.heat) AS h, COUNT(DISTINCT o.order_no) AS n FROM readings r LEFT JOIN orders o ON r.machine = o.machine AND r.day = o.day GROUP BY r.machine
# title: join with a table that has no site
SELECT r.machine, COUNT(*) AS over_limit FROM readings r JOIN codes c ON r.class = c.class WHERE r.heat > c.limit_c GROUP BY r.machine
# title: using
SELECT machine, SUM(hours) AS h FROM (SELECT machine, day FROM readings GROUP BY machine, day) AS d JOIN orders USING (machine, day) GROUP BY machine
# title: union
SELECT machine AS name FROM readings WHERE heat > 88 UNION ALL SELECT order_no FROM orders UNION SELECT class FROM codes
# title: union with brackets, order and limit
(SELECT machine AS m, day AS d FROM readings) UNION (SELECT machine, day FROM orders) ORDER BY m, d LIMIT 20 OFFSET 3
# title: intersect and except
SELECT machine FROM readings INTERSECT SELECT machine FROM orders EXCEPT SELECT 'N-0'
# title: scalar subquery
SELECT machine, heat FROM readings WHERE heat > (SELECT AVG(heat) FROM readings)
# title: correlated subquery
SELECT r.machine, r.at FROM readings r WHERE r.heat = (SELECT MAX(x.heat) FROM readings x WHERE x.machine = r.machine)
# title: in a subquery
SELECT machine, at FROM readings WHERE machine IN (SELECT machine FROM orders WHERE hours > 5)
# title: exists
SELECT c.class FROM codes c WHERE EXISTS (SELECT 1 FROM readings r WHERE r.class = c.class AND r.heat > 85)
# title: subquery in the select list
SELECT class, (SELECT COUNT(*) FROM orders) AS n FROM codes
# title: rollup
SELECT site, class, SUM(units) AS u FROM readings GROUP BY ROLLUP (site, class)
# title: constants
SELECT 1 AS one, 'a' AS letter, NULL AS nothing, TRUE AS yes, 1.5 AS half, -3 AS minus
# title: limits as rows
WITH l AS (SELECT 'saw' AS class, 50 AS top UNION ALL SELECT 'oven', 60) SELECT r.machine, COUNT(*) AS n FROM readings r JOIN l ON r.class = l.class WHERE r.heat > l.top GROUP BY r.machine
# title: names in backticks, with blanks
SELECT AVG(`heat`) AS `Mean heat (C)`, `class` FROM `readings` AS `r 1` GROUP BY `class`
# title: capitals
select MACHINE, Avg(HEAT) as H from readings group by Machine
# title: personal column
SELECT worker, COUNT(*) AS n FROM readings WHERE worker <> 'Bo Quist' GROUP BY worker
# title: ends of quarters keep their unit
SELECT LAST_DAY(day, 'quarter') AS d, LAST_DAY(at, 'Year') AS y, LAST_DAY(day, 'month') AS m FROM readings
# title: slices of dates
SELECT DATE_SLICE(day, INTERVAL 7 DAY) AS w, DATE_SLICE(day, INTERVAL 1 QUARTER, ceil) AS q FROM readings
# title: weeks and years in every mode
SELECT YEARWEEK(day) AS a, YEARWEEK(at, 3) AS b, WEEK(day, 6) AS c, DATE_FORMAT(at, '%x-W%v %D %u %V %X') AS d FROM readings
# title: texts read as dates
SELECT STR_TO_DATE(CONCAT(DATE_FORMAT(at, '%Y-%m'), '-01'), '%Y-%m-%d') AS a, STR_TO_DATE('2026-06-22 00:00:00.000000', '%Y-%m-%d %H:%i:%s.%f') AS b FROM readings
# title: time zones
SELECT CONVERT_TZ(at, 'UTC', 'Europe/Berlin') AS a, CONVERT_TZ(at, '+05:30', '-03:00') AS b FROM readings
# title: parts of texts
SELECT SUBSTRING_INDEX(machine, '-', -1) AS a, SPLIT_PART(machine, '-', -2) AS b, REGEXP_EXTRACT(machine, '([A-Z])-([0-9]+)', 2) AS c, REGEXP_REPLACE(machine, '[^0-9]', '') AS d FROM readings
# title: days moved by a plain number
SELECT DATE_ADD(day, 3) AS a, ADDDATE(day, -1) AS b, DATE_SUB(at, INTERVAL -2 MONTH) AS c FROM readings
# title: order of a list
SELECT class, COUNT(*) AS n FROM readings GROUP BY class ORDER BY FIELD(class, 'press', 'saw', 'oven'), class
