#!/usr/bin/env bash
# How long seed analysis takes: generators under all noise policies, a large table with its report, the quick figures.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
noisebook=$root/environment/noisebook

case ${1:-3} in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/seeds.sh [ROUNDS]
Times three commands on 2 threads without cached results, ROUNDS times each in turns (default 3), start of the Java machine
included, and prints medians with the least and the largest. Needs two idle cores.
END
        exit 0
        ;;
    *[!0-9]* | 0)
        printf 'seeds benchmark: ROUNDS must be a positive number, got "%s"\n' "$1" >&2
        exit 2
        ;;
esac
rounds=${1:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$noisebook" info >/dev/null 2>&1

# All four policies of 128 seeds under 32 conditions in 16 dimensions, the stochastic ones with both amounts of noise.
policies() {
    "$noisebook" run seed-generator --set policy=deterministic --no-cache --threads 2 --out "$work/flow.csv"
    "$noisebook" run seed-generator --set policy=sharedPath,freshPath,fresh --set diffusion=0.1,1 --set steps=200 --no-cache --threads 2 \
        --out "$work/noise.csv"
}
# 1024 seeds under 32 conditions: sampling them, then the report on such a table with 1000 draws.
large() {
    "$noisebook" run seed-generator --set policy=deterministic --set seeds=1024 --no-cache --threads 2 --out "$work/large.csv"
    "$noisebook" seeds "$work/table.csv" --seed-column seed --condition-column condition --response score --draws 1000
}
figures() {
    rm -rf "$work/cache"
    NOISEBOOK_CACHE=$work/cache "$noisebook" figures seed-policies seed-golden seed-norm seed-layout \
        seed-training-variance seed-training-plane seed-power seed-frechet-null --threads 2 --out "$work"
}
# An additive table with an irregular rest.
awk 'BEGIN { print "seed,condition,score"
    for (s = 0; s < 1024; s++) for (c = 0; c < 32; c++) {
        x = (s * 7919 + c * 104729 + s * c * 31) % 1009
        printf "%d,%d,%.6f\n", s, c, ((s * 37) % 101) / 101 + c / 8 + x / 500 } }' >"$work/table.csv"

for ((round = 1; round <= rounds; round++)); do
    for task in policies large figures; do
        start=$(date +%s%N)
        "$task" >"$work/log" 2>&1 || {
            cat "$work/log" >&2
            exit 1
        }
        end=$(date +%s%N)
        awk -v n="$((end - start))" 'BEGIN { printf "%.2f\n", n / 1e9 }' >>"$work/$task.seconds"
    done
done
for task in policies large figures; do
    sort -n "$work/$task.seconds" | awk -v task="$task" '{ r[NR] = $1 } END {
        m = NR % 2 ? r[(NR + 1) / 2] : (r[NR / 2] + r[NR / 2 + 1]) / 2
        printf "%-9s %6.1f s (%.1f to %.1f)\n", task, m, r[1], r[NR] }'
done
