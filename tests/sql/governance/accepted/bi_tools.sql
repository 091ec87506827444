# title: Grafana time series by bucket
SELECT UNIX_TIMESTAMP(event_ts_utc) DIV 3600 * 3600 AS "time", asset_id AS metric, avg(vibration_mm_s) AS "value" FROM plant_obt WHERE event_ts_utc >= FROM_UNIXTIME(1782432000) AND event_ts_utc <= FROM_UNIXTIME(1782518400) AND asset_class IN ('pump') GROUP BY 1, asset_id ORDER BY UNIX_TIMESTAMP(event_ts_utc) DIV 3600 * 3600
# title: Grafana time series with time literals
SELECT
  event_ts AS "time",
  temperature_c AS "OVN-01"
FROM plant_obt
WHERE
  event_ts BETWEEN '2026-06-29 00:00:00' AND '2026-06-30 00:00:00' AND
  asset_id = 'OVN-01'
ORDER BY event_ts
# title: Grafana table with a variable of several values
SELECT line_name as "Line", count(*) as "Alarms" FROM alarm_events WHERE plant_name IN ('Hamburg','Austin') AND (raised_ts BETWEEN '2026-06-01 00:00:00' AND '2026-06-30 23:59:59') GROUP BY line_name ORDER BY 2 DESC, 1
# title: Grafana variable query
SELECT DISTINCT asset_id AS __text, asset_id AS __value FROM plant_obt WHERE line_name = 'Line 1' ORDER BY 1
# title: Metabase summary by month
SELECT str_to_date(concat(date_format(`work_orders`.`opened_ts`, '%Y-%m'), '-01'), '%Y-%m-%d') AS `opened_ts`, count(*) AS `count`
FROM `work_orders`
GROUP BY str_to_date(concat(date_format(`work_orders`.`opened_ts`, '%Y-%m'), '-01'), '%Y-%m-%d')
ORDER BY str_to_date(concat(date_format(`work_orders`.`opened_ts`, '%Y-%m'), '-01'), '%Y-%m-%d') ASC
# title: Metabase nested question
SELECT `source`.`line_name` AS `line_name`, SUM(`source`.`down_min`) AS `sum` FROM (SELECT `plant_obt`.`line_name` AS `line_name`, `plant_obt`.`down_min` AS `down_min`, `plant_obt`.`plant_id` AS `plant_id` FROM `plant_obt` WHERE `plant_obt`.`event_date` >= date('2026-06-22')) AS `source` WHERE `source`.`plant_id` = 'HAM' GROUP BY `source`.`line_name` ORDER BY `source`.`line_name` ASC
# title: Metabase raw rows
# rows: count
SELECT `alarm_events`.`alarm_id` AS `alarm_id`, `alarm_events`.`raised_ts` AS `raised_ts`, `alarm_events`.`message` AS `message` FROM `alarm_events` LIMIT 2000
# title: Metabase joined question with a double-underscore alias
SELECT `source`.`asset_id` AS `asset_id`, `Work Orders`.`count` AS `Work Orders__count` FROM (SELECT `plant_obt`.`asset_id` AS `asset_id`, SUM(`plant_obt`.`down_min`) AS `sum` FROM `plant_obt` GROUP BY `plant_obt`.`asset_id`) AS `source` LEFT JOIN (SELECT `work_orders`.`asset_id` AS `asset_id`, COUNT(*) AS `count` FROM `work_orders` GROUP BY `work_orders`.`asset_id`) AS `Work Orders` ON `source`.`asset_id` = `Work Orders`.`asset_id`
# title: Metabase binned histogram
SELECT FLOOR(((`plant_obt`.`power_kw` - 0.0) / 12.5)) * 12.5 + 0.0 AS `power_kw`, COUNT(*) AS `count` FROM `plant_obt` WHERE `plant_obt`.`power_kw` IS NOT NULL GROUP BY FLOOR(((`plant_obt`.`power_kw` - 0.0) / 12.5)) * 12.5 + 0.0 ORDER BY `power_kw` ASC
# title: Metabase hour of day
SELECT HOUR(`alarm_events`.`raised_ts`) AS `raised_ts`, COUNT(*) AS `count` FROM `alarm_events` WHERE (`alarm_events`.`priority` = 'high') AND ((`alarm_events`.`plant_name` = 'Hamburg') OR (`alarm_events`.`plant_name` = 'Austin')) GROUP BY HOUR(`alarm_events`.`raised_ts`) ORDER BY HOUR(`alarm_events`.`raised_ts`) ASC
# title: Superset time series with a grain
SELECT date_trunc('day', event_ts) AS __timestamp, line_name AS line_name, sum(good_units) AS `SUM(good_units)` FROM plant_obt WHERE event_ts >= STR_TO_DATE('2026-06-22 00:00:00.000000', '%Y-%m-%d %H:%i:%s.%f') AND event_ts < STR_TO_DATE('2026-06-29 00:00:00.000000', '%Y-%m-%d %H:%i:%s.%f') GROUP BY date_trunc('day', event_ts), line_name ORDER BY `SUM(good_units)` DESC LIMIT 10000
# title: Superset series limit
SELECT date_trunc('day', event_ts) AS __timestamp, asset_id AS asset_id, SUM(down_min) AS `SUM(down_min)`
FROM plant_obt
JOIN (SELECT asset_id AS asset_id__, SUM(down_min) AS mme_inner__ FROM plant_obt GROUP BY asset_id ORDER BY mme_inner__ DESC LIMIT 5) AS series_limit ON asset_id = asset_id__
GROUP BY date_trunc('day', event_ts), asset_id
ORDER BY `SUM(down_min)` DESC, __timestamp, asset_id
LIMIT 1000
# title: Superset virtual dataset
SELECT plant_name AS plant_name, AVG(oee) AS `AVG(oee)` FROM (SELECT plant_name, event_date, SUM(run_min)/NULLIF(SUM(planned_min),0) AS oee FROM plant_obt GROUP BY plant_name, event_date) AS virtual_table GROUP BY plant_name ORDER BY `AVG(oee)` DESC LIMIT 100
# title: Superset filter values
SELECT shift_name AS shift_name FROM plant_obt GROUP BY shift_name LIMIT 1000
# title: Superset big number with a trend
SELECT date_trunc('week', raised_ts) AS __timestamp, COUNT(*) AS count FROM alarm_events WHERE raised_ts >= '2026-05-01 00:00:00.000000' AND raised_ts < '2026-07-01 00:00:00.000000' GROUP BY date_trunc('week', raised_ts) ORDER BY count DESC LIMIT 50000
# title: Superset samples
# rows: count
SELECT asset_id AS asset_id, event_ts AS event_ts, temperature_c AS temperature_c FROM plant_obt LIMIT 1000 OFFSET 0
# title: Superset pivot with a case
SELECT plant_name AS plant_name, SUM(CASE WHEN priority = 'high' THEN 1 ELSE 0 END)/COUNT(*) AS `% high` FROM alarm_events WHERE plant_name IN ('Hamburg', 'Austin', 'Hai Phong') AND ((priority IN ('high', 'medium', 'low') OR priority IS NULL)) GROUP BY plant_name
# title: Power BI import by columns
select `$Table`.`work_order_no` as `work_order_no`, `$Table`.`opened_ts` as `opened_ts`, `$Table`.`parts_cost_eur` as `parts_cost_eur` from `work_orders` `$Table`
# title: Power BI grouped rows
select `rows`.`line_name` as `line_name`, sum(`rows`.`good_units`) as `a0` from (select `_`.`line_name`, `_`.`good_units` from `plant_obt` `_` where `_`.`event_date` >= '2026-06-22' and `_`.`event_date` < '2026-06-29') `rows` group by `line_name`
# title: Power BI direct query
select `t0`.`plant_name`, `t0`.`C1` from (select `plant_name`, sum(`energy_kwh`) as `C1` from (select `plant_name`, `energy_kwh`, `event_date` from `plant_obt`) as `ITBL` where `event_date` = DATE '2026-06-30' group by `plant_name`) as `t0` where not(`t0`.`C1` is null) order by `t0`.`C1` desc limit 1000
# title: Power BI distinct of two columns
select distinct `plant_name`, `line_name` from `alarm_events` `$Table` order by `plant_name`, `line_name` limit 1000
# title: Tableau grouped by position
SELECT `plant_obt`.`asset_class` AS `asset_class`, AVG(`plant_obt`.`temperature_c`) AS `avg_temperature_c_ok`, SUM(1) AS `sum_number_of_records_ok` FROM `plant_obt` GROUP BY 1
# title: Tableau with having and table extents
SELECT MIN(`plant_obt`.`event_ts`) AS `TEMP(none:event_ts:min)`, MAX(`plant_obt`.`event_ts`) AS `TEMP(none:event_ts:max)` FROM `plant_obt` HAVING (COUNT(1) > 0)
# title: Tableau month truncation
SELECT ADDDATE(CAST(DATE_FORMAT(`work_orders`.`opened_ts`, '%Y-%m-01') AS DATE), INTERVAL 0 DAY) AS `tmn:opened_ts:ok`, SUM(`work_orders`.`labour_hours`) AS `sum:labour_hours:ok` FROM `work_orders` GROUP BY 1
# title: Tableau top N by a joined subquery
SELECT `alarm_events`.`message` AS `message`, COUNT(`alarm_events`.`alarm_id`) AS `cnt` FROM `alarm_events` INNER JOIN (SELECT `alarm_events`.`message` AS `message`, COUNT(1) AS `$__alias__0` FROM `alarm_events` GROUP BY 1 ORDER BY `$__alias__0` DESC, `message` ASC LIMIT 10) `t0` ON (`alarm_events`.`message` = `t0`.`message`) GROUP BY 1
# title: Looker filtered measure
SELECT alarm_events.plant_name AS `alarm_events.plant_name`, COALESCE(SUM(CASE WHEN (alarm_events.priority = 'high') THEN 1 ELSE NULL END), 0) AS `alarm_events.high_count` FROM alarm_events WHERE ((( alarm_events.raised_ts ) >= ((TIMESTAMP('2026-06-01'))) AND ( alarm_events.raised_ts ) < ((TIMESTAMP('2026-07-01'))))) GROUP BY 1 ORDER BY 2 DESC LIMIT 500
# title: Redash with a date range
SELECT event_date, plant_name, SUM(energy_kwh)/1000 AS mwh FROM plant_obt WHERE event_date >= '2026-06-22' AND event_date <= '2026-06-28' GROUP BY event_date, plant_name ORDER BY event_date ASC, plant_name
# title: dbt-like layered query
with source as (
    select * from work_orders
),
renamed as (
    select
        work_order_no as order_id,
        asset_id,
        cast(opened_ts as date) as opened_on,
        cast(closed_ts as date) as closed_on,
        labour_hours,
        parts_cost_eur as cost
    from source
),
final as (
    select order_id, asset_id, opened_on, closed_on, cost + labour_hours * 65 as total_cost
    from renamed
    where closed_on is not null
)
select * from final where opened_on >= '2026-06-01'
# title: SQLAlchemy with anonymous names
SELECT anon_1.asset_id, anon_1.sum_1 FROM (SELECT plant_obt.asset_id AS asset_id, sum(plant_obt.scrap_units) AS sum_1 FROM plant_obt WHERE plant_obt.event_date >= '2026-06-22' GROUP BY plant_obt.asset_id) AS anon_1 WHERE anon_1.sum_1 > 10 ORDER BY anon_1.sum_1 DESC, anon_1.asset_id LIMIT 25
# title: pandas chunk read
SELECT t.* FROM (SELECT asset_id, event_date, SUM(run_min) AS run_min FROM plant_obt GROUP BY asset_id, event_date) AS t ORDER BY t.asset_id, t.event_date LIMIT 500 OFFSET 100
# title: count wrapper for paging
SELECT COUNT(*) AS total FROM (SELECT alarm_id, raised_ts FROM alarm_events WHERE priority = 'high' ORDER BY raised_ts) AS sub
