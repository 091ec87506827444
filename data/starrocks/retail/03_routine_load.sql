-- Order lines from Kafka, one JSON object a message, with the table's column names as keys.
-- Written by `python -m data.starrocks --write`. ../06_routine_load.sql says what to replace before
-- it runs, what stops a job, and how one is changed.
--
-- A message is a row, and a row is never updated: send a line once it is sold. What comes back
-- later (returned_quantity, refund_eur, return_reason, returned_on) is no second message, as that
-- would be a second line: load its day anew, while this job is paused, with
--     python -m data.starrocks.spark_day --table analytics_obt ...

CREATE ROUTINE LOAD `gemba_store`.`load_analytics_obt` ON `analytics_obt`
COLUMNS (
    `order_date`,
    `tenant_id`,
    `order_ts`,
    `tenant_name`,
    `country`,
    `city`,
    `store_id`,
    `store_name`,
    `store_format`,
    `opened_on`,
    `channel`,
    `order_no`,
    `line_no`,
    `product_code`,
    `product_name`,
    `brand`,
    `subcategory`,
    `category`,
    `customer_id`,
    `customer_name`,
    `customer_email`,
    `customer_segment`,
    `agent_id`,
    `agent_name`,
    `payment_method`,
    `promotion_name`,
    `currency`,
    `quantity`,
    `gross_eur`,
    `discount_eur`,
    `revenue_eur`,
    `cost_eur`,
    `margin_eur`,
    `returned_quantity`,
    `refund_eur`,
    `return_reason`,
    `returned_on`
)
PROPERTIES (
    "format" = "json",
    "jsonpaths" = "[\"$.order_date\",\"$.tenant_id\",\"$.order_ts\",\"$.tenant_name\",\"$.country\",\"$.city\",\"$.store_id\",\"$.store_name\",\"$.store_format\",\"$.opened_on\",\"$.channel\",\"$.order_no\",\"$.line_no\",\"$.product_code\",\"$.product_name\",\"$.brand\",\"$.subcategory\",\"$.category\",\"$.customer_id\",\"$.customer_name\",\"$.customer_email\",\"$.customer_segment\",\"$.agent_id\",\"$.agent_name\",\"$.payment_method\",\"$.promotion_name\",\"$.currency\",\"$.quantity\",\"$.gross_eur\",\"$.discount_eur\",\"$.revenue_eur\",\"$.cost_eur\",\"$.margin_eur\",\"$.returned_quantity\",\"$.refund_eur\",\"$.return_reason\",\"$.returned_on\"]",
    "desired_concurrent_number" = "3",
    "max_batch_interval" = "10",
    "max_error_number" = "0",
    "max_filter_ratio" = "0",
    "strict_mode" = "true",
    "timezone" = "UTC"
)
FROM KAFKA (
    "kafka_broker_list" = "REPLACE_BROKER_1:9093,REPLACE_BROKER_2:9093",
    "kafka_topic" = "gemba.analytics_obt",
    "property.group.id" = "gemba_analytics_obt",
    "property.kafka_default_offsets" = "OFFSET_BEGINNING",
    "property.security.protocol" = "sasl_ssl",
    "property.sasl.mechanism" = "SCRAM-SHA-512",
    "property.sasl.username" = "REPLACE_KAFKA_USER",
    "property.sasl.password" = "REPLACE_KAFKA_PASSWORD"
);
