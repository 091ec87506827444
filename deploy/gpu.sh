#!/usr/bin/env bash
# Gemba with a model on this machine's GPU: `make gpu`. Checks first, makes .gpu with vLLM in it (from the bundle of
# `make gpu-bundle` when BUNDLE names one, else from pip's index), then serves both (deploy/gpu.py) until Ctrl-C.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=.gpu
log=$venv/install.log
python=.venv/bin/python
say() { printf '%s\n' "$*" >&2; }
fail() { say "" "make gpu stopped: $1"; shift; for line in "$@"; do say "  $line"; done; exit 1; }

[ "$(uname -sm)" = "Linux x86_64" ] || fail "vLLM is packaged for Linux on x86_64, this is $(uname -sm)."
"$python" -m deploy.gpu --check

bundle=${BUNDLE:-}
stamp_text() { "$python" -V; if [ -n "$bundle" ]; then cat "$bundle/manifest.json"; else cat requirements-gpu.txt; fi; }
if [ -n "$bundle" ] && [ ! -f "$bundle/manifest.json" ]; then
    fail "BUNDLE=$bundle has no manifest.json: it is no bundle, or it is not whole."
fi
# An environment that is there serves as well when no bundle is named any more.
if ! { [ -f "$venv/.installed" ] && { stamp_text | cmp -s - "$venv/.installed" || [ -z "$bundle" ] && cmp -s requirements-gpu.txt "$venv/.requirements"; }; }; then
    disk_mib=$(df -Pm . | awk 'NR == 2 { print $4 }')
    [ "$disk_mib" -ge 16000 ] || fail "$venv takes about 9 GB, and 4 GB more while it is made; $disk_mib MiB are free here."
    say "Making $venv: vLLM and what it needs, 4 GB of packages; 2 to 10 minutes ..."
    rm -rf "$venv"
    "$(readlink -f "$python")" -m venv "$venv" || fail "$python could not make $venv."
    pip_install() { "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --only-binary=:all: "$@" >"$log" 2>&1; }
    if [ -n "$bundle" ]; then
        "$python" -m deploy.gpu_bundle unpack "$bundle" "$venv/wheels" || { rm -rf "$venv"; exit 1; }
        done_well=yes
        pip_install --no-index --no-deps --find-links "$venv/wheels" -r "$venv/wheels/pins.txt" || done_well=
        rm -rf "$venv/wheels"
    else
        done_well=yes
        pip_install -r requirements-gpu.txt || done_well=
    fi
    if [ -z "$done_well" ]; then
        tail -n 4 "$log" | cut -c1-300 >&2
        fail "pip could not install the model server." "With no network: make gpu-bundle on a machine that has one, carry the folder here, then" \
            "make gpu BUNDLE=FOLDER. pip's own words are in $log"
    fi
    if "$venv/bin/python" -m pip list --disable-pip-version-check 2>/dev/null | grep -qE '^torch .*\+cpu'; then
        fail "pip took a torch without CUDA, from PIP_FIND_LINKS or pip's configuration." "Unset it, remove $venv and run the same command again."
    fi
    cp requirements-gpu.txt "$venv/.requirements"
    stamp_text >"$venv/.installed"
    say "Installed."
fi
exec "$python" -m deploy.gpu
