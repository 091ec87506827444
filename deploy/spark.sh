#!/usr/bin/env bash
# Makes .spark, a local Spark, and runs tests/spark on it: `make test-spark`. Where Java or the package cannot be had it says
# why and ends well. PYTHON names the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=.spark
list=deploy/requirements-spark.txt
say() { printf '%s\n' "$*" >&2; }
skip() { say "Skipped tests/spark: $1"; exit 0; }

command -v java >/dev/null || skip "Java is needed: apt-get install openjdk-17-jre-headless"
if ! cmp -s "$list" "$venv/.installed"; then
    python=${PYTHON:-$(readlink -f .venv/bin/python)}
    disk_mib=$(df -Pm . | awk 'NR == 2 { print $4 }')
    [ "$disk_mib" -ge 2000 ] || skip "$venv takes about 1 GB; $disk_mib MiB are free."
    say "Making $venv with $("$python" --version 2>&1): pyspark, about 450 MB ..."
    rm -rf "$venv"
    "$python" -m venv "$venv"
    log=$(mktemp)
    if ! timeout 1200 "$venv/bin/python" -m pip install --disable-pip-version-check --no-input -r "$list" >"$log" 2>&1; then
        rm -rf "$venv"
        skip "pip could not install $list; its own words are in $log"
    fi
    cp "$list" "$venv/.installed"
fi
# the environment of these tests has nothing of the product's own, nor of its conftest
exec "$venv/bin/python" -m pytest -c /dev/null --rootdir . -p no:cacheprovider --confcutdir tests/spark \
    --import-mode=importlib -q tests/spark "$@"
