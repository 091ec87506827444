#!/usr/bin/env bash
# Finds a server that tests start and stop themselves: test_server.sh mariadb | postgres | redis. As root on Debian or Ubuntu it installs
# the package. Never fails: without a server its tests are skipped by name.
set -uo pipefail

case "${1:-}" in
    mariadb) name=MariaDB package=mariadb-server program=/usr/sbin/mariadbd what="the StarRocks connection (about 40 MB)" ;;
    postgres) name=PostgreSQL package=postgresql program=$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1) what="drafting a model from one (about 60 MB)" ;;
    redis) name=Redis package=redis-server program=/usr/bin/redis-server what="conversations (about 5 MB)" ;;
    *)
        echo "usage: $0 mariadb | postgres | redis" >&2
        exit 2
        ;;
esac
if [ -x "$program" ] || command -v "$(basename "${program:-initdb}")" >/dev/null 2>&1; then exit 0; fi

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "No $name server found: the tests on a real one will be skipped. Install the package $package." >&2
    exit 0
fi

echo "Installing $name for the tests of $what ..." >&2
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
if apt update && apt install -y --no-install-recommends "$package"; then
    echo "Installed." >&2
else
    tail -n 3 "$log" >&2
    echo "$name could not be installed: its tests will be skipped." >&2
fi
exit 0
