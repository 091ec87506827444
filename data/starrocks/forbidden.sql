-- What a reader's account must not be able to do: send these as that account, one by one, and see
-- each refused. Nothing here is ever sent by Gemba: governance lets only SELECTs pass, and this is
-- the wall behind it.
--
-- They cannot harm if they are let through after all: what would change something aims at a table
-- and a database that only this check needs. Make them first, as an administrator, and drop them
-- afterwards:
--     CREATE DATABASE gemba_canary;
--     CREATE TABLE gemba_canary.canary (id INT, note VARCHAR(16)) DUPLICATE KEY (id)
--       DISTRIBUTED BY HASH (id) BUCKETS 1;
--     INSERT INTO gemba_canary.canary VALUES (1, 'sings');
--     CREATE USER 'gemba_canary_user' IDENTIFIED WITH mysql_native_password
--       AS '*0000000000000000000000000000000000000000';
-- (Nobody knows a password with that hash.) SET GLOBAL sets StarRocks' own default.
--
-- Send them (-f goes on after an error):  mysql -f -vv -h FE -P 9030 -u gemba_reader -p < forbidden.sql
-- Each must end in an error that begins with one of its codes: 5203 is StarRocks' "Access denied"
-- (1142, 1227 or 1044 before 3.1). "Query OK", rows, or another error is a finding. At the end
-- `SELECT * FROM gemba_canary.canary` as an administrator must still give the one row.

-- title: insert a row
-- expect: 5203 1142 1044
INSERT INTO gemba_canary.canary VALUES (2, 'silent');

-- title: replace all rows
-- expect: 5203 1142 1044
INSERT OVERWRITE gemba_canary.canary SELECT 2, 'silent';

-- title: change rows
-- expect: 5203 1142 1044
UPDATE gemba_canary.canary SET note = 'silent' WHERE id = 1;

-- title: delete rows
-- expect: 5203 1142 1044
DELETE FROM gemba_canary.canary WHERE id = 1;

-- title: empty a table
-- expect: 5203 1142 1044
TRUNCATE TABLE gemba_canary.canary;

-- title: drop a table
-- expect: 5203 1142 1044
DROP TABLE gemba_canary.canary;

-- title: drop a database
-- expect: 5203 1142 1044
DROP DATABASE gemba_canary;

-- title: change a table
-- expect: 5203 1142 1044
ALTER TABLE gemba_canary.canary ADD COLUMN more INT;

-- title: make a table
-- expect: 5203 1142 1044
CREATE TABLE gemba_canary.made (id INT) DUPLICATE KEY (id) DISTRIBUTED BY HASH (id) BUCKETS 1;

-- title: make a table of what can be read
-- expect: 5203 1142 1044
CREATE TABLE gemba_canary.copied AS SELECT 1 AS id;

-- title: make a database
-- expect: 5203 1142 1044
CREATE DATABASE gemba_canary_made;

-- title: make a view
-- expect: 5203 1142 1044
CREATE VIEW gemba_canary.seen AS SELECT 1 AS id;

-- title: make a materialised view
-- expect: 5203 1142 1044
CREATE MATERIALIZED VIEW gemba_canary.kept REFRESH MANUAL AS SELECT id FROM gemba_canary.canary;

-- title: read a table past its view
-- expect: 5203 1142 1044
SELECT COUNT(*) FROM gemba_store.plant_obt;

-- title: read a roll-up of all plants
-- expect: 5203 1142 1044
SELECT COUNT(*) FROM gemba_store.kpi_daily;

-- title: read what was not granted
-- expect: 5203 1142 1044
SELECT COUNT(*) FROM gemba_canary.canary;

-- title: make an account
-- expect: 5203 1227
CREATE USER 'gemba_canary_made' IDENTIFIED WITH mysql_native_password AS '*0000000000000000000000000000000000000000';

-- title: make a role
-- expect: 5203 1227
CREATE ROLE gemba_canary_role;

-- title: give oneself a right
-- expect: 5203 1227
GRANT SELECT ON TABLE gemba_canary.canary TO ROLE public;

-- title: take another's password
-- expect: 5203 1227
SET PASSWORD FOR 'gemba_canary_user'@'%' = '*1111111111111111111111111111111111111111';

-- title: change a variable for all
-- expect: 5203 1227
SET GLOBAL wait_timeout = 28800;

-- title: read the cluster's configuration
-- expect: 5203 1227
ADMIN SHOW FRONTEND CONFIG LIKE 'qe_max_connection';

-- title: make a resource group
-- expect: 5203 1227
CREATE RESOURCE GROUP gemba_canary_group TO (user = 'gemba_canary_user') WITH ('cpu_weight' = '1', 'mem_limit' = '1%');

-- title: load from Kafka
-- expect: 5203 1142 1044
CREATE ROUTINE LOAD gemba_canary.job ON canary FROM KAFKA ("kafka_broker_list" = "127.0.0.1:9", "kafka_topic" = "canary");

-- title: write files
-- expect: 5203 1142 1044
EXPORT TABLE gemba_canary.canary TO "hdfs://127.0.0.1:9/canary/";
