#!/usr/bin/env bash
# The container's start: the demo plant when no store is named and none is built yet, its search index, then the app on all addresses.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ -z "${GEMBA_STORE_URL:-}" ]; then
    python -m core demo
    python -m core corpus index
fi
exec python -m streamlit run app.py --server.address "${ADDRESS:-0.0.0.0}" --server.port "${GEMBA_PORT:-8501}"
