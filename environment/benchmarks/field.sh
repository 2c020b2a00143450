#!/usr/bin/env bash
# Compares the speed of training and evaluating a learned field: Java and PyTorch in one run. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=field
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

rounds=${1:-5}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/field.sh [ROUNDS]
Measures Java and PyTorch in turns, ROUNDS times each (default 5), and prints medians and ratios.
Installs PyTorch and NumPy with OpenBLAS if they are missing; README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') rounds=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$rounds" -lt 1 ] || [ "$rounds" -gt 1000 ]; then
    printf 'field benchmark: ROUNDS must be in [1, 1000], got "%s"\n' "$*" >&2
    exit 2
fi

begin

compile FieldBenchmark.java
java=("$java_home/bin/java" -XX:+UseG1GC)
main=(-cp "$classpath" org.noisebook.model.FieldBenchmark)
python=("${python[@]}" "$here/field.py")
start_peer 'Java' "${java[@]}" ${vector[@]+"${vector[@]}"} "${main[@]}" fastest
start_peer 'PyTorch, loop' "${python[@]}" modules loop
start_peer 'PyTorch, foreach' "${python[@]}" modules foreach
start_peer 'PyTorch, fused' "${python[@]}" modules fused
start_peer 'PyTorch, by hand' "${python[@]}" hand flat
start_peer 'Java, plain' "${java[@]}" "${main[@]}" plain

# One round to warm up, then the measured ones.
for ((round = 0; round <= rounds; round++)); do
    for cell in 'train RELU' 'train SILU' 'evaluate RELU' 'evaluate SILU'; do
        for n in "${!names[@]}"; do
            run_block "$n" "$cell"
            case $answer in *[!0-9.e+-]* | '') fail "${names[$n]} answered '$answer' to '$cell'" ;; esac
            [ "$round" = 0 ] || printf '%s\t%s\t%s\n' "$cell" "${names[$n]}" "$answer" >>"$work/answers"
        done
    done
done

printf '3-128-128-128-2 fields, batch 512, float32, Adam and average, one thread, CPU time, %d rounds\n' "$rounds"
printf '%s; PyTorch %s; load %s\n' \
    "$(machine)" \
    "$(/usr/bin/python3 -I -c 'import torch; print(torch.__version__)')" \
    "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '\t' "$median"'
    # The median over rounds of the speed of a peer to the fastest of these, which are separated by slashes.
    function ratio(cell, peer, n, others,    list, m, i, k, best) {
        m = split(others, list, "/")
        for (k = 1; k <= n; k++) {
            best = 0
            for (i = 1; i <= m; i++) {
                if (speed[cell, list[i], k] > best) { best = speed[cell, list[i], k] }
            }
            v[k] = speed[cell, peer, k] / best
        }
        return sprintf("%.2f", median(v, n))
    }
    {
        if (!($1 in peers)) { order[++cells] = $1 }
        if (!(($1, $2) in count)) { name[$1, ++peers[$1]] = $2 }
        speed[$1, $2, ++count[$1, $2]] = $3
    }
    END {
        printf "\n%-14s %-17s %8s %17s %8s %11s %8s\n", "", "", "steps/s", "", "us/step", "to PyTorch", "to hand"
        for (c = 1; c <= cells; c++) {
            cell = order[c]
            for (p = 1; p <= peers[cell]; p++) {
                peer = name[cell, p]
                n = count[cell, peer]
                for (k = 1; k <= n; k++) { v[k] = speed[cell, peer, k] }
                m = median(v, n)
                least = low
                most = high
                printf "%-14s %-17s %8.0f (%7.0f-%7.0f) %8.0f %11s %8s\n", cell, peer, m, least, most, 1e6 / m,
                    ratio(cell, peer, n, "PyTorch, loop/PyTorch, foreach/PyTorch, fused"),
                    ratio(cell, peer, n, "PyTorch, by hand")
            }
        }
    }' "$work/answers"
