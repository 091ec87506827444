-- What readers see: one database for all plants, and one for each set of plants that the policy
-- knows. Written by `python -m data.starrocks --write` from data/policy/policy.yaml and
-- data/models/plant.yaml; written again when an account gets other plants.
--
-- A view names each column: a column that is added to a table later is not seen until it is named
-- here. Views are checked with the reader's right on the view alone (StarRocks 3.4.1 or later;
-- docs/starrocks.md says what to do on an older one).

-- all plants
CREATE DATABASE IF NOT EXISTS `gemba`;

CREATE OR REPLACE VIEW `gemba`.`plant_obt` AS
SELECT
    `event_date`,
    `event_ts`,
    `event_ts_utc`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `manufacturer`,
    `asset_model`,
    `installed_on`,
    `product_code`,
    `product_name`,
    `product_family`,
    `order_no`,
    `crew`,
    `operator_name`,
    `temperature_c`,
    `vibration_mm_s`,
    `pressure_bar`,
    `motor_current_a`,
    `speed_rpm`,
    `flow_m3_h`,
    `power_kw`,
    `signal_quality`,
    `planned_min`,
    `run_min`,
    `down_min`,
    `downtime_reason`,
    `ideal_units`,
    `good_units`,
    `scrap_units`,
    `scrap_reason`,
    `energy_kwh`
FROM `gemba_store`.`plant_obt`;

CREATE OR REPLACE VIEW `gemba`.`alarm_events` AS
SELECT
    `event_date`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `alarm_id`,
    `tag`,
    `message`,
    `priority`,
    `raised_ts`,
    `acknowledged_ts`,
    `cleared_ts`,
    `alarm_value`,
    `limit_value`,
    `operator_name`
FROM `gemba_store`.`alarm_events`;

CREATE OR REPLACE VIEW `gemba`.`work_orders` AS
SELECT
    `event_date`,
    `production_date`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `work_order_no`,
    `order_type`,
    `failure_mode`,
    `opened_ts`,
    `closed_ts`,
    `labour_hours`,
    `parts_cost_eur`,
    `downtime_min`,
    `technician_name`
FROM `gemba_store`.`work_orders`;

-- AUS
CREATE DATABASE IF NOT EXISTS `gemba_aus`;

CREATE OR REPLACE VIEW `gemba_aus`.`plant_obt` AS
SELECT
    `event_date`,
    `event_ts`,
    `event_ts_utc`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `manufacturer`,
    `asset_model`,
    `installed_on`,
    `product_code`,
    `product_name`,
    `product_family`,
    `order_no`,
    `crew`,
    `operator_name`,
    `temperature_c`,
    `vibration_mm_s`,
    `pressure_bar`,
    `motor_current_a`,
    `speed_rpm`,
    `flow_m3_h`,
    `power_kw`,
    `signal_quality`,
    `planned_min`,
    `run_min`,
    `down_min`,
    `downtime_reason`,
    `ideal_units`,
    `good_units`,
    `scrap_units`,
    `scrap_reason`,
    `energy_kwh`
FROM `gemba_store`.`plant_obt`
WHERE `plant_id` IN ('AUS');

CREATE OR REPLACE VIEW `gemba_aus`.`alarm_events` AS
SELECT
    `event_date`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `alarm_id`,
    `tag`,
    `message`,
    `priority`,
    `raised_ts`,
    `acknowledged_ts`,
    `cleared_ts`,
    `alarm_value`,
    `limit_value`,
    `operator_name`
FROM `gemba_store`.`alarm_events`
WHERE `plant_id` IN ('AUS');

CREATE OR REPLACE VIEW `gemba_aus`.`work_orders` AS
SELECT
    `event_date`,
    `production_date`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `work_order_no`,
    `order_type`,
    `failure_mode`,
    `opened_ts`,
    `closed_ts`,
    `labour_hours`,
    `parts_cost_eur`,
    `downtime_min`,
    `technician_name`
FROM `gemba_store`.`work_orders`
WHERE `plant_id` IN ('AUS');

-- HAM
CREATE DATABASE IF NOT EXISTS `gemba_ham`;

CREATE OR REPLACE VIEW `gemba_ham`.`plant_obt` AS
SELECT
    `event_date`,
    `event_ts`,
    `event_ts_utc`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `manufacturer`,
    `asset_model`,
    `installed_on`,
    `product_code`,
    `product_name`,
    `product_family`,
    `order_no`,
    `crew`,
    `operator_name`,
    `temperature_c`,
    `vibration_mm_s`,
    `pressure_bar`,
    `motor_current_a`,
    `speed_rpm`,
    `flow_m3_h`,
    `power_kw`,
    `signal_quality`,
    `planned_min`,
    `run_min`,
    `down_min`,
    `downtime_reason`,
    `ideal_units`,
    `good_units`,
    `scrap_units`,
    `scrap_reason`,
    `energy_kwh`
FROM `gemba_store`.`plant_obt`
WHERE `plant_id` IN ('HAM');

CREATE OR REPLACE VIEW `gemba_ham`.`alarm_events` AS
SELECT
    `event_date`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `alarm_id`,
    `tag`,
    `message`,
    `priority`,
    `raised_ts`,
    `acknowledged_ts`,
    `cleared_ts`,
    `alarm_value`,
    `limit_value`,
    `operator_name`
FROM `gemba_store`.`alarm_events`
WHERE `plant_id` IN ('HAM');

CREATE OR REPLACE VIEW `gemba_ham`.`work_orders` AS
SELECT
    `event_date`,
    `production_date`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `work_order_no`,
    `order_type`,
    `failure_mode`,
    `opened_ts`,
    `closed_ts`,
    `labour_hours`,
    `parts_cost_eur`,
    `downtime_min`,
    `technician_name`
FROM `gemba_store`.`work_orders`
WHERE `plant_id` IN ('HAM');

-- HPH
CREATE DATABASE IF NOT EXISTS `gemba_hph`;

CREATE OR REPLACE VIEW `gemba_hph`.`plant_obt` AS
SELECT
    `event_date`,
    `event_ts`,
    `event_ts_utc`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `manufacturer`,
    `asset_model`,
    `installed_on`,
    `product_code`,
    `product_name`,
    `product_family`,
    `order_no`,
    `crew`,
    `operator_name`,
    `temperature_c`,
    `vibration_mm_s`,
    `pressure_bar`,
    `motor_current_a`,
    `speed_rpm`,
    `flow_m3_h`,
    `power_kw`,
    `signal_quality`,
    `planned_min`,
    `run_min`,
    `down_min`,
    `downtime_reason`,
    `ideal_units`,
    `good_units`,
    `scrap_units`,
    `scrap_reason`,
    `energy_kwh`
FROM `gemba_store`.`plant_obt`
WHERE `plant_id` IN ('HPH');

CREATE OR REPLACE VIEW `gemba_hph`.`alarm_events` AS
SELECT
    `event_date`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `alarm_id`,
    `tag`,
    `message`,
    `priority`,
    `raised_ts`,
    `acknowledged_ts`,
    `cleared_ts`,
    `alarm_value`,
    `limit_value`,
    `operator_name`
FROM `gemba_store`.`alarm_events`
WHERE `plant_id` IN ('HPH');

CREATE OR REPLACE VIEW `gemba_hph`.`work_orders` AS
SELECT
    `event_date`,
    `production_date`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `work_order_no`,
    `order_type`,
    `failure_mode`,
    `opened_ts`,
    `closed_ts`,
    `labour_hours`,
    `parts_cost_eur`,
    `downtime_min`,
    `technician_name`
FROM `gemba_store`.`work_orders`
WHERE `plant_id` IN ('HPH');

-- AUS, HAM
CREATE DATABASE IF NOT EXISTS `gemba_aus_ham`;

CREATE OR REPLACE VIEW `gemba_aus_ham`.`plant_obt` AS
SELECT
    `event_date`,
    `event_ts`,
    `event_ts_utc`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `manufacturer`,
    `asset_model`,
    `installed_on`,
    `product_code`,
    `product_name`,
    `product_family`,
    `order_no`,
    `crew`,
    `operator_name`,
    `temperature_c`,
    `vibration_mm_s`,
    `pressure_bar`,
    `motor_current_a`,
    `speed_rpm`,
    `flow_m3_h`,
    `power_kw`,
    `signal_quality`,
    `planned_min`,
    `run_min`,
    `down_min`,
    `downtime_reason`,
    `ideal_units`,
    `good_units`,
    `scrap_units`,
    `scrap_reason`,
    `energy_kwh`
FROM `gemba_store`.`plant_obt`
WHERE `plant_id` IN ('AUS', 'HAM');

CREATE OR REPLACE VIEW `gemba_aus_ham`.`alarm_events` AS
SELECT
    `event_date`,
    `production_date`,
    `shift_name`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `alarm_id`,
    `tag`,
    `message`,
    `priority`,
    `raised_ts`,
    `acknowledged_ts`,
    `cleared_ts`,
    `alarm_value`,
    `limit_value`,
    `operator_name`
FROM `gemba_store`.`alarm_events`
WHERE `plant_id` IN ('AUS', 'HAM');

CREATE OR REPLACE VIEW `gemba_aus_ham`.`work_orders` AS
SELECT
    `event_date`,
    `production_date`,
    `plant_id`,
    `plant_name`,
    `country`,
    `area_name`,
    `line_name`,
    `asset_id`,
    `asset_name`,
    `asset_class`,
    `criticality`,
    `work_order_no`,
    `order_type`,
    `failure_mode`,
    `opened_ts`,
    `closed_ts`,
    `labour_hours`,
    `parts_cost_eur`,
    `downtime_min`,
    `technician_name`
FROM `gemba_store`.`work_orders`
WHERE `plant_id` IN ('AUS', 'HAM');
