#!/usr/bin/env bash
# Finds a Redis server for the tests of conversations; as root on Debian or Ubuntu it installs one, which the tests start and
# stop themselves. Never fails: without one those tests are skipped by name.
set -uo pipefail

command -v redis-server >/dev/null 2>&1 && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "No redis-server found: the tests on a real Redis will be skipped. Install the package redis-server." >&2
    exit 0
fi

echo "Installing Redis for the tests of conversations (about 5 MB) ..." >&2
log=$(mktemp)
# The package would start a server of its own; the tests have theirs. An exit of 101 means: start nothing.
policy=/usr/sbin/policy-rc.d
made_policy=
if [ ! -e "$policy" ] && printf '#!/bin/sh\nexit 101\n' >"$policy" 2>/dev/null; then
    chmod 755 "$policy"
    made_policy=yes
fi
trap 'rm -f "$log"; [ -z "$made_policy" ] || rm -f "$policy"' EXIT
apt() {
    DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 \
        -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 "$@" >>"$log" 2>&1 </dev/null
}
if apt update && apt install -y --no-install-recommends redis-server; then
    echo "Installed." >&2
else
    tail -n 3 "$log" >&2
    echo "Redis could not be installed: its tests will be skipped." >&2
fi
exit 0
