#!/bin/sh
# Shows that the image serves: starts it as a shop would (nobody, read-only, no rights, no network at all), waits for its health check,
# has a message answered from inside, looks for what it must not have, ends it, and starts it again on the same data. Writes nothing elsewhere.
#   deploy/container/prove.sh [IMAGE]     IMAGE: localhost/aisle:latest
# PODMAN: the command with its options (docker does as well); RUN_OPTIONS: more for `run`; WAIT: seconds for a start (600).
set -eu
image=${1:-localhost/aisle:latest}
podman=${PODMAN:-podman}
volume=$(mktemp -d); chown 10001:10001 "$volume"; chmod 700 "$volume"
name=aisle-proof-$$
trap '$podman rm --force "$name" >/dev/null 2>&1 || true; rm -rf "$volume"' EXIT
say() { printf '%s\n' "$*"; }
# shellcheck disable=SC2086  # options are several words
start() { $podman run --detach --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --network none ${RUN_OPTIONS:-} --volume "$volume:/data" "$image" >/dev/null; }
inside() { $podman exec "$name" "$@"; }
healthy() { inside python -c "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['AISLE_PORT'] + '/readyz', timeout=4)" >/dev/null 2>&1; }
wait_for() {
    began=$(date +%s)
    until healthy; do
        [ $(($(date +%s) - began)) -lt "${WAIT:-600}" ] || { say "not ready after ${WAIT:-600} s:"; $podman logs "$name" | tail -n 20; exit 1; }
        sleep 2
    done
    say "- ready after $(($(date +%s) - began)) s"
}
ask='
import json, os, urllib.request
base = "http://127.0.0.1:" + os.environ["AISLE_PORT"]
def post(path, body, token=""):
    headers = {"Content-Type": "application/json"} | ({"Authorization": "Bearer " + token} if token else {})
    return json.load(urllib.request.urlopen(urllib.request.Request(base + path, json.dumps(body).encode(), headers), timeout=120))
begun = post("/v1/conversations", {"channel": "web"})
told = post("/v1/conversations/%s/messages?wait=reply" % begun["conversation_id"], {"client_id": "1", "text": "a waterproof jacket under $150"}, begun["token"])
print("- answered:", [one["data"]["text"] for one in told["events"] if one["type"] == "assistant_said"][0][:150].replace("\n", " "))
'
start && wait_for
inside python -c "$ask"
inside sh -c '[ "$(id -u)" = 10001 ] && ! touch /opt/aisle/x 2>/dev/null && ! command -v gcc cc pip >/dev/null && [ ! -e /data/.cache ]' || { say "it is root, writable, or holds a compiler or what a library wrote for its maker"; exit 1; }
say "- nobody in particular, nothing writable but /data and /tmp, no compiler, no pip"
inside aisle doctor | grep -E '^failed' && { say "the doctor found that"; exit 1; }
$podman stop --time 40 "$name" >/dev/null
code=$($podman inspect --format '{{.State.ExitCode}}' "$name")
[ "$code" = 0 ] || { say "it ended with $code"; exit 1; }
$podman rm "$name" >/dev/null
say "- ended by SIGTERM with 0; once more on the same data"
start && wait_for
inside python -c "$ask"
say "The image serves. Its size: $($podman image inspect --format '{{.Size}}' "$image") bytes"
