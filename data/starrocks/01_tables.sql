-- The plant's three tables, in a database that no reader sees (02_views.sql is what readers see).
-- Written by `python -m data.starrocks --write` from data/demo/schema.py and the semantic model.
--
-- Partitions by month are made by the load itself (StarRocks 3.1 or later). Rows lie sorted by the
-- DUPLICATE KEY columns, so a question about a plant and some days reads only those; an asset is
-- found by its bucket. One bucket does for some gigabytes a month: raise BUCKETS before the first
-- load where a month is larger, to one for each 1 to 10 GB and at least one a back end.
-- Copies: StarRocks keeps three. A cluster with one back end needs, before this file:
--     ADMIN SET FRONTEND CONFIG ("default_replication_num" = "1");
-- A row is a fact that is over: nothing here is updated in place. See docs/starrocks.md for alarms
-- and work orders that are closed later.

CREATE DATABASE IF NOT EXISTS `gemba_store`;

CREATE TABLE IF NOT EXISTS `gemba_store`.`plant_obt` (
    `event_date` DATE NOT NULL COMMENT 'Date: Plant-local date.',
    `plant_id` VARCHAR(64) NOT NULL COMMENT 'Plant code: Short code of the plant; decides who may see a row.',
    `event_ts` DATETIME NOT NULL COMMENT 'Time: Plant-local start of the interval.',
    `event_ts_utc` DATETIME NOT NULL COMMENT 'Time (UTC)',
    `production_date` DATE NULL COMMENT 'Production day: The day a shift belongs to; a night shift belongs to the day on which it starts.',
    `shift_name` VARCHAR(128) NULL COMMENT 'Shift',
    `plant_name` VARCHAR(128) NULL COMMENT 'Plant',
    `country` VARCHAR(128) NULL COMMENT 'Country',
    `area_name` VARCHAR(128) NULL COMMENT 'Area',
    `line_name` VARCHAR(128) NULL COMMENT 'Line',
    `asset_id` VARCHAR(64) NOT NULL COMMENT 'Asset',
    `asset_name` VARCHAR(128) NULL COMMENT 'Asset name',
    `asset_class` VARCHAR(128) NULL COMMENT 'Asset class',
    `criticality` VARCHAR(128) NULL COMMENT 'Criticality',
    `manufacturer` VARCHAR(128) NULL COMMENT 'Manufacturer',
    `asset_model` VARCHAR(128) NULL COMMENT 'Model',
    `installed_on` DATE NULL COMMENT 'Installed on',
    `product_code` VARCHAR(128) NULL COMMENT 'Product code',
    `product_name` VARCHAR(128) NULL COMMENT 'Product',
    `product_family` VARCHAR(128) NULL COMMENT 'Product family',
    `order_no` VARCHAR(128) NULL COMMENT 'Production order',
    `crew` VARCHAR(128) NULL COMMENT 'Crew',
    `operator_name` VARCHAR(256) NULL COMMENT 'Operator (personal)',
    `temperature_c` DOUBLE NULL COMMENT 'Temperature [Cel]',
    `vibration_mm_s` DOUBLE NULL COMMENT 'Vibration [mm/s]: Vibration velocity, RMS, mean over the interval.',
    `pressure_bar` DOUBLE NULL COMMENT 'Pressure [bar]',
    `motor_current_a` DOUBLE NULL COMMENT 'Motor current [A]',
    `speed_rpm` DOUBLE NULL COMMENT 'Speed [/min]',
    `flow_m3_h` DOUBLE NULL COMMENT 'Flow [m3/h]',
    `power_kw` DOUBLE NULL COMMENT 'Power [kW]',
    `signal_quality` VARCHAR(128) NULL COMMENT 'Signal quality',
    `planned_min` DOUBLE NULL COMMENT 'Planned time [min]: Minutes in which the asset was planned to run.',
    `run_min` DOUBLE NULL COMMENT 'Run time [min]',
    `down_min` DOUBLE NULL COMMENT 'Downtime [min]: Minutes of planned time in which the asset stood still.',
    `downtime_reason` VARCHAR(128) NULL COMMENT 'Downtime reason',
    `ideal_units` BIGINT NULL COMMENT 'Ideal units: Units that the run time could have made at the ideal rate.',
    `good_units` BIGINT NULL COMMENT 'Good units',
    `scrap_units` BIGINT NULL COMMENT 'Scrap',
    `scrap_reason` VARCHAR(128) NULL COMMENT 'Scrap reason',
    `energy_kwh` DOUBLE NULL COMMENT 'Energy [kW.h]'
) ENGINE = OLAP
DUPLICATE KEY (`event_date`, `plant_id`, `event_ts`)
COMMENT 'One row an asset and 10 minutes, with production, sensors and energy.'
PARTITION BY date_trunc('month', `event_date`)
DISTRIBUTED BY HASH (`asset_id`) BUCKETS 3
PROPERTIES (
    "compression" = "ZSTD",
    "bloom_filter_columns" = "asset_id, order_no"
);

CREATE TABLE IF NOT EXISTS `gemba_store`.`alarm_events` (
    `event_date` DATE NOT NULL COMMENT 'Date: Plant-local date.',
    `production_date` DATE NOT NULL COMMENT 'Production day: The day a shift belongs to; a night shift belongs to the day on which it starts.',
    `plant_id` VARCHAR(64) NOT NULL COMMENT 'Plant code: Short code of the plant; decides who may see a row.',
    `plant_name` VARCHAR(128) NULL COMMENT 'Plant',
    `country` VARCHAR(128) NULL COMMENT 'Country',
    `area_name` VARCHAR(128) NULL COMMENT 'Area',
    `line_name` VARCHAR(128) NULL COMMENT 'Line',
    `asset_id` VARCHAR(64) NOT NULL COMMENT 'Asset',
    `asset_name` VARCHAR(128) NULL COMMENT 'Asset name',
    `asset_class` VARCHAR(128) NULL COMMENT 'Asset class',
    `criticality` VARCHAR(128) NULL COMMENT 'Criticality',
    `alarm_id` VARCHAR(128) NOT NULL COMMENT 'Alarm number',
    `tag` VARCHAR(128) NULL COMMENT 'Tag',
    `message` VARCHAR(1024) NULL COMMENT 'Alarm message',
    `priority` VARCHAR(128) NULL COMMENT 'Priority',
    `raised_ts` DATETIME NOT NULL COMMENT 'Raised',
    `acknowledged_ts` DATETIME NULL COMMENT 'Acknowledged',
    `cleared_ts` DATETIME NULL COMMENT 'Cleared',
    `alarm_value` DOUBLE NULL COMMENT 'Alarm value: Value that raised the alarm, in the unit of its tag.',
    `limit_value` DOUBLE NULL COMMENT 'Alarm limit: Limit that the value passed, in the unit of its tag.',
    `shift_name` VARCHAR(128) NULL COMMENT 'Shift',
    `operator_name` VARCHAR(256) NULL COMMENT 'Operator (personal)'
) ENGINE = OLAP
DUPLICATE KEY (`event_date`, `production_date`, `plant_id`)
COMMENT 'One row an activation of an alarm.'
PARTITION BY date_trunc('month', `event_date`)
DISTRIBUTED BY HASH (`asset_id`) BUCKETS 1
PROPERTIES (
    "compression" = "ZSTD",
    "bloom_filter_columns" = "asset_id, alarm_id"
);

CREATE TABLE IF NOT EXISTS `gemba_store`.`work_orders` (
    `event_date` DATE NOT NULL COMMENT 'Date: Plant-local date.',
    `production_date` DATE NOT NULL COMMENT 'Production day: The day a shift belongs to; a night shift belongs to the day on which it starts.',
    `plant_id` VARCHAR(64) NOT NULL COMMENT 'Plant code: Short code of the plant; decides who may see a row.',
    `plant_name` VARCHAR(128) NULL COMMENT 'Plant',
    `country` VARCHAR(128) NULL COMMENT 'Country',
    `area_name` VARCHAR(128) NULL COMMENT 'Area',
    `line_name` VARCHAR(128) NULL COMMENT 'Line',
    `asset_id` VARCHAR(64) NOT NULL COMMENT 'Asset',
    `asset_name` VARCHAR(128) NULL COMMENT 'Asset name',
    `asset_class` VARCHAR(128) NULL COMMENT 'Asset class',
    `criticality` VARCHAR(128) NULL COMMENT 'Criticality',
    `work_order_no` VARCHAR(128) NOT NULL COMMENT 'Work order number',
    `order_type` VARCHAR(128) NULL COMMENT 'Order type',
    `failure_mode` VARCHAR(128) NULL COMMENT 'Failure mode',
    `opened_ts` DATETIME NOT NULL COMMENT 'Opened',
    `closed_ts` DATETIME NULL COMMENT 'Closed',
    `labour_hours` DOUBLE NULL COMMENT 'Labour hours [h]',
    `parts_cost_eur` DOUBLE NULL COMMENT 'Parts cost [EUR]',
    `downtime_min` DOUBLE NULL COMMENT 'Repair downtime [min]',
    `technician_name` VARCHAR(256) NULL COMMENT 'Technician (personal)'
) ENGINE = OLAP
DUPLICATE KEY (`event_date`, `production_date`, `plant_id`)
COMMENT 'One row a maintenance order.'
PARTITION BY date_trunc('month', `event_date`)
DISTRIBUTED BY HASH (`asset_id`) BUCKETS 1
PROPERTIES (
    "compression" = "ZSTD",
    "bloom_filter_columns" = "asset_id, work_order_no"
);
