#!/usr/bin/env bash
# Finds a Chromium for the browser tests; as root on Debian or Ubuntu it installs one. Never fails: without one those tests
# are skipped by name. CHROMIUM names one that stands elsewhere.
set -uo pipefail

for candidate in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
    [ -n "$candidate" ] && [ -x "$candidate" ] && exit 0
done

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium found: the browser tests will be skipped. Install the package chromium, or name one: CHROMIUM=/path/to/chrome" >&2
    exit 0
fi

echo "Installing Chromium for the browser tests (about 100 MB) ..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 \
        -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 "$@" >>"$log" 2>&1 </dev/null
}
if apt update && apt install -y --no-install-recommends chromium; then
    echo "Installed." >&2
else
    tail -n 3 "$log" >&2
    echo "Chromium could not be installed: the browser tests will be skipped." >&2
fi
exit 0
