-- The sales as one big table, in a database that no reader sees.
-- Written by `python -m data.starrocks --write` from data/retail/schema.py and the semantic model;
-- ../01_tables.sql says how rows lie and what a cluster with one back end needs first.
-- A line whose return comes in later is loaded again with its day: see docs/retail.md.

CREATE DATABASE IF NOT EXISTS `gemba_store`;

CREATE TABLE IF NOT EXISTS `gemba_store`.`analytics_obt` (
    `order_date` DATE NOT NULL COMMENT 'Date: The store''s own date of the order.',
    `tenant_id` VARCHAR(64) NOT NULL COMMENT 'Retailer code: Short code of the retailer; decides who may see a row.',
    `order_ts` DATETIME NOT NULL COMMENT 'Time: The store''s own time of the order.',
    `tenant_name` VARCHAR(128) NULL COMMENT 'Retailer',
    `country` VARCHAR(128) NULL COMMENT 'Country',
    `city` VARCHAR(128) NULL COMMENT 'City: The city of a store; a web shop has none.',
    `store_id` VARCHAR(64) NOT NULL COMMENT 'Store code',
    `store_name` VARCHAR(128) NULL COMMENT 'Store',
    `store_format` VARCHAR(128) NULL COMMENT 'Store format',
    `opened_on` DATE NULL COMMENT 'Opened on',
    `channel` VARCHAR(128) NULL COMMENT 'Channel',
    `order_no` VARCHAR(128) NOT NULL COMMENT 'Order number',
    `line_no` BIGINT NULL COMMENT 'Line number',
    `product_code` VARCHAR(128) NOT NULL COMMENT 'Product code',
    `product_name` VARCHAR(128) NULL COMMENT 'Product',
    `brand` VARCHAR(128) NULL COMMENT 'Brand',
    `subcategory` VARCHAR(128) NULL COMMENT 'Subcategory',
    `category` VARCHAR(128) NULL COMMENT 'Category',
    `customer_id` VARCHAR(128) NULL COMMENT 'Customer: Who bought, as a number; a walk-in buyer has none.',
    `customer_name` VARCHAR(256) NULL COMMENT 'Customer name (personal)',
    `customer_email` VARCHAR(320) NULL COMMENT 'Customer e-mail (personal)',
    `customer_segment` VARCHAR(128) NULL COMMENT 'Customer segment',
    `agent_id` VARCHAR(128) NULL COMMENT 'Sales agent: Who sold, as a number; nobody on the web and at the pick-up counter.',
    `agent_name` VARCHAR(256) NULL COMMENT 'Agent name (personal)',
    `payment_method` VARCHAR(128) NULL COMMENT 'Payment method',
    `promotion_name` VARCHAR(128) NULL COMMENT 'Promotion',
    `currency` VARCHAR(128) NULL COMMENT 'Currency: What the store takes at the till; all amounts here are in EUR.',
    `quantity` BIGINT NULL COMMENT 'Units sold',
    `gross_eur` DOUBLE NULL COMMENT 'Gross sales [EUR]: At list price, before any discount.',
    `discount_eur` DOUBLE NULL COMMENT 'Discount [EUR]: What was let off the list price, promotions included.',
    `revenue_eur` DOUBLE NULL COMMENT 'Revenue [EUR]: After discount, without tax, before returns.',
    `cost_eur` DOUBLE NULL COMMENT 'Cost of goods [EUR]',
    `margin_eur` DOUBLE NULL COMMENT 'Margin [EUR]: Revenue less cost of goods, before returns.',
    `returned_quantity` BIGINT NULL COMMENT 'Returned units: Units of the line that came back; counted on the day they were bought.',
    `refund_eur` DOUBLE NULL COMMENT 'Refunds [EUR]: What was paid back for returned units; counted on the day they were bought.',
    `return_reason` VARCHAR(128) NULL COMMENT 'Return reason',
    `returned_on` DATE NULL COMMENT 'Returned on'
) ENGINE = OLAP
DUPLICATE KEY (`order_date`, `tenant_id`, `order_ts`)
COMMENT 'One row a line of an order, with what came back of it.'
PARTITION BY date_trunc('month', `order_date`)
DISTRIBUTED BY HASH (`store_id`) BUCKETS 3
PROPERTIES (
    "compression" = "ZSTD",
    "bloom_filter_columns" = "order_no, customer_id, product_code"
);
