# title: a drop in a literal
SELECT COUNT(*) AS n FROM alarm_events WHERE message <> '''; DROP TABLE alarm_events; --'
# title: always true in a literal
SELECT COUNT(*) AS n FROM alarm_events WHERE message NOT LIKE '%'' OR 1=1%' AND message != ' OR 1=1'
# title: comment marks in a literal
SELECT '-- not a comment' AS a, '/* nor this */' AS b, '# nor this' AS c, '/*! nor this */' AS d, COUNT(*) AS n FROM work_orders
# title: hint in a literal
SELECT '/*+ SET_VAR(query_timeout=1) */' AS hint_text, MAX(labour_hours) AS h FROM work_orders
# title: whole statements in literals
SELECT CASE order_type WHEN 'DELETE FROM plant_obt' THEN 'INSERT INTO t VALUES (1)' WHEN 'preventive' THEN 'UPDATE x SET y = 1' ELSE 'GRANT ALL ON *.*' END AS t, COUNT(*) AS n FROM work_orders GROUP BY 1
# title: union in a literal
SELECT COUNT(*) AS n FROM work_orders WHERE failure_mode <> 'x UNION SELECT password FROM users' OR failure_mode IS NULL
# title: function names in literals
SELECT 'sleep(10)' AS a, 'load_file(''/etc/passwd'')' AS b, '@@version' AS c, '${jndi:ldap://x}' AS d, '<script>alert(1)</script>' AS e, '{{7*7}}' AS f
# title: quotes doubled and mixed
SELECT 'it''s' AS a, "it's" AS b, 'he said "no"' AS c, "she said ""yes""" AS d, '''' AS e, '""' AS f
# title: escaped quotes
SELECT 'it\'s' AS a, "a \"quoted\" word" AS b, COUNT(*) AS n FROM work_orders WHERE failure_mode <> 'operator\'s fault'
# title: backslashes
SELECT 'C:\\plant\\line 1' AS path, '\\\\server\\share' AS unc, COUNT(*) AS n FROM alarm_events WHERE message NOT LIKE '%\\\\%'
# title: tab and newline escapes
SELECT 'a\tb' AS tab_text, 'a\nb' AS two_lines, LENGTH('a\nb') AS n
# title: a line break inside a literal
SELECT 'first
second' AS two_lines, COUNT(*) AS n FROM work_orders
# title: umlauts, Vietnamese and accents
SELECT COUNT(*) AS n, 'Kühlmittelpumpe' AS de, 'Hải Phòng' AS vi, 'débit élevé' AS fr, 'Température' AS fr2 FROM plant_obt WHERE asset_name <> 'Förderband Süd' AND plant_name <> 'Hải Phòng'
# title: emoji and signs
SELECT '✅ OK' AS a, '🔥 hot' AS b, '⚠️' AS c, '°C · µm · ±5 % · Ω · ≤' AS d, COUNT(*) AS n FROM alarm_events
# title: Chinese, Japanese, Arabic, Cyrillic and Hebrew in literals
SELECT '泵' AS zh, 'ポンプ' AS ja, 'مضخة' AS ar, 'насос' AS ru, 'משאבה' AS he
# title: combining accents in normal form C
SELECT 'é' AS one, 'Å' AS two, 'ß' AS three, 'ﬁ' AS four
# title: percent and underscore escaped in LIKE
SELECT COUNT(*) AS n FROM alarm_events WHERE message NOT LIKE '%100\%%' AND tag NOT LIKE '%\_%'
# title: percent signs of a driver
SELECT CONCAT(ROUND(100 * AVG(signal_quality = 'GOOD'), 1), '%') AS share, '%s' AS a, '%(name)s' AS b, '%%' AS c FROM plant_obt
# title: question marks and colons
SELECT '? :name $1 @x' AS placeholders, COUNT(*) AS n FROM work_orders WHERE work_order_no <> ':no'
# title: semicolons in literals
SELECT GROUP_CONCAT(DISTINCT order_type ORDER BY order_type SEPARATOR ';') AS kinds, ';' AS s, ';;' AS ss FROM work_orders
# title: JSON in a literal
SELECT '{"asset": "PMP-01", "limits": [1.8, 4.5, 7.1], "note": "it''s ok"}' AS settings, COUNT(*) AS n FROM alarm_events
# title: SQL words as literals in a list
SELECT COUNT(*) AS n FROM work_orders WHERE order_type NOT IN ('select', 'drop', 'table', 'null', 'true', 'or', 'and', '--', '/*', '*/', ';', '')
# title: numbers as texts
SELECT '007' AS a, '1e5' AS b, '-0' AS c, 'NaN' AS d, 'Infinity' AS e, '0x1F' AS f
# title: blank literals
SELECT '' AS empty_text, ' ' AS blank, '   x   ' AS padded, CONCAT('[', '', ']') AS brackets
# title: a long literal of words
SELECT COUNT(*) AS n FROM alarm_events WHERE message <> 'The operator reported that the pump was running hot since the early shift; maintenance replaced the seal, checked the alignment (0.05 mm), and released it at 14:35. SELECT * FROM plant_obt WHERE 1=1; -- see WO-10001 /* closed */'
# title: unions of literals with payloads
SELECT 'a'' UNION ALL SELECT 1 --' AS t UNION ALL SELECT 'admin''--' UNION ALL SELECT ''' OR ''''=''' UNION ALL SELECT '1; EXEC xp_cmdshell(''dir'')'
# title: alias with blanks, brackets and signs in backticks
SELECT asset_class AS `Anlage: Typ (Klasse)`, COUNT(*) AS `Anzahl [n], %`, SUM(labour_hours) AS `Stunden (h)` FROM work_orders GROUP BY asset_class
# title: alias of SQL words in backticks
SELECT plant_id AS `select`, COUNT(*) AS `from`, MAX(event_date) AS `order`, MIN(event_date) AS `group` FROM work_orders GROUP BY `select`
# title: operators in literals
SELECT CONCAT('a', '||', 'b') AS a, '1=1' AS b, 'x <=> y' AS c, '(' AS d, ')' AS e, ',' AS f, '.' AS g, '*' AS h, '`' AS i
# title: a path and an address
SELECT 's3://bucket/plant/*.parquet' AS a, 'https://example.com/?q=1&r=''x''' AS b, 'file:///etc/passwd' AS c, '../../x' AS d
# title: a function's text in a search
SELECT COUNT(*) AS n FROM alarm_events WHERE LOCATE('read_csv(', message) = 0 AND REPLACE(message, 'information_schema', '') = message
