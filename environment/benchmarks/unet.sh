#!/usr/bin/env bash
# Compares the speed of training and evaluating a U-Net: Java and PyTorch in one run. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=unet
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

rounds=${1:-5}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/unet.sh [ROUNDS]
Measures Java and PyTorch in turns, ROUNDS times each (default 5), and prints medians.
Installs PyTorch if it is missing, and leaves it out if it cannot; README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') rounds=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$rounds" -lt 1 ] || [ "$rounds" -gt 1000 ]; then
    printf 'unet benchmark: ROUNDS must be in [1, 1000], got "%s"\n' "$*" >&2
    exit 2
fi

begin

compile UNetBenchmark.java
java=("$java_home/bin/java" -XX:+UseG1GC)
main=(-cp "$classpath" org.noisebook.model.UNetBenchmark)
start_peer 'Java' "${java[@]}" ${vector[@]+"${vector[@]}"} "${main[@]}" fastest
if /usr/bin/python3 -I -c 'import torch' 2>/dev/null; then
    start_peer 'PyTorch, contiguous' "${python[@]}" "$here/unet.py" contiguous
    start_peer 'PyTorch, channels last' "${python[@]}" "$here/unet.py" channels_last
else
    printf 'unet benchmark: no PyTorch, which is left out\n' >&2
fi

# One round to warm up, then the measured ones.
for ((round = 0; round <= rounds; round++)); do
    for cell in train evaluate; do
        for n in "${!names[@]}"; do
            run_block "$n" "$cell" 600
            case $answer in *[!0-9.e+-]* | '') fail "${names[$n]} answered '$answer' to '$cell'" ;; esac
            [ "$round" = 0 ] || printf '%s\t%s\t%s\n' "$cell" "${names[$n]}" "$answer" >>"$work/answers"
        done
    done
done

printf 'U-Net of 16, 32 and 64 channels at 28 x 28, batch 64, float32, Adam and average, one thread, CPU time, %d rounds\n' "$rounds"
printf '%s; load %s\n' "$(machine)" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '\t' "$median"'
    !(($1, $2) in count) { order[++cells] = $1 SUBSEP $2 }
    { speed[$1, $2, ++count[$1, $2]] = $3 }
    END {
        for (c = 1; c <= cells; c++) {
            split(order[c], part, SUBSEP)
            n = count[order[c]]
            for (k = 1; k <= n; k++) { v[k] = speed[order[c], k] }
            m = median(v, n)
            printf "%-9s %-23s %8.3f steps/s (%.3f-%.3f)\n", part[1], part[2], m, low, high
        }
    }' "$work/answers"
