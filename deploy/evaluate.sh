#!/usr/bin/env bash
# Asks the golden questions of each plant whose data is there. Ends with 1 when a set fell short.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

data=${GEMBA_DATA_DIR:-data}
status=0

.venv/bin/python -m core evaluate data/eval/plant.jsonl "$@" || status=1

if compgen -G "$data/steel/*.duckdb" >/dev/null; then
    .venv/bin/python -m core evaluate data/eval/steel.jsonl "$@" || status=1
else
    echo "data/eval/steel.jsonl was left out: the steel plant's records are not loaded (docs say where to get them and how to load them)."
fi
exit $status
