# ruff: noqa: E501 - attack statements stand as they are
"""Attack statements in families, in both dialects' syntax: not one is accepted."""

import itertools

import pytest

from core.governance.govern import inspect
from tests.governance import mill

# Functions that read, write, wait, tell about the server, run SQL in a text, or eat memory.
CALLS = """
SLEEP(9)|BENCHMARK(1000000, MD5('a'))|LOAD_FILE('/etc/passwd')|VERSION()|CURRENT_VERSION()|USER()
CURRENT_USER()|SESSION_USER()|SYSTEM_USER()|CONNECTION_ID()|DATABASE()|SCHEMA()|LAST_INSERT_ID()
CURRENT_ROLE()|LAST_QUERY_ID()|GET_LOCK('a', 10)|RELEASE_LOCK('a')|UUID()|RAND()|RANDOM()
NOW()|CURDATE()|CURRENT_TIMESTAMP()|UTC_TIMESTAMP()|UNIX_TIMESTAMP()
DICT_MAPPING('main.secrets', 'password')|LOOKUP_STRING('secrets', 'a', 'b')
INSPECT_MV_META('main.secrets')|INSPECT_TABLE_META('secrets')|GET_QUERY_PROFILE('a')
CURRENT_SETTING('memory_limit')|GETENV('HOME')|GETVARIABLE('a')|QUERY('SELECT 1')
QUERY_TABLE('secrets')|JSON_EXECUTE_SERIALIZED_SQL('x')|JSON_SERIALIZE_SQL('SELECT 1')
READ_TEXT('/etc/passwd')|READ_BLOB('/etc/passwd')|READ_CSV('/etc/passwd')|GLOB('/*')
PRAGMA_TABLE_INFO('secrets')|DUCKDB_TABLES()|DUCKDB_SETTINGS()|NEXTVAL('s')|CURRVAL('s')|TXID_CURRENT()
PG_SLEEP(9)|PG_READ_FILE('/etc/passwd')|LO_IMPORT('/etc/passwd')|DBLINK('a', 'b')|XP_CMDSHELL('id')
EXTRACTVALUE(1, CONCAT(CHAR(126), 'a'))|UPDATEXML(1, 'a', 1)|ROW_COUNT()|FOUND_ROWS()
REPEAT('a', 2000000000)|SPACE(2000000000)|LPAD('a', 2000000000, 'x')|RPAD('a', 99999, 'x')
ARRAY_GENERATE(1, 1000000000)|RANGE(1000000000)|GENERATE_SERIES(1, 1000000000)|LEVENSHTEIN(machine, worker)
UNNEST([1, 2])|LIST_TRANSFORM([1], x -> x)|STR_SPLIT(machine, '-')|HEX(machine)|UNHEX('41')|ORD('a')
CHAR(65)|CHR(65)|ENCODE(machine)|DECODE(machine, 'a')|TO_BASE64(worker)|AES_ENCRYPT(worker, 'a')
MD5(worker)|SHA2(worker, 256)|MD5('Anna')|CRC32(worker)|SOUNDEX(worker)|PARSE_URL('a', 'HOST')
JSON_QUERY(worker, '$')|PARSE_JSON(worker)|NAMED_STRUCT('a', 1)|MAP(1, 2)|ROW(1, 2)
BITMAP_UNION(TO_BITMAP(units))|HLL_UNION_AGG(HLL_HASH(units))|ARRAY_AGG(worker)|LIST(worker)
COLUMNS('.*')|TYPEOF(worker)|STATS(worker)|ALIAS(worker)|WINDOW_FUNNEL(1, at, 0, [TRUE])
main.SUM(units)|system.main.sum(units)|catalog.db.f(1)|HOST_NAME()|CURRENT_CATALOG()|CURRENT_SCHEMA()
CONVERT_TZ(at, worker, 'UTC')|CONVERT_TZ(at, '../../etc/passwd', 'UTC')|STR_TO_DATE(worker, machine)
NEXT_DAY(at, worker)|LAST_DAY(day, worker)|FIELD(worker, machine)|FIND_IN_SET(worker, machine)|DATE_SLICE(day, units)
DATE_SLICE(day, INTERVAL units DAY)|DATE_SLICE(day, INTERVAL 9000000 DAY)|WEEK(day, units)|YEARWEEK(day, units)
REGEXP_EXTRACT(machine, worker, 1)|REGEXP_REPLACE(machine, 'a', worker)|REGEXP_EXTRACT(machine, '(a*)*', 1)
SUBSTRING_INDEX(machine, worker, 1)|SUBSTRING_INDEX(machine, '-', 1000000000)|SPLIT_PART(machine, '', 1)
TRANSLATE(machine, worker, 'a')|CAST(worker AS DECIMAL(99, 0))|GROUP_CONCAT(machine LIMIT 1)|SR_ERROR(1)
ERROR('x')|IF_ERROR(1)|ASSERT_TRUE(FALSE)|SR_TEXT(worker)|SR_DATETIME(at)
"""
FUNCTIONS = [c for line in CALLS.strip().splitlines() for c in line.split("|")]
POSITIONS = (
    "SELECT {} AS a FROM readings",
    "SELECT machine FROM readings WHERE {} IS NOT NULL",
    "SELECT machine FROM readings ORDER BY {}",
    "SELECT machine FROM readings GROUP BY machine HAVING MAX(CASE WHEN {} = 1 THEN 1 END) = 1",
    "WITH x AS (SELECT {} AS a FROM readings) SELECT a FROM x",
    "SELECT machine FROM readings WHERE units IN (SELECT {} FROM orders)",
    "SELECT SUM(units) OVER (ORDER BY {}) AS s FROM readings",
    "SELECT machine FROM readings UNION SELECT {} FROM readings",
    "SELECT COALESCE(NULL, {}) AS a FROM readings",
    "SELECT r.machine FROM readings r JOIN orders o ON r.machine = o.machine AND {} = 1",
    "SELECT machine FROM readings LIMIT {}",
)
TABLES = """
secrets|main.secrets|memory.main.secrets|information_schema.tables|information_schema.columns
sys.fe_locks|_statistics_.column_statistics|mysql.user|pg_catalog.pg_tables|pg_tables|sqlite_master
sqlite_schema|duckdb_tables|duckdb_tables()|duckdb_settings()|pragma_table_info('secrets')
hive_catalog.db.t|default_catalog.db.secrets|read_csv('/etc/passwd')|read_csv_auto('/etc/passwd')
read_parquet('x')|parquet_scan('x')|read_json('x')|read_text('/etc/passwd')|read_blob('x')|glob('/*')
sniff_csv('x')|FILES('path'='s3://a')|TABLE(generate_series(1, 9))|generate_series(1, 9)|range(9)
unnest([1])|query('SELECT 1')|query_table('secrets')|postgres_scan('a', 'b', 'c')|sqlite_scan('a', 'b')
mysql_scan('a')|iceberg_scan('a')|delta_scan('a')|`x.csv`|`/etc/passwd`|'x.csv'|"x.csv"|readings PARTITION (p)
readings TABLET(1)|readings [_META_]|readings [_BINLOG_]|readings FOR VERSION AS OF 1|@t|$1|dual|(VALUES (1)) AS v
readings TABLESAMPLE (1)|readings USE INDEX (a)|secrets AS readings|ｒeadings|rеadings|readings@b|LATERAL (SELECT 1) AS l
(SELECT password FROM secrets) AS s|(TABLE secrets) AS s|(FROM secrets) AS s|(DELETE FROM readings) AS d
"""
SOURCES = [t for line in TABLES.strip().splitlines() for t in line.split("|")]
PLACES = (
    "SELECT * FROM {}",
    "SELECT COUNT(*) AS n FROM {}",
    "WITH x AS (SELECT * FROM {}) SELECT * FROM x",
    "SELECT machine FROM readings WHERE EXISTS (SELECT 1 FROM {})",
    "SELECT machine FROM readings UNION ALL SELECT * FROM {}",
    "SELECT r.machine FROM readings r JOIN {} ON 1 = 1",
    "SELECT (SELECT MAX(password) FROM {}) AS p FROM codes",
)
STATEMENTS = """
DROP TABLE readings|DELETE FROM readings|UPDATE readings SET heat = 0|TRUNCATE TABLE readings
INSERT INTO readings SELECT * FROM readings|INSERT OVERWRITE readings SELECT 1|CREATE TABLE t AS SELECT 1
CREATE VIEW v AS SELECT 1|CREATE TEMP VIEW readings AS SELECT 1|ALTER TABLE readings ADD COLUMN a INT
COPY readings TO '/tmp/a'|EXPORT DATABASE '/tmp/a'|IMPORT DATABASE '/tmp/a'|ATTACH '/tmp/a' AS b
DETACH b|INSTALL httpfs|LOAD httpfs|PRAGMA database_list|SET memory_limit = '9GB'|RESET ALL|USE main
CALL pragma_version()|PREPARE p AS SELECT 1|EXECUTE p|DEALLOCATE p|CHECKPOINT|VACUUM|ANALYZE readings
BEGIN|COMMIT|ROLLBACK|EXPLAIN SELECT 1|EXPLAIN ANALYZE SELECT 1|DESCRIBE readings|SUMMARIZE readings
SHOW TABLES|SHOW CREATE TABLE readings|SHOW VARIABLES|KILL 1|KILL QUERY 1|ADMIN SHOW FRONTEND CONFIG
GRANT SELECT ON readings TO a|REVOKE SELECT ON readings FROM a|CREATE USER a|DROP USER a|SET PASSWORD = 'a'
SET GLOBAL query_timeout = 1|SET @a = 1|SUBMIT TASK AS SELECT 1|BACKUP SNAPSHOT a TO b|RESTORE SNAPSHOT a FROM b
CREATE FUNCTION f(a INT) RETURNS INT|CREATE MACRO f(a) AS a|CREATE SECRET s (TYPE S3)|MERGE INTO readings USING orders ON 1 = 1 WHEN MATCHED THEN DELETE
REPLACE INTO readings VALUES (1)|LOAD DATA INFILE 'a' INTO TABLE readings|HANDLER readings OPEN|DO SLEEP(1)
LOCK TABLES readings READ|FLUSH TABLES|SHUTDOWN|HELP 'a'|TABLE secrets|FROM secrets|VALUES (1)|PIVOT readings ON site
CREATE RESOURCE GROUP g|CREATE ROUTINE LOAD a ON readings|STOP ROUTINE LOAD FOR a|REFRESH MATERIALIZED VIEW m|SYNC
"""
WRITES = [s for line in STATEMENTS.strip().splitlines() for s in line.split("|")]
WRAPPINGS = (
    "{}",
    "SELECT 1; {}",
    "SELECT machine FROM readings;\n{};",
    "WITH x AS ({}) SELECT * FROM x",
    "/* a */ {}",
    "-- a\n{}",
    "SELECT * FROM ({}) AS x",
    "({})",
    "SELECT 1 UNION ALL {}",
    "SELECT machine FROM readings WHERE units = ({})",
    "SELECT 1 /*! ; {} */",
)
TAILS = r"""
INTO OUTFILE 's3://a'|INTO OUTFILE '/tmp/a' FORMAT AS CSV|INTO DUMPFILE '/tmp/a'|INTO @a|FOR UPDATE
FOR UPDATE SKIP LOCKED|FOR SHARE|LOCK IN SHARE MODE|PROCEDURE ANALYSE()|LIMIT ALL|LIMIT -1|LIMIT 1.5|LIMIT 10%
OFFSET -1|FETCH FIRST 3 ROWS ONLY|USING SAMPLE 1|TABLESAMPLE 1|WINDOW w AS ()|;;SELECT 2|\G|\g
ORDER BY (SELECT password FROM secrets)|GROUP BY ALL|ORDER BY ALL|UNION SELECT password FROM secrets|-- a\n; DROP TABLE readings
INTERSECT ALL SELECT machine FROM orders|EXCEPT ALL SELECT machine FROM orders|UNION BY NAME SELECT machine FROM orders
CONNECT BY 1 = 1|MATCH_RECOGNIZE (PATTERN (A) DEFINE A AS TRUE)|CLUSTER BY machine|DISTRIBUTE BY machine|SORT BY machine
SETTINGS max_threads = 1|FORMAT JSON|OPTION (RECOMPILE)|WITH ROLLUP|WITH TOTALS|QUALIFY COUNT(*) OVER () > 1
"""
SUFFIXES = [t.replace("\\n", "\n") for line in TAILS.strip().splitlines() for t in line.split("|")]
STARTS = (
    "SELECT machine FROM readings {}",
    "SELECT machine FROM (SELECT machine FROM readings {}) AS x",
    "WITH x AS (SELECT machine FROM readings {}) SELECT machine FROM x",
)

FAMILIES = {
    "functions": [p.format(f) for p, f in itertools.product(POSITIONS, FUNCTIONS)],
    "sources": [p.format(t) for p, t in itertools.product(PLACES, SOURCES)],
    "statements": [w.format(s) for w, s in itertools.product(WRAPPINGS, WRITES)],
    "tails": [s.format(t) for s, t in itertools.product(STARTS, SUFFIXES)],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_none_of_a_family_is_accepted(family: str):
    accepted = [
        sql
        for sql in FAMILIES[family]
        if inspect(sql, mill.ADMIN, mill.POLICY, mill.MODEL).governed is not None
    ]
    print(f"{family}: {len(FAMILIES[family])} attack statements, {len(accepted)} accepted")
    assert accepted == []


def test_there_are_thousands_of_them():
    assert len({sql for family in FAMILIES.values() for sql in family}) >= 2_500


def test_each_refusal_says_what_and_why():
    for sql in itertools.islice(itertools.chain(*FAMILIES.values()), 0, None, 7):
        refusal = inspect(sql, mill.ADMIN, mill.POLICY, mill.MODEL).refusal
        if refusal is not None:
            assert refusal.rule
            assert refusal.reason
            assert len(refusal.offending) <= 200
