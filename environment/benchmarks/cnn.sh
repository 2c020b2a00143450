#!/usr/bin/env bash
# Compares the speed of training and evaluating a convolutional network: Java and PyTorch in one run. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=cnn
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

rounds=${1:-5}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/cnn.sh [ROUNDS]
Measures Java and PyTorch in turns, ROUNDS times each (default 5), and prints medians and ratios.
Installs PyTorch and NumPy with OpenBLAS if they are missing; README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') rounds=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$rounds" -lt 1 ] || [ "$rounds" -gt 1000 ]; then
    printf 'cnn benchmark: ROUNDS must be in [1, 1000], got "%s"\n' "$*" >&2
    exit 2
fi

# Width, side and batch; steps and evaluations of 512 points in a block; steps and learning rate of the check.
sizes=(
    '4 14 16|1024|16|16 10'
    '4 14 64|256|16|16 10'
    '16 28 16|64|1|16 2'
    '32 28 64|8|1|4 10'
)

begin

compile CnnBenchmark.java
java=("$java_home/bin/java" -XX:+UseG1GC)
main=(-cp "$classpath" org.noisebook.model.CnnBenchmark)
python=("${python[@]}" "$here/cnn.py")
start_peer 'Java' "${java[@]}" ${vector[@]+"${vector[@]}"} "${main[@]}" fastest "$work"
for form in channels_last contiguous traced; do
    start_peer "PyTorch, ${form/_/ }" "${python[@]}" "$form" "$work"
done
start_peer 'Java, plain' "${java[@]}" "${main[@]}" plain "$work"
everyone=(0 1 2 3 4)

ask() { # cell, request, peer numbers
    local cell=$1 request=$2 n
    shift 2
    for n in "$@"; do
        run_block "$n" "$request"
        case $answer in *[!0-9.e+-]* | '') fail "${names[$n]} answered '$answer' to '$request'" ;; esac
        [ "$round" = 0 ] || printf '%s\t%s\t%s\n' "$cell" "${names[$n]}" "$answer" >>"$work/answers"
    done
}

# All must do the same work: what some steps from the same weights reach, up to the rounding of small differences.
for size in "${sizes[@]}"; do
    IFS='|' read -r shape _ _ check <<<"$size"
    run_block 0 "write $shape"
    reached=
    for n in "${everyone[@]}"; do
        run_block "$n" "check $shape $check"
        reached+="$answer "
    done
    awk -v values="$reached" 'BEGIN {
        n = split(values, v, " ")
        for (k = 2; k <= n; k++) { d = v[k] / v[1] - 1; if (!(d * d < 2.5e-5)) { exit 1 } }
    }' || fail "at $shape the peers reach $reached"
    printf 'h, side, B = %s: after %s steps the mean of y F is %s\n' "$shape" "${check% *}" "${reached%% *}"
done

# One round to warm up, then the measured ones.
for ((round = 0; round <= rounds; round++)); do
    for size in "${sizes[@]}"; do
        IFS='|' read -r shape steps repeats _ <<<"$size"
        ask "train $shape" "step $shape $steps" "${everyone[@]}"
        ask "evaluate $shape" "evaluate $shape $repeats" "${everyone[@]}"
    done
done

printf 'ReLU inverted residual networks, one colour plane, hinge, plain SGD, float32, one thread, CPU time, %d rounds\n' \
    "$rounds"
printf '%s; PyTorch %s; load %s\n' \
    "$(machine)" \
    "$(/usr/bin/python3 -I -c 'import torch; print(torch.__version__)')" \
    "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '\t' "$median"'
    {
        if (!($1 in peers)) { order[++cells] = $1 }
        if (!(($1, $2) in count)) { name[$1, ++peers[$1]] = $2 }
        k = ++count[$1, $2]
        speed[$1, $2, k] = $3
        if ($2 ~ /^PyTorch/ && $3 > best[$1, k]) { best[$1, k] = $3 }
    }
    END {
        printf "\n%-20s %-24s %10s %23s %10s\n", "h, side, B", "", "steps/s,", "", "to PyTorch"
        printf "%-20s %-24s %10s\n", "", "", "points/s"
        for (c = 1; c <= cells; c++) {
            cell = order[c]
            for (p = 1; p <= peers[cell]; p++) {
                peer = name[cell, p]
                n = count[cell, peer]
                for (k = 1; k <= n; k++) {
                    v[k] = speed[cell, peer, k]
                    r[k] = v[k] / best[cell, k]
                }
                ratio = median(r, n)
                m = median(v, n)
                printf "%-20s %-24s %10.1f (%10.1f-%10.1f) %10.2f\n", cell, peer, m, low, high, ratio
            }
        }
    }' "$work/answers"
