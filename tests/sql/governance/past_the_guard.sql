DELETE FROM readings
UPDATE readings SET heat = 0
INSERT INTO codes VALUES ('a', 1)
TRUNCATE readings
DROP TABLE readings
ALTER TABLE readings ADD COLUMN a INT
CREATE TABLE t AS SELECT 1 AS a
CREATE OR REPLACE TABLE codes AS SELECT 1 AS a
CREATE VIEW v AS SELECT 1 AS a
CREATE TEMP VIEW readings AS SELECT 'x' AS machine
CREATE TEMP TABLE codes AS SELECT 'x' AS class
CREATE OR REPLACE TEMP MACRO sr_text(x) AS 'x'
CREATE SCHEMA s
CREATE SEQUENCE q
CREATE INDEX i ON readings (machine)
CREATE TYPE ty AS ENUM ('a')
CREATE SECRET s (TYPE S3)
COPY readings TO '/tmp/gemba-test.csv'
COPY readings FROM '/etc/passwd'
COPY (SELECT password FROM secrets) TO '/tmp/gemba-test.parquet' (FORMAT PARQUET)
EXPORT DATABASE '/tmp/gemba-test'
IMPORT DATABASE '/tmp/gemba-test'
ATTACH '/tmp/gemba-test.db' AS b
ATTACH ':memory:' AS b
DETACH system
USE temp
INSTALL httpfs
LOAD httpfs
LOAD '/tmp/gemba-test.duckdb_extension'
SET memory_limit = '9GB'
SET threads = 64
SET lock_configuration = false
SET enable_external_access = true
SET search_path = 'temp'
SET VARIABLE a = 1
RESET memory_limit
PRAGMA enable_external_access
PRAGMA database_list
PRAGMA enable_profiling
CALL pragma_version()
PREPARE p AS SELECT password FROM secrets
EXECUTE p
DEALLOCATE p
BEGIN TRANSACTION
COMMIT
CHECKPOINT
FORCE CHECKPOINT
VACUUM
ANALYZE
EXPLAIN ANALYZE SELECT 1
SELECT 1; DROP TABLE readings
SELECT 1; SELECT password FROM secrets
WITH x AS (DELETE FROM readings RETURNING *) SELECT * FROM x
MERGE INTO codes USING readings ON FALSE WHEN NOT MATCHED THEN INSERT VALUES ('a', 1)
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_csv_auto('/etc/passwd')
SELECT * FROM read_text('/etc/hostname')
SELECT * FROM read_blob('/proc/self/environ')
SELECT * FROM read_json('/etc/passwd')
SELECT * FROM read_parquet('/tmp/gemba-test.parquet')
SELECT * FROM parquet_scan('https://example.org/a.parquet')
SELECT * FROM glob('/*')
SELECT * FROM sniff_csv('/etc/passwd')
SELECT * FROM '/etc/passwd'
SELECT * FROM "/etc/passwd"
SELECT * FROM 'https://example.org/a.csv'
SELECT * FROM sqlite_scan('/tmp/gemba-test.db', 'a')
SELECT * FROM postgres_scan('host=localhost', 'public', 'a')
SELECT * FROM pandas_scan(1)
SELECT * FROM python_map_function()
SELECT getenv('HOME')
SELECT content FROM read_text('/proc/self/cmdline')
