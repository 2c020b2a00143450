#!/usr/bin/env bash
# Compares the speed of training a network: Java, PyTorch, NumPy, all in one run. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=network
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

rounds=${1:-5}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/network.sh [ROUNDS]
Measures Java, PyTorch and NumPy in turns, ROUNDS times each (default 5), and prints medians and ratios.
Installs PyTorch and NumPy with OpenBLAS if they are missing; README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') rounds=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$rounds" -lt 1 ] || [ "$rounds" -gt 1000 ]; then
    printf 'network benchmark: ROUNDS must be in [1, 1000], got "%s"\n' "$*" >&2
    exit 2
fi

# Margin and temperature of the trainings, and how many of them in a round.
lazy="$(awk 'BEGIN { printf "%.17g %.17g", 2^-15, 2^-13 }')"
noisy="$(awk 'BEGIN { printf "%.17g %.17g", 2^-15, 2^-1 }')"
feature="$(awk 'BEGIN { printf "%.17g %.17g", 2^4, 2^-6 }')"
trainings=3

begin

compile NetworkBenchmark.java
java=("$java_home/bin/java" -XX:+UseG1GC)
main=(-cp "$classpath" org.noisebook.model.NetworkBenchmark)
python=("${python[@]}" "$here/network.py")
# Java comes first: it writes what the others read.
start_peer 'Java' "${java[@]}" ${vector[@]+"${vector[@]}"} "${main[@]}" fastest "$work"
start_peer 'PyTorch' "${python[@]}" dense "$work"
start_peer 'PyTorch, eager' "${python[@]}" eager "$work"
start_peer 'PyTorch, autograd' "${python[@]}" autograd "$work"
start_peer 'PyTorch, rows' "${python[@]}" rows "$work"
start_peer 'NumPy' "${python[@]}" numpy "$work"
start_peer 'Java, plain' "${java[@]}" "${main[@]}" plain
steppers=(0 1 2 3 5 6)
trainers=(0 1 2 4)

ask() { # cell, request, peer numbers
    local cell=$1 request=$2 n
    shift 2
    for n in "$@"; do
        run_block "$n" "$request"
        case $answer in *[!0-9.e+\ -]* | '') fail "${names[$n]} answered '$answer' to '$request'" ;; esac
        [ "$round" = 0 ] || printf '%s\t%s\t%s\n' "$cell" "${names[$n]}" "${answer// /$'\t'}" >>"$work/answers"
    done
}

# One round to warm up, then the measured ones.
for ((round = 0; round <= rounds; round++)); do
    for batch in 16 64 512; do
        ask "step $batch" "step $batch" "${steppers[@]}"
    done
    for ((seed = round * trainings + 1; seed <= (round + 1) * trainings; seed++)); do
        ask 'train lazy' "train $lazy $seed" "${trainers[@]}"
        ask 'train noisy' "train $noisy $seed" "${trainers[@]}"
        ask 'train feature' "train $feature $seed" "${trainers[@]}"
    done
done

printf 'ReLU networks of width 128 on 784 inputs, hinge, plain SGD, float32, one thread, CPU time, %d rounds\n' "$rounds"
printf '%s; PyTorch, NumPy %s; load %s\n' \
    "$(machine)" \
    "$(/usr/bin/python3 -I -c 'import numpy, torch; print(torch.__version__, numpy.__version__)')" \
    "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '\t' "$median"'
    # The median over rounds of the speed of a peer to the fastest of these, which are separated by slashes.
    function ratio(cell, peer, n, others,    list, m, i, k, best) {
        m = split(others, list, "/")
        for (k = 1; k <= n; k++) {
            best = 0
            for (i = 1; i <= m; i++) {
                if ((cell, list[i], k) in speed && speed[cell, list[i], k] > best) { best = speed[cell, list[i], k] }
            }
            if (!best) { return "-" }
            v[k] = speed[cell, peer, k] / best
        }
        return sprintf("%.2f", median(v, n))
    }
    {
        if (!($1 in peers)) { order[++cells] = $1 }
        if (!(($1, $2) in count)) { name[$1, ++peers[$1]] = $2 }
        k = ++count[$1, $2]
        value[$1, $2, k] = $3
        steps[$1, $2, k] = $4
        updates[$1, $2, k] = $5
        speed[$1, $2, k] = NF > 3 ? 1 / $3 : $3
    }
    END {
        rowTerms = 2 * (784 * 128 + 2 * 128 * 128 + 128) + 2 * 128 * 128
        for (c = 1; c <= cells; c++) {
            cell = order[c]
            split(cell, part, " ")
            training = part[1] == "train"
            if (training != last || c == 1) {
                if (training) {
                    printf "\n%-14s %-18s %8s %17s %8s %8s %8s %11s %9s %8s\n", "", "", "CPU s", "", "steps", "updates",
                        "us/step", "to PyTorch", "to eager", "to rows"
                } else {
                    printf "\n%-14s %-18s %8s %17s %8s %11s %9s %8s\n", "", "", "steps/s", "", "GF/s", "to PyTorch",
                        "to eager", "to NumPy"
                }
            }
            last = training
            for (p = 1; p <= peers[cell]; p++) {
                peer = name[cell, p]
                n = count[cell, peer]
                for (k = 1; k <= n; k++) {
                    v[k] = value[cell, peer, k]
                    s[k] = steps[cell, peer, k]
                    u[k] = updates[cell, peer, k]
                    t[k] = training ? 1e6 * v[k] / s[k] : 0
                }
                m = median(v, n)
                least = low
                most = high
                if (training) {
                    printf "%-14s %-18s %8.3f (%7.3f-%7.3f) %8.0f %8.0f %8.1f %11s %9s %8s\n", cell, peer, m, least,
                        most, median(s, n), median(u, n), median(t, n), ratio(cell, peer, n, "PyTorch"),
                        ratio(cell, peer, n, "PyTorch, eager"), ratio(cell, peer, n, "PyTorch, rows")
                } else {
                    printf "%-14s %-18s %8.0f (%7.0f-%7.0f) %8.1f %11s %9s %8s\n", cell, peer, m, least, most,
                        2e-9 * m * part[2] * rowTerms, ratio(cell, peer, n, "PyTorch/PyTorch, eager/PyTorch, autograd"),
                        ratio(cell, peer, n, "PyTorch, eager/PyTorch, autograd"), ratio(cell, peer, n, "NumPy")
                }
            }
        }
    }' "$work/answers"
