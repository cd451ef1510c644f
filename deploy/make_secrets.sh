#!/bin/sh
# Secrets of one installation, each in a file that only its owner reads: deploy/make_secrets.sh deploy/secrets
# What is there already stays as it is.
set -eu
folder=${1:?a folder, as in: deploy/make_secrets.sh deploy/secrets}
umask 077
mkdir -p "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

keep() {
    [ -s "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"
}

keep postgres_password "$(random)"
keep valkey_password "$(random)"
keep aisle_admin_token "$(random)"
# Lost, nothing that customers said can be read any more: keep a copy elsewhere (docs/keys.md).
keep aisle_master_keys "1:$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')"
keep aisle_database_url "postgresql://aisle:$(cat "$folder/postgres_password")@postgres:5432/aisle"
keep aisle_bus_url "valkey://:$(cat "$folder/valkey_password")@valkey:6379/0"
# The container reads them as user 10001.
if [ "$(id -u)" = 0 ]; then chown 10001 "$folder"/aisle_*; else chmod 644 "$folder"/aisle_*; fi
printf 'secrets lie in %s\n' "$folder" >&2
