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

kind=shared
case ${1-} in
    fresh | lead | boards | ranks | folds | tasks | speed)
        kind=$1
        shift
        ;;
esac
tables=${1:-2000}
case $tables in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/compare.sh [fresh|lead|boards|ranks|folds|tasks|speed] [TABLES]
Prints false alarms and coverage of noisebook compare and seeds over so many tables a row (default 2000, about an hour on a core);
fresh: models that share no seed; lead: coverage of the lead alone; boards: 40 models judged together; ranks, folds, tasks: ranks over few tasks, cross-validation, tasks as the sample; speed: CPU seconds and memory of 10^6 rows and of all pairs of 32 models.
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
run=("$java_home/bin/java" -XX:TieredStopAtLevel=1 -Xmx400m -cp "$classpath" org.noisebook.compare.CompareBenchmark)
case $kind in
    shared) "$java_home/bin/java" -cp "$classpath" org.noisebook.compare.CompareBenchmark "$tables" ;;
    speed)
        for table in fresh unshared shared pairs; do
            "${run[@]}" table "$table" >"$work/$table.csv"
            "${run[@]}" time "$work/$table.csv"
        done
        ;;
    *) "$java_home/bin/java" -cp "$classpath" org.noisebook.compare.CompareBenchmark "$kind" "$tables" ;;
esac
