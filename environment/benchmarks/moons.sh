#!/usr/bin/env bash
# How well and how fast noisebook field learns two moons from a CSV file. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=moons
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

rows=${1:-1000000}
case $rows in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/moons.sh [ROWS]
Trains three seeds of noisebook field on ROWS points (default 10^6) and prints CPU seconds, error of log p, and sliced W1.
END
        exit 0
        ;;
    *[!0-9]* | 0 | '')
        printf 'moons benchmark: ROWS must be a positive number, got "%s"\n' "$rows" >&2
        exit 2
        ;;
esac
begin
compile MoonsBenchmark.java
"$java_home/bin/java" -Xmx2g ${vector[@]+"${vector[@]}"} -cp "$classpath" org.noisebook.cli.MoonsBenchmark "$work" "$rows" 3
