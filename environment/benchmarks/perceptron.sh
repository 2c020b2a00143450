#!/usr/bin/env bash
# Compares the speed of plain SGD steps on the perceptron: C, Java and NumPy, all in one run. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=perceptron
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

blocks=${1:-7}
case $blocks in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/perceptron.sh [BLOCKS]
Measures C, Java and NumPy in turns, BLOCKS times each (default 7, at least 5), and prints one table.
Installs gcc and NumPy with OpenBLAS if they are missing; README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') blocks=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$blocks" -lt 5 ] || [ "$blocks" -gt 1000 ]; then
    printf 'perceptron benchmark: BLOCKS must be in [5, 1000], got "%s"\n' "$*" >&2
    exit 2
fi

begin

gcc -O3 -march=native -ffast-math "$here/perceptron.c" -o "$work/perceptron" -lm
"$work/perceptron" make "$work/rows"

start_peer 'C' "$work/perceptron" "$work/rows"
compile PerceptronBenchmark.java
start_peer 'Java' "$java_home/bin/java" -XX:+UseG1GC ${vector[@]+"${vector[@]}"} -cp "$classpath" \
    org.noisebook.sgd.PerceptronBenchmark
numpy=("${python[@]}" "$here/perceptron.py")
start_peer 'NumPy, by steps' "${numpy[@]}" steps "$work/rows"
start_peer 'NumPy, by windows' "${numpy[@]}" windows "$work/rows"

# One round to warm up, then the measured ones.
for ((block = 0; block <= blocks; block++)); do
    for n in "${!names[@]}"; do
        run_block "$n" ''
        [ "$block" = 0 ] || printf '%s\t%s\n' "${names[$n]}" "${answer// /$'\t'}" >>"$work/answers"
    done
done

printf 'Perceptron, plain SGD, P = 10000, d = 128, B = 16, float32, one thread, %d blocks of 100000 steps\n' "$blocks"
printf '%s; %s; Java %s; NumPy %s\n' \
    "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)" "$(gcc --version | head -n 1)" \
    "$("$java_home/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')" \
    "$(/usr/bin/python3 -I -c 'import numpy; print(numpy.__version__)')"
awk -F '\t' '
    function sort(values, n,    i, j, x) {
        for (i = 2; i <= n; i++) {
            x = values[i]
            for (j = i - 1; j >= 1 && values[j] > x; j--) { values[j + 1] = values[j] }
            values[j + 1] = x
        }
    }
    function median(values, n) {
        sort(values, n)
        return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }
    !($1 in count) { order[++peers] = $1 }
    {
        k = ++count[$1]
        cpu[$1, k] = $2
        wall[$1, k] = $3
        rate[$1, k] = $4 / $2 / 1e6
        last[$1] = sprintf("%9s %9s %9s", $5, $6, $7)
    }
    END {
        printf "%-18s %9s %9s %21s %7s %7s %9s %9s %9s\n", "", "CPU ms", "wall ms", "million samples/CPU s", "to C",
            "to Java", "w_1", "|w_perp|", "updates"
        for (p = 1; p <= peers; p++) {
            name = order[p]
            n = count[name]
            for (k = 1; k <= n; k++) {
                r[k] = rate[name, k]
                c[k] = 1e3 * cpu[name, k]
                w[k] = 1e3 * wall[name, k]
                toC[k] = rate[name, k] / rate["C", k]
                toJava[k] = "Java" in count ? rate[name, k] / rate["Java", k] : 0
            }
            middle = median(r, n)
            java = median(toJava, n)
            printf "%-18s %9.1f %9.1f %7.2f (%5.2f-%6.2f) %7.3f %7s %s\n", name, median(c, n), median(w, n), middle, r[1],
                r[n], median(toC, n), ("Java" in count ? sprintf("%.3f", java) : "-"), last[name]
        }
    }' "$work/answers"
