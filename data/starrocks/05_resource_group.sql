-- What all readers together may take, on each back end. A query that passes a big_query limit is
-- ended. Written by `python -m data.starrocks --write`; the rows are the policy's largest scan
-- budget. cpu_weight is called cpu_core_limit before StarRocks 3.3.5 and may not be more than a
-- back end has cores.

CREATE RESOURCE GROUP IF NOT EXISTS `gemba_readers`
TO
    (user = 'gemba_reader', query_type IN ('select')),
    (user = 'gemba_reader_aus', query_type IN ('select')),
    (user = 'gemba_reader_ham', query_type IN ('select')),
    (user = 'gemba_reader_hph', query_type IN ('select')),
    (user = 'gemba_reader_aus_ham', query_type IN ('select'))
WITH (
    'cpu_weight' = '4',
    'mem_limit' = '30%',
    'concurrency_limit' = '16',
    'big_query_cpu_second_limit' = '240',
    'big_query_scan_rows_limit' = '1000000000',
    'big_query_mem_limit' = '4294967296'
);
