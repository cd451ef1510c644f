#!/bin/sh
# Checks the JSDoc types of every page with TypeScript (a tool of development only: nothing is built), then runs the tests
# of the pure modules. Needs node; takes typescript from the path, else by npx.
set -eu
cd "$(dirname "$0")/../channels/web_chat"
if command -v tsc >/dev/null 2>&1; then tsc -p jsconfig.json
else npx --yes --package "typescript@>=5.6 <8" tsc -p jsconfig.json
fi
node --test ../../tests/ui/node/
