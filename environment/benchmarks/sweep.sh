#!/usr/bin/env bash
# How a sweep scales from 1 to 2 threads: wall time of the same sweep, without the cache, alternating.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
noisebook=$root/environment/noisebook

case ${1:-3} in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/sweep.sh [ROUNDS]
Runs one perceptron sweep on 1 and on 2 threads in turns, ROUNDS times each (default 3), and prints the median ratio of
wall times, start of the Java machine included. Needs two idle cores.
END
        exit 0
        ;;
    *[!0-9]* | 0)
        printf 'sweep benchmark: ROUNDS must be a positive number, got "%s"\n' "$1" >&2
        exit 2
        ;;
esac
rounds=${1:-3}
sweep=(run perceptron --set chi=0 --set trainSize=4096 --replicas 256 --no-cache)
seconds() { # threads; prints wall seconds
    local start end
    start=$(date +%s%N)
    "$noisebook" "${sweep[@]}" --threads "$1" >/dev/null 2>&1
    end=$(date +%s%N)
    awk -v n="$((end - start))" 'BEGIN { printf "%.3f", n / 1e9 }'
}
# Compilation of the code takes about a second of a core beside the sweep, so the sweep is long.
ratios=()
for ((round = 1; round <= rounds; round++)); do
    one=$(seconds 1)
    two=$(seconds 2)
    ratio=$(awk -v a="$one" -v b="$two" 'BEGIN { printf "%.3f", a / b }')
    printf '1 thread %s s, 2 threads %s s, ratio %s\n' "$one" "$two" "$ratio"
    ratios+=("$ratio")
done
printf '%s\n' "${ratios[@]}" | sort -n | awk '{ r[NR] = $1 } END {
    m = NR % 2 ? r[(NR + 1) / 2] : (r[NR / 2] + r[NR / 2 + 1]) / 2
    printf "median %.2f (%.2f to %.2f)\n", m, r[1], r[NR] }'
