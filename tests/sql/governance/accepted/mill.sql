# title: reference table joined and grouped
SELECT c.class, c.limit_c, COUNT(r.heat) AS n, SUM(r.heat > c.limit_c) AS over_limit FROM codes c LEFT JOIN readings r ON r.class = c.class GROUP BY c.class, c.limit_c
# title: reference table as a filter
SELECT machine, heat FROM readings WHERE class IN (SELECT class FROM codes WHERE limit_c IS NOT NULL)
# title: reference table by a correlated limit
SELECT r.machine, r.at, r.heat FROM readings r WHERE r.heat > (SELECT MAX(c.limit_c) FROM codes c WHERE c.class = r.class)
# title: reference table with a calculated limit in the join
SELECT r.machine, MAX(r.heat / c.limit_c) AS worst FROM readings r JOIN codes c ON c.class = r.class AND c.limit_c > 0 GROUP BY r.machine
# title: column with a reserved word in backticks
SELECT `load` AS `load`, `at` AS `at`, `day` AS `day` FROM readings WHERE `load` > 90
# title: duty factor by class and day
SELECT class, day, SUM(IF(units > 0, 1, 0)) / COUNT(*) AS duty FROM readings GROUP BY class, day HAVING duty < 1 ORDER BY class, day
# title: orders and readings by machine and day with a full join
SELECT COALESCE(r.machine, o.machine) AS machine, COALESCE(r.day, o.day) AS day, r.units, o.hours FROM (SELECT machine, day, SUM(units) AS units FROM readings GROUP BY machine, day) r FULL OUTER JOIN (SELECT machine, day, SUM(hours) AS hours FROM orders GROUP BY machine, day) o ON r.machine = o.machine AND r.day = o.day
# title: declared keys of three columns
SELECT r.site, r.machine, r.day, o.order_no, r.heat FROM readings r JOIN orders o USING (site, machine, day)
# title: scrap of the heaviest load
SELECT class, MAX_BY(machine, `load`) AS m FROM readings WHERE site = 'N' AND `load` IS NOT NULL GROUP BY class
# title: bins of load with their mean heat
SELECT FLOOR(`load` / 20) * 20 AS bin, AVG(heat) AS h, COUNT(*) AS n FROM readings GROUP BY bin ORDER BY bin
# title: fitter's hours against the mean
SELECT fitter, SUM(hours) AS h, SUM(hours) - AVG(SUM(hours)) OVER () AS off FROM orders GROUP BY fitter
# title: class limits through two WITH queries
WITH lim AS (SELECT class, COALESCE(limit_c, 100) AS limit_c FROM codes), hot AS (SELECT r.class, r.machine, r.heat, lim.limit_c FROM readings r JOIN lim ON lim.class = r.class WHERE r.heat > lim.limit_c) SELECT class, COUNT(*) AS n, COUNT(DISTINCT machine) AS machines FROM hot GROUP BY class
