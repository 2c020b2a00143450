#!/usr/bin/env bash
# Builds the site of this checkout, with figures that run in its pages where they can be compiled, and serves it on loopback.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

case ${1-} in
    -h | --help)
        cat <<'TEXT'
Usage: environment/site.sh [PORT]
Writes all committed figures, claims, papers, documents and notebooks to target/site, with the Javadoc of the packages that
src/site/markdown/stability.md names, and serves that on 127.0.0.1 until Ctrl-C. Compiles the kit for pages first
(environment/web.sh), so that readers can run figures there; where that cannot be, it says why and serves the site without.
Computes no figure.
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
code=0
"$root/environment/web.sh" || code=$?
[ $code = 0 ] || rm -rf "$root/target/web/page"
[ $code = 0 ] || [ $code = 3 ] || printf 'site: without figures that run in its pages\n' >&2
exec "$root/environment/noisebook" site --serve "${1-8000}"
