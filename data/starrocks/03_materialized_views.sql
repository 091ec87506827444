-- Roll-ups by day and by shift. They hold sums and counts and no ratio, so that every ratio can be
-- formed after adding up: OEE of a week is made from the sums of the week and is not the mean of
-- seven OEEs. `SUM` over any rows of a roll-up gives what `SUM` over the readings would give.
--
--   column            is                               in metrics
--   planned_min ...   SUM of the column of that name   as in data/models/plant.yaml, unchanged:
--                                                      SUM(run_min) / NULLIF(SUM(planned_min), 0)
--   reading_count     COUNT(*)                         SUM(reading_count) for COUNT(*)
--   X_sum, X_count    of GOOD readings only            mean of X: SUM(X_sum) / NULLIF(SUM(X_count), 0)
--   X_min, X_max      of GOOD readings only            MIN(X_min), MAX(X_max)
--   ..._s             SUM of seconds                   mean: SUM(acknowledge_s) / SUM(acknowledged_count)
--
-- Not in them, because it does not add up: observed_hours (distinct intervals over all assets),
-- percentiles and standard deviations. Those are asked of the tables.
-- Where a reading knows only one of good_units and scrap_units, SUM(good_units + scrap_units)
-- leaves it out of the tables' figure and not out of the roll-up's.
--
-- Partitions follow those of the tables: a refresh computes again the months that were loaded into
-- since, one month at a time (partition_refresh_number). A night shift belongs to the production
-- day on which it starts and may lie in two months: kpi_shift therefore holds event_date too, is
-- parted by it, and is added up over it.
-- StarRocks may answer a question to a table from a roll-up by itself, and does so only while the
-- roll-up is as new as the table ("checked"). Readers need no right on these: they are no views of
-- a scope and are not granted to anybody.

CREATE MATERIALIZED VIEW IF NOT EXISTS gemba_store.kpi_daily
COMMENT 'Production, energy and sensors of an asset, a product and a day'
PARTITION BY date_trunc('month', event_date)
DISTRIBUTED BY HASH (asset_id) BUCKETS 1
REFRESH ASYNC EVERY (INTERVAL 10 MINUTE)
PROPERTIES ("partition_refresh_number" = "1", "query_rewrite_consistency" = "checked")
AS
SELECT
    event_date,
    plant_id,
    plant_name,
    country,
    area_name,
    line_name,
    asset_id,
    asset_name,
    asset_class,
    criticality,
    product_code,
    product_name,
    product_family,
    SUM(planned_min) AS planned_min,
    SUM(run_min) AS run_min,
    SUM(down_min) AS down_min,
    SUM(CASE WHEN downtime_reason NOT IN ('Planned maintenance', 'Changeover', 'Cleaning', 'Tool change') THEN down_min ELSE 0 END) AS unplanned_down_min,
    SUM(CASE WHEN downtime_reason IN ('Planned maintenance', 'Changeover', 'Cleaning', 'Tool change') THEN down_min ELSE 0 END) AS planned_down_min,
    SUM(ideal_units) AS ideal_units,
    SUM(good_units) AS good_units,
    SUM(scrap_units) AS scrap_units,
    SUM(energy_kwh) AS energy_kwh,
    COUNT(*) AS reading_count,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN 1 ELSE 0 END) AS good_readings,
    SUM(CASE WHEN signal_quality = 'UNCERTAIN' THEN 1 ELSE 0 END) AS uncertain_readings,
    SUM(CASE WHEN signal_quality = 'BAD' THEN 1 ELSE 0 END) AS bad_readings,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) AS temperature_c_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) AS temperature_c_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) AS temperature_c_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) AS temperature_c_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS vibration_mm_s_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS vibration_mm_s_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS vibration_mm_s_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS vibration_mm_s_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN pressure_bar END) AS pressure_bar_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN pressure_bar END) AS pressure_bar_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN pressure_bar END) AS pressure_bar_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN pressure_bar END) AS pressure_bar_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN motor_current_a END) AS motor_current_a_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN motor_current_a END) AS motor_current_a_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN motor_current_a END) AS motor_current_a_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN motor_current_a END) AS motor_current_a_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN speed_rpm END) AS speed_rpm_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN speed_rpm END) AS speed_rpm_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN speed_rpm END) AS speed_rpm_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN speed_rpm END) AS speed_rpm_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN flow_m3_h END) AS flow_m3_h_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN flow_m3_h END) AS flow_m3_h_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN flow_m3_h END) AS flow_m3_h_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN flow_m3_h END) AS flow_m3_h_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) AS power_kw_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) AS power_kw_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) AS power_kw_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) AS power_kw_max
FROM gemba_store.plant_obt
GROUP BY
    event_date, plant_id, plant_name, country, area_name, line_name,
    asset_id, asset_name, asset_class, criticality, product_code, product_name,
    product_family;

CREATE MATERIALIZED VIEW IF NOT EXISTS gemba_store.kpi_shift
COMMENT 'Production, energy and sensors of an asset, a product and a shift'
PARTITION BY date_trunc('month', event_date)
DISTRIBUTED BY HASH (asset_id) BUCKETS 1
REFRESH ASYNC EVERY (INTERVAL 10 MINUTE)
PROPERTIES ("partition_refresh_number" = "1", "query_rewrite_consistency" = "checked")
AS
SELECT
    event_date,
    production_date,
    shift_name,
    crew,
    plant_id,
    plant_name,
    country,
    area_name,
    line_name,
    asset_id,
    asset_name,
    asset_class,
    criticality,
    product_code,
    product_name,
    product_family,
    SUM(planned_min) AS planned_min,
    SUM(run_min) AS run_min,
    SUM(down_min) AS down_min,
    SUM(CASE WHEN downtime_reason NOT IN ('Planned maintenance', 'Changeover', 'Cleaning', 'Tool change') THEN down_min ELSE 0 END) AS unplanned_down_min,
    SUM(CASE WHEN downtime_reason IN ('Planned maintenance', 'Changeover', 'Cleaning', 'Tool change') THEN down_min ELSE 0 END) AS planned_down_min,
    SUM(ideal_units) AS ideal_units,
    SUM(good_units) AS good_units,
    SUM(scrap_units) AS scrap_units,
    SUM(energy_kwh) AS energy_kwh,
    COUNT(*) AS reading_count,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN 1 ELSE 0 END) AS good_readings,
    SUM(CASE WHEN signal_quality = 'UNCERTAIN' THEN 1 ELSE 0 END) AS uncertain_readings,
    SUM(CASE WHEN signal_quality = 'BAD' THEN 1 ELSE 0 END) AS bad_readings,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) AS temperature_c_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) AS temperature_c_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) AS temperature_c_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN temperature_c END) AS temperature_c_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS vibration_mm_s_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS vibration_mm_s_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS vibration_mm_s_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN vibration_mm_s END) AS vibration_mm_s_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN pressure_bar END) AS pressure_bar_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN pressure_bar END) AS pressure_bar_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN pressure_bar END) AS pressure_bar_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN pressure_bar END) AS pressure_bar_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN motor_current_a END) AS motor_current_a_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN motor_current_a END) AS motor_current_a_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN motor_current_a END) AS motor_current_a_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN motor_current_a END) AS motor_current_a_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN speed_rpm END) AS speed_rpm_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN speed_rpm END) AS speed_rpm_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN speed_rpm END) AS speed_rpm_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN speed_rpm END) AS speed_rpm_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN flow_m3_h END) AS flow_m3_h_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN flow_m3_h END) AS flow_m3_h_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN flow_m3_h END) AS flow_m3_h_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN flow_m3_h END) AS flow_m3_h_max,
    SUM(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) AS power_kw_sum,
    COUNT(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) AS power_kw_count,
    MIN(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) AS power_kw_min,
    MAX(CASE WHEN signal_quality = 'GOOD' THEN power_kw END) AS power_kw_max
FROM gemba_store.plant_obt
GROUP BY
    event_date, production_date, shift_name, crew, plant_id, plant_name,
    country, area_name, line_name, asset_id, asset_name, asset_class,
    criticality, product_code, product_name, product_family;

CREATE MATERIALIZED VIEW IF NOT EXISTS gemba_store.alarms_daily
COMMENT 'Alarms of an asset, a priority and a shift'
PARTITION BY date_trunc('month', event_date)
DISTRIBUTED BY HASH (asset_id) BUCKETS 1
REFRESH ASYNC EVERY (INTERVAL 10 MINUTE)
PROPERTIES ("partition_refresh_number" = "1", "query_rewrite_consistency" = "checked")
AS
SELECT
    event_date,
    production_date,
    shift_name,
    plant_id,
    plant_name,
    country,
    area_name,
    line_name,
    asset_id,
    asset_name,
    asset_class,
    criticality,
    priority,
    COUNT(*) AS alarm_count,
    COUNT(acknowledged_ts) AS acknowledged_count,
    SUM(TIMESTAMPDIFF(SECOND, raised_ts, acknowledged_ts)) AS acknowledge_s,
    COUNT(cleared_ts) AS cleared_count,
    SUM(TIMESTAMPDIFF(SECOND, raised_ts, cleared_ts)) AS active_s
FROM gemba_store.alarm_events
GROUP BY
    event_date, production_date, shift_name, plant_id, plant_name, country,
    area_name, line_name, asset_id, asset_name, asset_class, criticality,
    priority;

CREATE MATERIALIZED VIEW IF NOT EXISTS gemba_store.work_orders_daily
COMMENT 'Work orders of an asset, a type and a failure mode by the day they were opened'
PARTITION BY date_trunc('month', event_date)
DISTRIBUTED BY HASH (asset_id) BUCKETS 1
REFRESH ASYNC EVERY (INTERVAL 10 MINUTE)
PROPERTIES ("partition_refresh_number" = "1", "query_rewrite_consistency" = "checked")
AS
SELECT
    event_date,
    production_date,
    plant_id,
    plant_name,
    country,
    area_name,
    line_name,
    asset_id,
    asset_name,
    asset_class,
    criticality,
    order_type,
    failure_mode,
    COUNT(*) AS order_count,
    COUNT(closed_ts) AS closed_count,
    SUM(TIMESTAMPDIFF(SECOND, opened_ts, closed_ts)) AS open_s,
    SUM(labour_hours) AS labour_hours,
    SUM(parts_cost_eur) AS parts_cost_eur,
    SUM(downtime_min) AS downtime_min
FROM gemba_store.work_orders
GROUP BY
    event_date, production_date, plant_id, plant_name, country, area_name,
    line_name, asset_id, asset_name, asset_class, criticality, order_type,
    failure_mode;
