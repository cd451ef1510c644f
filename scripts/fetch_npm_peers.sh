#!/bin/sh
# Fetches the npm packages that judge the phone in tests, into a folder that git ignores. Needs Node 20 or newer with npm.
# Without them those tests are skipped, and nothing else needs them.
set -eu
cd "$(dirname "$0")/../tests/channels/call_center/node_peers"
command -v npm >/dev/null 2>&1 || {
    echo "npm was not found: install Node.js 20 or newer (Debian, Ubuntu: apt-get install nodejs npm)." >&2
    exit 1
}
exec npm install --no-package-lock --ignore-scripts --no-audit --no-fund --silent
