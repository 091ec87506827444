# title: keywords in small letters
select plant_name, sum(good_units) as units from plant_obt group by plant_name order by units desc
# title: keywords in mixed letters
Select Plant_Name, Sum(Good_Units) As Units From plant_obt Group By Plant_Name Having Sum(Good_Units) > 0 Order By Units Desc
# title: column names in capitals
SELECT ASSET_ID, SUM(DOWN_MIN) AS D FROM plant_obt GROUP BY ASSET_ID ORDER BY D DESC, ASSET_ID LIMIT 5
# title: one word a line
SELECT
asset_class
,
COUNT
(
*
)
AS
n
FROM
work_orders
GROUP
BY
asset_class
# title: no blanks where none are needed
SELECT asset_id,COUNT(*)AS n,SUM(labour_hours)AS h FROM work_orders WHERE(labour_hours>1)AND(order_type='corrective')GROUP BY asset_id HAVING(COUNT(*)>2)ORDER BY n DESC,asset_id
# title: many blanks
SELECT     plant_id   ,   COUNT( * )    AS    n     FROM    alarm_events      GROUP     BY     plant_id
# title: tabs
SELECT	plant_id,	COUNT(*)	AS	n
	FROM	alarm_events
	WHERE	priority	=	'high'
	GROUP	BY	plant_id
# title: trailing semicolon
SELECT COUNT(*) AS n FROM work_orders;
# title: trailing semicolon, blank and line end
SELECT MAX(opened_ts) AS newest FROM work_orders ;   

# title: leading blank lines
 
	
SELECT MIN(opened_ts) AS oldest FROM work_orders
# title: comment before
-- orders by type, for the Monday meeting
SELECT order_type, COUNT(*) AS n FROM work_orders GROUP BY order_type
# title: block comment of several lines before
/*
 * OEE losses
 * author: production engineering; version 3
 */
SELECT line_name, SUM(down_min) AS d FROM plant_obt GROUP BY line_name
# title: comments between clauses
SELECT asset_id, -- the machine
       COUNT(*) AS n /* number */, SUM(parts_cost_eur) AS eur -- in euro
FROM work_orders -- maintenance only
WHERE order_type = 'corrective' /* no preventive */
GROUP BY asset_id
# title: a condition commented out
SELECT COUNT(*) AS n FROM alarm_events WHERE priority = 'high' -- AND plant_id = 'HAM'
  /* AND event_date > '2026-01-01'; */ AND shift_name = 'Night'
# title: comment with quotes and semicolons
SELECT plant_id, COUNT(*) AS n -- it's "all"; really
FROM work_orders GROUP BY plant_id -- done;
# title: comment after the semicolon
SELECT COUNT(*) AS n FROM alarm_events; -- end of report
# title: minus of a negative number
SELECT 5 - -3 AS a, -(-MAX(labour_hours)) AS b FROM work_orders
# title: brackets round everything
SELECT ((SUM((good_units)))) AS u, (((plant_id))) AS p FROM plant_obt WHERE (((plant_id) = ('HAM'))) GROUP BY (plant_id)
# title: the whole statement in brackets
(SELECT plant_id, COUNT(*) AS n FROM work_orders GROUP BY plant_id ORDER BY n DESC)
# title: leading commas and AND
SELECT
    asset_id
    , SUM(run_min) AS run_min
    , SUM(planned_min) AS planned_min
FROM plant_obt
WHERE 1 = 1
    AND event_date >= '2026-06-22'
    AND plant_id IN (
        'HAM'
        , 'AUS'
    )
GROUP BY asset_id
# title: aliases without AS
SELECT p.asset_id id, SUM(p.down_min) d FROM plant_obt p GROUP BY p.asset_id ORDER BY d DESC, id LIMIT 7
# title: aliases in quotes
SELECT plant_id AS "Plant", COUNT(*) AS 'Orders' FROM work_orders GROUP BY plant_id
# title: backticks everywhere
SELECT `w`.`asset_id`, COUNT(`w`.`work_order_no`) AS `n` FROM `work_orders` AS `w` WHERE `w`.`order_type` = 'corrective' GROUP BY `w`.`asset_id`
# title: not equal two ways and double negation
SELECT COUNT(*) AS n FROM alarm_events WHERE priority != 'low' AND priority <> 'medium' AND NOT (NOT (shift_name = 'Early'))
# title: operators as signs
SELECT COUNT(*) AS n FROM alarm_events WHERE (priority = 'high' && shift_name = 'Night')
# title: limit with offset in the MySQL form
SELECT work_order_no FROM work_orders ORDER BY work_order_no LIMIT 5, 10
# title: limit with OFFSET
SELECT work_order_no FROM work_orders ORDER BY work_order_no DESC LIMIT 10 OFFSET 20
# title: order by ordinals with directions
SELECT plant_id, asset_class, COUNT(*) AS n FROM work_orders GROUP BY 1, 2 ORDER BY 3 DESC, 1 ASC, 2
# title: nulls first and last
SELECT asset_id, MAX(flow_m3_h) AS f FROM plant_obt GROUP BY asset_id ORDER BY f DESC NULLS LAST, asset_id
# title: nulls put last by an expression
SELECT work_order_no, closed_ts FROM work_orders WHERE event_date >= '2026-06-25' ORDER BY closed_ts IS NULL, closed_ts, work_order_no
# title: limit zero rows for a schema
# rows: none
SELECT asset_id, event_ts FROM plant_obt LIMIT 0
# title: condition that is never true
# rows: none
SELECT * FROM alarm_events WHERE 1 = 0
# title: ALL written out
SELECT ALL plant_id FROM work_orders WHERE order_type = 'predictive'
# title: a long list of columns
SELECT event_date, event_ts, event_ts_utc, production_date, shift_name, plant_id, plant_name, country, area_name, line_name, asset_id, asset_name, asset_class, criticality, manufacturer, asset_model, installed_on, product_code, product_name, product_family, order_no, crew, temperature_c, vibration_mm_s, pressure_bar, motor_current_a, speed_rpm, flow_m3_h, power_kw, signal_quality, planned_min, run_min, down_min, downtime_reason, ideal_units, good_units, scrap_units, scrap_reason, energy_kwh
FROM plant_obt WHERE event_ts = '2026-06-30 12:00:00'
# title: qualified by the table's own name
SELECT work_orders.asset_id, work_orders.failure_mode FROM work_orders WHERE work_orders.closed_ts IS NULL
# title: Windows line ends
SELECT plant_id,
       COUNT(*) AS n
FROM work_orders
GROUP BY plant_id
