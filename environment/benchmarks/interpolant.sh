#!/usr/bin/env bash
# How fast particles move in exact mixtures: Java and NumPy in turns. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=interpolant
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

rounds=${1:-3}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/interpolant.sh [ROUNDS]
Times flows of particles in Gaussian mixtures in Java and NumPy, ROUNDS times each (default 3), and prints one table.
Installs NumPy with OpenBLAS if it is missing; README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') rounds=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$rounds" -lt 1 ] || [ "$rounds" -gt 1000 ]; then
    printf 'interpolant benchmark: ROUNDS must be in [1, 1000], got "%s"\n' "$*" >&2
    exit 2
fi

begin

ask() { # peer number, work, threads
    run_block "$1" "$2 $3" 600
    [ "$round" = 0 ] || printf '%s\t%s\t%s\t%s\n' "$2" "${names[$1]}" "$3" "${answer// /$'\t'}" >>"$work/answers"
}

compile InterpolantBenchmark.java
java=("$java_home/bin/java" -Xmx2g)
peer=(-cp "$classpath" org.noisebook.interpolant.InterpolantBenchmark)
numpy=("${python[@]}" "$here/interpolant.py")
start_peer 'Java' "${java[@]}" ${vector[@]+"${vector[@]}"} "${peer[@]}"
start_peer 'Java, plain' "${java[@]}" "${peer[@]}"
start_peer 'NumPy' "${numpy[@]}" components 1000000
start_peer 'NumPy, chunks of 8192' "${numpy[@]}" components 8192
start_peer 'NumPy, chunks of 2048' "${numpy[@]}" components 2048
start_peer 'NumPy, products' "${numpy[@]}" products 8192

for ((round = 0; round <= rounds; round++)); do
    for n in "${!names[@]}"; do
        # NumPy has nothing to warm up.
        [[ $round = 0 && ${names[$n]} = NumPy* ]] || ask "$n" plane 1
    done
    ask 0 plane 2
    for n in 0 1 3 4; do
        [[ $round = 0 && ${names[$n]} = NumPy* ]] || ask "$n" large 1
    done
    ask 0 large 2
done
run_block 0 'peak 1' 600

printf '%s; NumPy %s; %d rounds\n' \
    "$(machine)" \
    "$(/usr/bin/python3 -I -c 'import numpy; print(numpy.__version__)')" "$rounds"
awk -F '\t' -v peak="$answer" "$median"'
    # Java can be no faster than its operations at the rate of multiply-adds.
    function roofline(work, operations,    best) {
        best = operations / peak / 1e9
        printf "%s: %.3g operations at %.1f/ns take %.2f s; Java takes %.1f times that, half the best NumPy %.1f times\n", work, operations, peak,
            best, time[work] / best, least[work] / 2 / best
    }
    {
        key = $1 "\t" $2 "\t" $3
        if (!(key in count)) { order[++cells] = key }
        k = ++count[key]
        cpu[key, k] = $4
        wall[key, k] = $5
        last[key] = $6
    }
    END {
        printf "%-6s %-22s %7s %9s %9s %14s %12s\n", "work", "", "threads", "CPU s", "wall s", "Java is faster", "mean |x|^2"
        for (c = 1; c <= cells; c++) {
            key = order[c]
            split(key, part, "\t")
            n = count[key]
            java = part[1] "\tJava\t1"
            for (k = 1; k <= n; k++) {
                a[k] = cpu[key, k]
                b[k] = wall[key, k]
                r[k] = part[3] == 1 ? cpu[key, k] / cpu[java, k] : wall[java, k] / wall[key, k]
            }
            printf "%-6s %-22s %7d %9s %9.2f %14s %12s\n", part[1], part[2], part[3],
                part[3] == 1 ? sprintf("%.2f", median(a, n)) : "", median(b, n),
                part[3] == 1 ? sprintf("%.2f", median(r, n)) : sprintf("%.2f by 2", median(r, n)), last[key]
            if (key == java) { time[part[1]] = median(a, n) }
            if (part[2] ~ /^NumPy/ && (!(part[1] in least) || median(a, n) < least[part[1]])) { least[part[1]] = median(a, n) }
        }
        # Particles, steps, evaluations and components; then operations for costs, least, powers, total and values in the plane,
        # multiply-adds with triangles of roots, in rows of 16, and slopes in 64 dimensions.
        roofline("plane", 1e6 * 100 * 4 * 8 * (5 + 2 + 20 + 1 + 6))
        roofline("large", 1e4 * 20 * 4 * 10 * (16 * (16 + 32 + 48 + 64) + 64 * 64))
    }' "$work/answers"
