# title: label of several columns
SELECT DISTINCT CONCAT(plant_name, ' / ', line_name, ' / ', asset_id) AS label FROM plant_obt
# title: label with a separator
SELECT DISTINCT CONCAT_WS(' - ', plant_name, area_name, product_family) AS label FROM plant_obt
# title: number of an asset out of its code
SELECT DISTINCT asset_id, SPLIT_PART(asset_id, '-', 1) AS prefix, CAST(SPLIT_PART(asset_id, '-', 2) AS INT) AS no FROM plant_obt
# title: prefix by LEFT and SUBSTRING
SELECT LEFT(asset_id, 3) AS p1, SUBSTRING(asset_id, 1, 3) AS p2, SUBSTR(asset_id, 5) AS p3, RIGHT(asset_id, 2) AS p4, COUNT(*) AS n FROM work_orders GROUP BY 1, 2, 3, 4
# title: prefix by position
SELECT DISTINCT SUBSTRING(asset_id, 1, INSTR(asset_id, '-') - 1) AS prefix FROM work_orders
# title: locate in both argument orders
SELECT DISTINCT message, LOCATE('high', message) AS a, INSTR(message, 'high') AS b FROM alarm_events
# title: parts of a tag
SELECT DISTINCT tag, SUBSTRING_INDEX(tag, '-', 1) AS kind, SUBSTRING_INDEX(tag, '-', -1) AS loop_no FROM alarm_events
# title: search without regard to case
SELECT message, COUNT(*) AS n FROM alarm_events WHERE LOWER(message) LIKE '%temperature%' GROUP BY message ORDER BY n DESC, message
# title: not like two things
SELECT DISTINCT message FROM alarm_events WHERE message NOT LIKE '%low%' AND message NOT LIKE '%high%'
# title: single character wildcards
SELECT COUNT(*) AS n FROM work_orders WHERE asset_id LIKE 'PMP-0_' OR asset_id LIKE '___-12'
# title: regular expression of assets
SELECT DISTINCT asset_id FROM plant_obt WHERE asset_id REGEXP '^(PMP|CMP)-0[1-4]$'
# title: RLIKE and its negation
SELECT COUNT(*) AS n FROM alarm_events WHERE message RLIKE '^.*(pressure|flow).*$' AND NOT message REGEXP '^.*drop.*$'
# title: extract by a regular expression
SELECT DISTINCT asset_model, REGEXP_EXTRACT(asset_model, '([A-Z]+)-([0-9]+)', 2) AS size FROM plant_obt
# title: replace by a regular expression
SELECT DISTINCT asset_id, REGEXP_REPLACE(asset_id, '[^0-9]', '') AS digits FROM work_orders
# title: replace and pad
SELECT DISTINCT REPLACE(line_name, 'Line ', 'L') AS short_name, LPAD(REPLACE(line_name, 'Line ', ''), 2, '0') AS no, RPAD(area_name, 12, '.') AS padded FROM plant_obt
# title: trims
SELECT DISTINCT TRIM(asset_name) AS a, LTRIM(asset_name) AS b, RTRIM(asset_name) AS c FROM work_orders
# title: lengths
SELECT MAX(LENGTH(message)) AS bytes, MAX(CHAR_LENGTH(message)) AS chars, MIN(LENGTH(asset_name)) AS least FROM alarm_events
# title: longest message
SELECT message FROM alarm_events GROUP BY message ORDER BY CHAR_LENGTH(message) DESC, message LIMIT 1
# title: upper, lower and first letter big
SELECT DISTINCT UPPER(plant_name) AS u, LOWER(plant_name) AS l, CONCAT(UPPER(LEFT(asset_class, 1)), LOWER(SUBSTRING(asset_class, 2))) AS c FROM work_orders
# title: initial capitals by name
SELECT DISTINCT INITCAP(asset_class) AS c FROM work_orders
# title: starts and ends with
SELECT COUNT(*) AS n FROM alarm_events WHERE STARTS_WITH(tag, 'TT') OR ENDS_WITH(message, 'high')
# title: reversed
SELECT DISTINCT REVERSE(asset_id) AS r FROM work_orders WHERE asset_class = 'press'
# title: orders of texts in a given sequence
SELECT priority, COUNT(*) AS n FROM alarm_events GROUP BY priority ORDER BY FIELD(priority, 'high', 'medium', 'low')
# title: membership in a comma list
SELECT COUNT(*) AS n FROM work_orders WHERE FIND_IN_SET(order_type, 'corrective,predictive') > 0
# title: text of a number with its unit
SELECT asset_id, CONCAT(ROUND(AVG(power_kw), 1), ' kW') AS kw FROM plant_obt GROUP BY asset_id
# title: texts compared
SELECT COUNT(*) AS n FROM work_orders WHERE asset_id > 'M' AND asset_id <= 'PRS-99'
# title: empty text and null apart
SELECT COUNT(*) AS n, SUM(failure_mode = '') AS empties, SUM(failure_mode IS NULL) AS nulls FROM work_orders
# title: number in a text compared as number
SELECT DISTINCT asset_id FROM plant_obt WHERE CAST(RIGHT(asset_id, 2) AS INT) BETWEEN 3 AND 5
# title: texts listed per line
SELECT line_name, GROUP_CONCAT(DISTINCT asset_class ORDER BY asset_class) AS classes FROM plant_obt GROUP BY line_name
# title: list by another column's order
SELECT plant_id, GROUP_CONCAT(work_order_no ORDER BY opened_ts DESC, work_order_no SEPARATOR ' ') AS newest_first FROM work_orders WHERE event_date >= '2026-06-28' GROUP BY plant_id
# title: position in a sentence
SELECT DISTINCT POSITION('-' IN tag) AS at FROM alarm_events
# title: code of the first letter
SELECT DISTINCT ASCII(asset_class) AS code FROM work_orders
# title: texts in capitals by their other names
SELECT DISTINCT UCASE(country) AS u, LCASE(country) AS l FROM plant_obt
# title: repeated signs as a small chart
SELECT asset_class, COUNT(*) AS n, REPEAT('#', 10) AS bar FROM work_orders GROUP BY asset_class
