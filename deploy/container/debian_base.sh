#!/bin/sh
# A base for the image where no registry is reached: Debian's own packages and nothing else, as a local image for podman or buildah.
#   deploy/container/debian_base.sh [NAME]      NAME: localhost/aisle-base (the default)
#   buildah bud -f deploy/container/Dockerfile --build-arg BASE=localhost/aisle-base -t aisle .
# Needs root, mmdebstrap and podman, all in Debian. SUITE: bookworm; PODMAN: the command, with its options.
set -eu
name=${1:-localhost/aisle-base}
archive=$(mktemp --suffix=.tar); trap 'rm -f "$archive"' EXIT
mmdebstrap --quiet --variant=minbase --include=ca-certificates,python3,python3-venv,python-is-python3 \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*' "${SUITE:-bookworm}" "$archive"
# shellcheck disable=SC2086  # PODMAN may be several words
${PODMAN:-podman} import --change 'CMD ["sh"]' "$archive" "$name"
