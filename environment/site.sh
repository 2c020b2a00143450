#!/usr/bin/env bash
# Builds the site of this checkout and serves it on loopback.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

case ${1-} in
    -h | --help)
        cat <<'TEXT'
Usage: environment/site.sh [PORT]
Writes all committed figures, claims, papers, documents and notebooks to target/site, with the Javadoc of the packages that
src/site/markdown/stability.md names, and serves that on 127.0.0.1 until Ctrl-C. Computes nothing and needs no network.
  PORT  in [0, 65535], 0 for any that is free (default 8000)
Exit codes: 1 it could not be written or the port is taken, 2 usage error, 130 or 143 stopped.
TEXT
        exit 0
        ;;
esac
[ $# -le 1 ] || {
    printf 'site: one port at most, got %d arguments (see --help)\n' $# >&2
    exit 2
}
exec "$root/environment/noisebook" site --serve "${1-8000}"
