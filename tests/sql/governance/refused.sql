# title: two statements
# rule: Q2
SELECT site FROM readings; DROP TABLE readings
# title: a second SELECT
# rule: Q2
SELECT 1; SELECT password FROM secrets
# title: delete
# rule: Q2
DELETE FROM readings
# title: delete inside WITH (peer defect: first word decides)
# rule: Q2
WITH x AS (DELETE FROM readings RETURNING *) SELECT * FROM x
# title: insert inside WITH
# rule: Q2
WITH x AS (INSERT INTO readings SELECT * FROM readings RETURNING *) SELECT * FROM x
# title: insert
# rule: Q2
INSERT INTO readings SELECT * FROM readings
# title: explain
# rule: Q2
EXPLAIN SELECT 1
# title: copy to a file
# rule: Q2
COPY readings TO '/tmp/x.csv'
# title: attach
# rule: Q1
ATTACH '/tmp/other.db' AS o
# title: opaque command
# rule: Q2
ADMIN SET FRONTEND CONFIG ('a' = 'b')
# title: kill
# rule: Q2
KILL QUERY 1
# title: session variable
# rule: Q2
SET query_timeout = 99999
# title: SELECT INTO becomes CREATE TABLE when written
# rule: Q9
SELECT site INTO t2 FROM readings
# title: lock
# rule: Q9
SELECT site FROM readings FOR UPDATE
# title: hint beats session limits
# rule: Q9
SELECT /*+ SET_VAR(query_timeout = 9999) */ site FROM readings
# title: executable comment (MariaDB runs it as 42)
# rule: Q9
SELECT 1 /*!50000 +41 */ AS a FROM readings
# title: MariaDB's own executable comment
# rule: Q9
SELECT 1 /*M! +41 */ AS a FROM readings
# title: a comment that MySQL reads as minus minus one
# rule: Q9
SELECT 1--1
FROM readings
# title: nested comment
# rule: Q9
SELECT 1 /* a /* b */ AS a FROM readings
# title: system variable
# rule: Q9
SELECT @@version FROM readings
# title: user variable
# rule: Q9
SELECT @a FROM readings
# title: recursive WITH
# rule: Q9
WITH RECURSIVE x AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM x) SELECT a FROM x
# title: information schema
# rule: Q3
SELECT table_name FROM information_schema.tables
# title: a table of the file that the model does not know
# rule: Q6
SELECT password FROM secrets
# title: unknown table behind a WITH query of its name in another scope
# rule: Q6
SELECT a.b FROM (WITH secrets AS (SELECT 1 AS b) SELECT b FROM secrets) AS a JOIN secrets ON a.b = secrets.b
# title: a WITH query that carries a table's name
# rule: Q6
WITH readings AS (SELECT 1 AS site) SELECT site FROM readings
# title: a WITH query does not see the later one
# rule: Q6
WITH a AS (SELECT x FROM b), b AS (SELECT 1 AS x) SELECT x FROM a
# title: database prefix
# rule: Q3
SELECT site FROM main.readings
# title: file as a table
# rule: Q5
SELECT * FROM read_csv('/etc/passwd')
# title: table function of StarRocks
# rule: Q5
SELECT * FROM TABLE(generate_series(1, 1000000000))
# title: FILES
# rule: Q5
SELECT * FROM FILES('path' = 's3://x', 'format' = 'parquet')
# title: quoted file name
# rule: Q6
SELECT * FROM `/etc/passwd`
# title: partition suffix
# rule: Q3
SELECT site FROM readings PARTITION (p1)
# title: meta suffix read as a subscript
# rule: Q3
SELECT * FROM readings [_META_]
# title: tablet suffix read as an alias
# rule: Q5
SELECT site FROM readings TABLET(10)
# title: sample
# rule: Q3
SELECT site FROM readings TABLESAMPLE (10 PERCENT)
# title: sleep
# rule: Q4
SELECT SLEEP(10) FROM readings
# title: version
# rule: Q4
SELECT VERSION()
# title: who runs it
# rule: Q4
SELECT CURRENT_USER()
# title: schema-qualified call
# rule: Q3
SELECT main.sum(units) FROM readings
# title: table in a text
# rule: Q4
SELECT DICT_MAPPING('main.secrets', 1) FROM readings
# title: clock
# rule: Q4
SELECT NOW() FROM readings
# title: padding bomb
# rule: Q4
SELECT LPAD(machine, 2000000000, 'x') FROM readings
# title: repeat bomb
# rule: Q4
SELECT REPEAT('a', 2000000000)
# title: pattern from data
# rule: Q4
SELECT machine FROM readings WHERE machine REGEXP worker
# title: two bars mean OR
# rule: Q3
SELECT machine || 'x' FROM readings
# title: look-alike letter
# rule: Q12
SELECT ѕite FROM readings
# title: zero-width character
# rule: Q1
SELECT si​te FROM readings
# title: not closed
# rule: Q1
SELECT 'abc FROM readings
# title: nonsense
# rule: Q1
SELECT FROM WHERE GROUP
# title: unknown column
# rule: Q7
SELECT wrker FROM readings
# title: pseudo column of DuckDB
# rule: Q7
SELECT rowid FROM readings
# title: columns by pattern
# rule: Q4
SELECT COLUMNS('.*') FROM readings
# title: star with exceptions
# rule: Q3
SELECT * EXCEPT (site) FROM readings
# title: ambiguous column
# rule: Q7
SELECT machine FROM readings r JOIN orders o ON r.machine = o.machine
# title: alias in WHERE
# rule: Q7
SELECT heat + 1 AS h FROM readings WHERE h > 3
# title: cross join
# rule: JOIN
SELECT r.site FROM readings r CROSS JOIN orders o
# title: comma join
# rule: JOIN
SELECT r.site FROM readings r, orders o
# title: comma join with a key under OR only
# rule: JOIN
SELECT r.site FROM readings r, orders o WHERE r.machine = o.machine OR r.heat > 3
# title: comma join with a key that padded rows pass
# rule: JOIN
SELECT r.site FROM readings r CROSS JOIN orders o FULL JOIN codes c ON r.class = c.class WHERE r.machine <=> o.machine
# title: outer join with its key in WHERE
# rule: JOIN
SELECT r.site FROM readings r LEFT JOIN orders o ON o.hours > 1 WHERE r.machine = o.machine
# title: semi join without a key
# rule: JOIN
SELECT r.machine FROM readings r LEFT SEMI JOIN orders o ON o.hours > 3
# title: semi join without its side
# rule: JOIN
SELECT r.machine FROM readings r SEMI JOIN orders o ON r.machine = o.machine
# title: right anti join
# rule: JOIN
SELECT o.machine FROM readings r RIGHT ANTI JOIN orders o ON r.machine = o.machine
# title: column of a table that is only tested
# rule: Q7
SELECT r.machine, o.hours FROM readings r LEFT SEMI JOIN orders o ON r.machine = o.machine
# title: name of a table that is only tested
# rule: Q6
SELECT r.machine FROM readings r LEFT ANTI JOIN orders o ON r.machine = o.machine JOIN orders o ON r.machine = o.machine AND r.day = o.day
# title: hidden column in a semi join
# rule: Q6
SELECT r.machine FROM readings r LEFT SEMI JOIN secrets s ON s.password = r.machine
# title: minus and a table that is not there
# rule: Q6
SELECT machine FROM readings MINUS SELECT password FROM secrets
# title: comment signs in a name
# rule: Q12
SELECT machine AS `n -- of` FROM readings
# title: a semicolon in a name
# rule: Q12
SELECT machine AS `n; of` FROM readings
# title: self join of rows
# rule: JOIN
SELECT a.site FROM readings a JOIN readings b ON a.site = b.site
# title: self join of rows hidden in WITH queries
# rule: JOIN
WITH a AS (SELECT site FROM readings), b AS (SELECT site FROM readings) SELECT COUNT(*) FROM a JOIN b ON a.site = b.site
# title: join without a key
# rule: JOIN
SELECT r.site FROM readings r JOIN orders o ON r.heat > o.hours
# title: join on keys that are no keys
# rule: JOIN
SELECT r.site FROM readings r JOIN orders o ON r.site = o.machine
# title: join with OR
# rule: JOIN
SELECT r.site FROM readings r JOIN orders o ON r.machine = o.machine OR 1 = 1
# title: natural join
# rule: Q3
SELECT r.heat FROM readings r NATURAL JOIN orders o
# title: lateral
# rule: Q5
SELECT r.site FROM readings r, LATERAL (SELECT 1 AS a) x
# title: joins without ON, which take the parser for ever
# rule: JOIN
SELECT * FROM a JOIN b JOIN c JOIN d JOIN e JOIN f JOIN g JOIN h JOIN i JOIN j JOIN k JOIN l JOIN m JOIN n
# title: LIMIT of a subquery
# rule: Q11
SELECT site FROM readings LIMIT (SELECT 5)
# title: cast to a container
# rule: Q4
SELECT CAST('[1]' AS ARRAY<INT>) FROM readings
# title: JSON
# rule: Q4
SELECT worker -> '$.a' FROM readings
# title: QUALIFY over another window
# rule: Q3
SELECT machine FROM readings QUALIFY SUM(units) OVER (ORDER BY at) > 5
# title: escape clause
# rule: Q3
SELECT machine FROM readings WHERE machine LIKE 'x' ESCAPE 'y'
# title: subquery without a name
# rule: Q5
SELECT site FROM (SELECT site FROM readings)
# title: pivot
# rule: Q3
SELECT * FROM readings PIVOT (SUM(units) FOR class IN ('saw'))
# title: values
# rule: Q1
VALUES (1), (2)
# title: hash of a guess
# rule: Q4
SELECT MD5('Anna') FROM readings
# title: distinct on
# rule: Q3
SELECT DISTINCT ON (site) machine FROM readings
# title: array subscript
# rule: Q3
SELECT SPLIT(machine, '-')[1] FROM readings
# title: unit that LAST_DAY does not know
# rule: Q4
SELECT LAST_DAY(day, 'week') FROM readings
# title: edge of a slice from a column
# rule: Q4
SELECT DATE_SLICE(day, INTERVAL 7 DAY, machine) FROM readings
# title: time zone from a column
# rule: Q4
SELECT CONVERT_TZ(at, machine, 'UTC') FROM readings
# title: pattern with two ways to match
# rule: Q4
SELECT REGEXP_EXTRACT(machine, 'a|ab', 0) FROM readings
# title: replacement from a column
# rule: Q4
SELECT REGEXP_REPLACE(machine, 'a', worker) FROM readings
# title: format from a column
# rule: Q4
SELECT STR_TO_DATE(machine, worker) FROM readings
# title: delimiter from a column
# rule: Q4
SELECT SUBSTRING_INDEX(machine, class, 1) FROM readings
# title: limit in a list of texts
# rule: Q4
SELECT GROUP_CONCAT(machine ORDER BY at LIMIT 3) FROM readings
# title: a list of texts as an array
# rule: Q4
# says: ARRAY_JOIN(ARRAY_AGG(x), ', ')
SELECT site, ARRAY_AGG(DISTINCT machine ORDER BY machine) AS machines FROM readings GROUP BY site
# title: the last ten years by the clock
# rule: Q4
# says: write the date as a literal, such as '2026-06-30'
SELECT COUNT(*) AS n FROM orders WHERE day >= DATE_SUB(CURDATE(), INTERVAL 10 YEAR)
# title: before today in standard words
# rule: Q4
# says: write the date as a literal, such as '2026-06-30'
SELECT COUNT(*) AS n FROM orders WHERE day <= CURRENT_DATE()
# title: before now
# rule: Q4
# says: write the date as a literal, such as '2026-06-30'
SELECT MAX(at) AS newest FROM readings WHERE at < NOW()
# title: Metabase filter on the last 30 days
# rule: Q4
# says: write the date as a literal, such as '2026-06-30'
SELECT COUNT(*) AS `count` FROM `orders` WHERE `orders`.`day` >= DATE_ADD(CURRENT_DATE, INTERVAL -3650 DAY) AND `orders`.`day` < CURRENT_DATE
# title: seconds since 1970 by the clock
# rule: Q4
SELECT COUNT(*) AS n FROM readings WHERE UNIX_TIMESTAMP(at) > UNIX_TIMESTAMP()
# title: a format of FROM_UNIXTIME that StarRocks gives NULL for
# rule: Q4
SELECT FROM_UNIXTIME(units, '%M %Y') AS a FROM readings
# title: a format of FROM_UNIXTIME that a column holds
# rule: Q4
SELECT FROM_UNIXTIME(units, machine) AS a FROM readings
# title: a column repeated
# rule: Q4
SELECT REPEAT(machine, 3) AS a FROM readings
# title: a text repeated as often as a column says
# rule: Q4
# says: LEAST(x, a plain number)
SELECT REPEAT('#', units) AS a FROM readings
# title: a long text repeated often
# rule: Q4
SELECT REPEAT('0123456789', 1001) AS a
# title: repeats inside repeats
# rule: Q4
SELECT REPEAT(REPEAT('a', 10000), 10000) AS a
# title: words that end where the query says
# rule: Q3
SELECT INITCAP(machine, 'a') AS a FROM readings
# title: a list that a subquery gives out
# rule: Q4
SELECT ARRAY_LENGTH(a) AS n FROM (SELECT ARRAY_AGG(machine) AS a FROM readings) t
# title: a list over a window
# rule: Q4
SELECT ARRAY_JOIN(ARRAY_AGG(machine) OVER (), ',') AS a FROM readings
# title: a list joined by a column
# rule: Q4
SELECT ARRAY_JOIN(ARRAY_AGG(machine), machine) AS a FROM readings GROUP BY machine
# title: an amount of time that is SQL, in brackets
# rule: Q4
SELECT DATE_ADD(at, INTERVAL ('1 day) + (SELECT 1') DAY) AS a FROM readings
# title: an amount of time that is SQL, with a sign
# rule: Q4
SELECT DATE_ADD(at, INTERVAL -('1) DAY --') DAY) AS a FROM readings
# title: a window's name without a window
# rule: Q3
SELECT SUM(units) OVER w AS a FROM readings
# title: a window that builds on another
# rule: Q3
SELECT SUM(units) OVER v AS a FROM readings WINDOW w AS (PARTITION BY site), v AS (w ORDER BY at)
