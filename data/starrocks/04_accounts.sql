-- Accounts: readers who may SELECT the views of one scope and nothing else, and a loader who may
-- INSERT into the tables and read nothing. Written by `python -m data.starrocks --write`.
--
-- No account has a password yet. Each REPLACE_HASH_OF_... is a place for the hash of a password of
-- your own, which this prints after asking for it:  python -m data.starrocks password-hash
-- StarRocks refuses a statement whose place was left as it is, because that is no hash. Leave out
-- the scopes you do not use. '%' lets an account in from anywhere: put Gemba's address there.
-- User properties need StarRocks 3.3.3. They are what a session starts with, not a wall: any
-- account may set its own session variables. The wall is the resource group (05).

-- reader: all plants
CREATE ROLE IF NOT EXISTS `gemba_reader_role`;

GRANT SELECT ON VIEW `gemba`.`plant_obt` TO ROLE `gemba_reader_role`;

GRANT SELECT ON VIEW `gemba`.`alarm_events` TO ROLE `gemba_reader_role`;

GRANT SELECT ON VIEW `gemba`.`work_orders` TO ROLE `gemba_reader_role`;

CREATE USER IF NOT EXISTS 'gemba_reader'@'%' IDENTIFIED WITH mysql_native_password AS 'REPLACE_HASH_OF_gemba_reader' DEFAULT ROLE `gemba_reader_role`;

ALTER USER 'gemba_reader' SET PROPERTIES (
    "max_user_connections" = "32",
    "catalog" = "default_catalog",
    "database" = "gemba",
    "session.query_timeout" = "60"
);

-- reader: AUS
CREATE ROLE IF NOT EXISTS `gemba_reader_aus_role`;

GRANT SELECT ON VIEW `gemba_aus`.`plant_obt` TO ROLE `gemba_reader_aus_role`;

GRANT SELECT ON VIEW `gemba_aus`.`alarm_events` TO ROLE `gemba_reader_aus_role`;

GRANT SELECT ON VIEW `gemba_aus`.`work_orders` TO ROLE `gemba_reader_aus_role`;

CREATE USER IF NOT EXISTS 'gemba_reader_aus'@'%' IDENTIFIED WITH mysql_native_password AS 'REPLACE_HASH_OF_gemba_reader_aus' DEFAULT ROLE `gemba_reader_aus_role`;

ALTER USER 'gemba_reader_aus' SET PROPERTIES (
    "max_user_connections" = "32",
    "catalog" = "default_catalog",
    "database" = "gemba_aus",
    "session.query_timeout" = "60"
);

-- reader: HAM
CREATE ROLE IF NOT EXISTS `gemba_reader_ham_role`;

GRANT SELECT ON VIEW `gemba_ham`.`plant_obt` TO ROLE `gemba_reader_ham_role`;

GRANT SELECT ON VIEW `gemba_ham`.`alarm_events` TO ROLE `gemba_reader_ham_role`;

GRANT SELECT ON VIEW `gemba_ham`.`work_orders` TO ROLE `gemba_reader_ham_role`;

CREATE USER IF NOT EXISTS 'gemba_reader_ham'@'%' IDENTIFIED WITH mysql_native_password AS 'REPLACE_HASH_OF_gemba_reader_ham' DEFAULT ROLE `gemba_reader_ham_role`;

ALTER USER 'gemba_reader_ham' SET PROPERTIES (
    "max_user_connections" = "32",
    "catalog" = "default_catalog",
    "database" = "gemba_ham",
    "session.query_timeout" = "60"
);

-- reader: HPH
CREATE ROLE IF NOT EXISTS `gemba_reader_hph_role`;

GRANT SELECT ON VIEW `gemba_hph`.`plant_obt` TO ROLE `gemba_reader_hph_role`;

GRANT SELECT ON VIEW `gemba_hph`.`alarm_events` TO ROLE `gemba_reader_hph_role`;

GRANT SELECT ON VIEW `gemba_hph`.`work_orders` TO ROLE `gemba_reader_hph_role`;

CREATE USER IF NOT EXISTS 'gemba_reader_hph'@'%' IDENTIFIED WITH mysql_native_password AS 'REPLACE_HASH_OF_gemba_reader_hph' DEFAULT ROLE `gemba_reader_hph_role`;

ALTER USER 'gemba_reader_hph' SET PROPERTIES (
    "max_user_connections" = "32",
    "catalog" = "default_catalog",
    "database" = "gemba_hph",
    "session.query_timeout" = "60"
);

-- reader: AUS, HAM
CREATE ROLE IF NOT EXISTS `gemba_reader_aus_ham_role`;

GRANT SELECT ON VIEW `gemba_aus_ham`.`plant_obt` TO ROLE `gemba_reader_aus_ham_role`;

GRANT SELECT ON VIEW `gemba_aus_ham`.`alarm_events` TO ROLE `gemba_reader_aus_ham_role`;

GRANT SELECT ON VIEW `gemba_aus_ham`.`work_orders` TO ROLE `gemba_reader_aus_ham_role`;

CREATE USER IF NOT EXISTS 'gemba_reader_aus_ham'@'%' IDENTIFIED WITH mysql_native_password AS 'REPLACE_HASH_OF_gemba_reader_aus_ham' DEFAULT ROLE `gemba_reader_aus_ham_role`;

ALTER USER 'gemba_reader_aus_ham' SET PROPERTIES (
    "max_user_connections" = "32",
    "catalog" = "default_catalog",
    "database" = "gemba_aus_ham",
    "session.query_timeout" = "60"
);

-- loader
CREATE ROLE IF NOT EXISTS `gemba_loader_role`;

GRANT INSERT ON TABLE `gemba_store`.`plant_obt` TO ROLE `gemba_loader_role`;

GRANT INSERT ON TABLE `gemba_store`.`alarm_events` TO ROLE `gemba_loader_role`;

GRANT INSERT ON TABLE `gemba_store`.`work_orders` TO ROLE `gemba_loader_role`;

CREATE USER IF NOT EXISTS 'gemba_loader'@'%' IDENTIFIED WITH mysql_native_password AS 'REPLACE_HASH_OF_gemba_loader' DEFAULT ROLE `gemba_loader_role`;
