#!/usr/bin/env bash
# How often comparisons of models are wrong: false verdicts and coverage over tables of no effect.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=compare
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

tables=${1:-2000}
case $tables in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/compare.sh [TABLES]
Prints false alarms and coverage of noisebook compare and seeds over so many tables a row (default 2000, about an hour on a core).
compare.txt beside this script is what it printed.
END
        exit 0
        ;;
    *[!0-9]* | 0 | '')
        printf 'compare benchmark: TABLES must be a positive number, got "%s"\n' "$tables" >&2
        exit 2
        ;;
esac
begin
compile CompareBenchmark.java
"$java_home/bin/java" -cp "$classpath" org.noisebook.compare.CompareBenchmark "$tables"
