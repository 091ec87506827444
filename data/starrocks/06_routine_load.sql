-- Rows from Kafka, one JSON object a message, with the tables' column names as keys.
-- Written by `python -m data.starrocks --write`. Before it runs, replace what begins with REPLACE_
-- (brokers, and the ways of signing in to them); run it as an account that may INSERT.
--
-- A message that does not fit stops the job and is not skipped: max_error_number and
-- max_filter_ratio are 0 and strict_mode turns a value of the wrong type into an error, not into
-- NULL. `SHOW ROUTINE LOAD` then gives the reason; mend the message, and `RESUME ROUTINE LOAD`.
-- Times are plant-local texts such as "2026-06-30 06:10:00" and are stored as they are written.
-- The offsets are kept by StarRocks with the rows, in one transaction, so a message is loaded once,
-- after a restart as well. A message that stands in the topic twice is two rows: have producers
-- write with enable.idempotence=true.
--
-- A job's name is taken while it runs, so this file is run once. To change a job:
--     PAUSE ROUTINE LOAD FOR gemba_store.load_plant_obt;
--     ALTER ROUTINE LOAD FOR gemba_store.load_plant_obt PROPERTIES ("max_batch_interval" = "30");
--     RESUME ROUTINE LOAD FOR gemba_store.load_plant_obt;
-- STOP ends it for good with its offsets: a job that is made again after that begins where
-- kafka_default_offsets says, so give it the offsets that SHOW ROUTINE LOAD told before, as
-- "kafka_partitions" = "0,1" and "kafka_offsets" = "1200,1180", or it loads everything once more.
--
-- A reading's grade may come as a word in any capitals; what is no word for Good or Uncertain is
-- Bad, never NULL: strict_mode does not look at columns that are computed.

CREATE ROUTINE LOAD `gemba_store`.`load_plant_obt` ON `plant_obt`
COLUMNS (
    `event_date`,
    `plant_id`,
    `event_ts`,
    `event_ts_utc`,
    `production_date`,
    `shift_name`,
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
    `sent_signal_quality`,
    `planned_min`,
    `run_min`,
    `down_min`,
    `downtime_reason`,
    `ideal_units`,
    `good_units`,
    `scrap_units`,
    `scrap_reason`,
    `energy_kwh`,
    `signal_quality` = CASE upper(trim(`sent_signal_quality`)) WHEN 'GOOD' THEN 'GOOD' WHEN 'UNCERTAIN' THEN 'UNCERTAIN' ELSE 'BAD' END
)
PROPERTIES (
    "format" = "json",
    "jsonpaths" = "[\"$.event_date\",\"$.plant_id\",\"$.event_ts\",\"$.event_ts_utc\",\"$.production_date\",\"$.shift_name\",\"$.plant_name\",\"$.country\",\"$.area_name\",\"$.line_name\",\"$.asset_id\",\"$.asset_name\",\"$.asset_class\",\"$.criticality\",\"$.manufacturer\",\"$.asset_model\",\"$.installed_on\",\"$.product_code\",\"$.product_name\",\"$.product_family\",\"$.order_no\",\"$.crew\",\"$.operator_name\",\"$.temperature_c\",\"$.vibration_mm_s\",\"$.pressure_bar\",\"$.motor_current_a\",\"$.speed_rpm\",\"$.flow_m3_h\",\"$.power_kw\",\"$.signal_quality\",\"$.planned_min\",\"$.run_min\",\"$.down_min\",\"$.downtime_reason\",\"$.ideal_units\",\"$.good_units\",\"$.scrap_units\",\"$.scrap_reason\",\"$.energy_kwh\"]",
    "desired_concurrent_number" = "3",
    "max_batch_interval" = "10",
    "max_error_number" = "0",
    "max_filter_ratio" = "0",
    "strict_mode" = "true",
    "timezone" = "UTC"
)
FROM KAFKA (
    "kafka_broker_list" = "REPLACE_BROKER_1:9093,REPLACE_BROKER_2:9093",
    "kafka_topic" = "gemba.plant_obt",
    "property.group.id" = "gemba_plant_obt",
    "property.kafka_default_offsets" = "OFFSET_BEGINNING",
    "property.security.protocol" = "sasl_ssl",
    "property.sasl.mechanism" = "SCRAM-SHA-512",
    "property.sasl.username" = "REPLACE_KAFKA_USER",
    "property.sasl.password" = "REPLACE_KAFKA_PASSWORD"
);

CREATE ROUTINE LOAD `gemba_store`.`load_alarm_events` ON `alarm_events`
COLUMNS (
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
    `alarm_id`,
    `tag`,
    `message`,
    `priority`,
    `raised_ts`,
    `acknowledged_ts`,
    `cleared_ts`,
    `alarm_value`,
    `limit_value`,
    `shift_name`,
    `operator_name`
)
PROPERTIES (
    "format" = "json",
    "jsonpaths" = "[\"$.event_date\",\"$.production_date\",\"$.plant_id\",\"$.plant_name\",\"$.country\",\"$.area_name\",\"$.line_name\",\"$.asset_id\",\"$.asset_name\",\"$.asset_class\",\"$.criticality\",\"$.alarm_id\",\"$.tag\",\"$.message\",\"$.priority\",\"$.raised_ts\",\"$.acknowledged_ts\",\"$.cleared_ts\",\"$.alarm_value\",\"$.limit_value\",\"$.shift_name\",\"$.operator_name\"]",
    "desired_concurrent_number" = "3",
    "max_batch_interval" = "10",
    "max_error_number" = "0",
    "max_filter_ratio" = "0",
    "strict_mode" = "true",
    "timezone" = "UTC"
)
FROM KAFKA (
    "kafka_broker_list" = "REPLACE_BROKER_1:9093,REPLACE_BROKER_2:9093",
    "kafka_topic" = "gemba.alarm_events",
    "property.group.id" = "gemba_alarm_events",
    "property.kafka_default_offsets" = "OFFSET_BEGINNING",
    "property.security.protocol" = "sasl_ssl",
    "property.sasl.mechanism" = "SCRAM-SHA-512",
    "property.sasl.username" = "REPLACE_KAFKA_USER",
    "property.sasl.password" = "REPLACE_KAFKA_PASSWORD"
);

CREATE ROUTINE LOAD `gemba_store`.`load_work_orders` ON `work_orders`
COLUMNS (
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
)
PROPERTIES (
    "format" = "json",
    "jsonpaths" = "[\"$.event_date\",\"$.production_date\",\"$.plant_id\",\"$.plant_name\",\"$.country\",\"$.area_name\",\"$.line_name\",\"$.asset_id\",\"$.asset_name\",\"$.asset_class\",\"$.criticality\",\"$.work_order_no\",\"$.order_type\",\"$.failure_mode\",\"$.opened_ts\",\"$.closed_ts\",\"$.labour_hours\",\"$.parts_cost_eur\",\"$.downtime_min\",\"$.technician_name\"]",
    "desired_concurrent_number" = "3",
    "max_batch_interval" = "10",
    "max_error_number" = "0",
    "max_filter_ratio" = "0",
    "strict_mode" = "true",
    "timezone" = "UTC"
)
FROM KAFKA (
    "kafka_broker_list" = "REPLACE_BROKER_1:9093,REPLACE_BROKER_2:9093",
    "kafka_topic" = "gemba.work_orders",
    "property.group.id" = "gemba_work_orders",
    "property.kafka_default_offsets" = "OFFSET_BEGINNING",
    "property.security.protocol" = "sasl_ssl",
    "property.sasl.mechanism" = "SCRAM-SHA-512",
    "property.sasl.username" = "REPLACE_KAFKA_USER",
    "property.sasl.password" = "REPLACE_KAFKA_PASSWORD"
);
