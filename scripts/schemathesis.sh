#!/bin/sh
# Every route of /openapi.json, asked as everybody: no server error, and answers as the schema says. EXAMPLES: how many a route (25);
# ROLES: which (all). Streams and recordings are left to their own tests: it cannot write sound. Writes nothing but a folder of its own, which goes.
set -u
cd "$(dirname "$0")/.."
folder=$(mktemp -d); trap 'kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
PYTHONPATH=. .venv/bin/python tests/security/served_house.py "$folder" 2>"$folder/log" & server=$!
for _ in $(seq 120); do [ -s "$folder/address" ] && break; sleep 0.5; done
[ -s "$folder/address" ] || { cat "$folder/log"; exit 1; }
address=$(cat "$folder/address"); failed=0
for role in ${ROLES:-nobody customer screen agent supervisor admin operator}; do
  token=$(.venv/bin/python -c 'import json, sys; print(json.load(open(sys.argv[1])).get(sys.argv[2], "x"))' "$folder/tokens.json" "$role")
  echo "-- as $role"
  "${SCHEMATHESIS:-.venv-security/bin/schemathesis}" --config-file "$folder/schemathesis.toml" run "$address/openapi.json" -H "Authorization: Bearer $token" --max-examples "${EXAMPLES:-25}" \
    --phases examples,coverage,fuzzing --checks not_a_server_error,content_type_conformance,response_schema_conformance \
    --request-timeout 20 --exclude-path-regex '/(stream|audio)$' --continue-on-failure --no-color >"$folder/said" 2>&1 || failed=1
  sed -n '/= FAILURES =/,/= WARNINGS =/p; /= ERRORS =/,/= WARNINGS =/p; /^Test cases:/,$p' "$folder/said" | head -n "${LINES_TOLD:-120}"
  kill -0 "$server" || { echo "the server is gone"; tail -20 "$folder/log"; exit 1; }
done
exit $failed
