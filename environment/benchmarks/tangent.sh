#!/usr/bin/env bash
# Compares the speed of a tangent kernel: Java and PyTorch in one run. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=tangent
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

rounds=${1:-5}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/tangent.sh [ROUNDS]
Measures a tangent kernel in Java and PyTorch in turns, ROUNDS times each (default 5), and prints medians and ratios.
Installs PyTorch and NumPy with OpenBLAS if they are missing; README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') rounds=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$rounds" -lt 1 ] || [ "$rounds" -gt 1000 ]; then
    printf 'tangent benchmark: ROUNDS must be in [1, 1000], got "%s"\n' "$*" >&2
    exit 2
fi

begin

compile TangentBenchmark.java
java=("$java_home/bin/java" -XX:+UseG1GC -Xmx1g ${vector[@]+"${vector[@]}"})
main=(-cp "$classpath" org.noisebook.model.TangentBenchmark)
all=("${python[@]/OMP_NUM_THREADS=1/OMP_NUM_THREADS=$(nproc)}")
start_peer 'one thread, Java' "${java[@]}" -Djava.util.concurrent.ForkJoinPool.common.parallelism=0 "${main[@]}" cpu "$work"
start_peer 'one thread, PyTorch float64' "${python[@]}" "$here/tangent.py" cpu float64 "$work"
start_peer 'one thread, PyTorch float32' "${python[@]}" "$here/tangent.py" cpu float32 "$work"
start_peer 'all cores, Java' "${java[@]}" "${main[@]}" wall "$work"
start_peer 'all cores, PyTorch float64' "${all[@]}" "$here/tangent.py" wall float64 "$work"
start_peer 'all cores, PyTorch float32' "${all[@]}" "$here/tangent.py" wall float32 "$work"

for n in "${!names[@]}"; do
    run_block "$n" check
    [ "$n" != 0 ] || norm=$answer
    awk -v a="$norm" -v b="$answer" -v most="$(case ${names[$n]} in *32) echo 1e-5 ;; *) echo 1e-12 ;; esac)" \
        'BEGIN { exit !((a - b) ^ 2 <= (most * a) ^ 2) }' || fail "${names[$n]}: norm $answer in place of $norm"
done
# Two rounds to warm up, then the measured ones.
for ((round = -1; round <= rounds; round++)); do
    for n in "${!names[@]}"; do
        run_block "$n" kernel
        case $answer in *[!0-9.e+-]* | '') fail "${names[$n]} answered '$answer'" ;; esac
        [ "$round" -lt 1 ] || printf '%s\t%s\n' "${names[$n]}" "$answer" >>"$work/answers"
    done
done

printf 'tangent kernel of 784-256-256-256-1, ReLU, 512 points, %d rounds\n' "$rounds"
printf '%s, %s cores; PyTorch %s; load %s\n' \
    "$(machine)" \
    "$(nproc)" \
    "$(/usr/bin/python3 -I -c 'import torch; print(torch.__version__)')" \
    "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '\t' "$median"'
    { if (!($1 in count)) { name[++peers] = $1 } ms[$1, ++count[$1]] = $2 }
    END {
        printf "\n%-28s %8s %17s %14s\n", "", "ms", "", "Java is faster"
        for (p = 1; p <= peers; p++) {
            own = name[p]
            n = count[own]
            for (k = 1; k <= n; k++) { v[k] = ms[own, k] }
            middle = median(v, n)
            least = low
            most = high
            java = own
            sub(/, .*/, ", Java", java)
            for (k = 1; k <= n; k++) { v[k] = ms[own, k] / ms[java, k] }
            printf "%-28s %8.1f (%7.1f-%7.1f) %14.2f\n", own, middle, least, most, median(v, n)
        }
    }' "$work/answers"
