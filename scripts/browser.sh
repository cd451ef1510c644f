#!/bin/sh
# A browser for the tests of the pages: Chromium by apt where we may install it. Without one those tests are skipped.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "- installing chromium for the tests of the pages …" >&2
    if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "- no chromium here: the tests of the pages will be skipped (apt-get install chromium brings it)" >&2
