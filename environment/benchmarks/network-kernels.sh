#!/usr/bin/env bash
# Compares the speed of bare training steps of a network and of their products: Java, PyTorch, NumPy. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

fail() {
    printf 'network benchmark: %s\n' "$1" >&2
    exit 1
}

rounds=${1:-5}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/network-kernels.sh [ROUNDS]
Measures Java (vector and plain), NumPy and, where python3-torch is installed, PyTorch in turns, ROUNDS times each
(default 5), and prints medians and ratios. README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') rounds=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$rounds" -lt 1 ] || [ "$rounds" -gt 1000 ]; then
    printf 'network benchmark: ROUNDS must be in [1, 1000], got "%s"\n' "$*" >&2
    exit 2
fi

"$root/environment/setup.sh" --with benchmarks
find_java javac || fail "no JDK 17 or newer"
"$root/environment/noisebook" --help >/dev/null || fail "the kit does not start"

work=$(mktemp -d)
pids=()
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    local pid
    for pid in ${pids[@]+"${pids[@]}"}; do
        kill "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A peer takes a line, runs a block and answers with a line. It waits idle while the others run.
names=()
inputs=()
outputs=()
start_peer() { # name, command
    local n=${#names[@]} input output
    names+=("$1")
    shift
    mkfifo "$work/in$n" "$work/out$n"
    "$@" <"$work/in$n" >"$work/out$n" 2>"$work/err$n" &
    pids+=("$!")
    exec {input}>"$work/in$n" {output}<"$work/out$n"
    inputs+=("$input")
    outputs+=("$output")
}
run_block() { # peer number, request; sets answer
    echo "$2" >&"${inputs[$1]}" || true
    if ! read -r -t 120 answer <&"${outputs[$1]}"; then
        cat "$work/err$1" >&2
        fail "${names[$1]} gave no answer"
    fi
}

version=$(kit_version "$root")
classpath=$root/target/noisebook-$version.jar:$(<"$root/target/noisebook.classpath")
"$java_home/bin/javac" -cp "$classpath" -d "$work/classes" "$here/NetworkKernelsBenchmark.java"
java=("$java_home/bin/java" -XX:+UseG1GC)
main=(-cp "$work/classes:$classpath" org.noisebook.linalg.NetworkKernelsBenchmark)
[ "$jdk_has_vector" = no ] || start_peer 'Java, vector' "${java[@]}" --add-modules jdk.incubator.vector "${main[@]}" fastest
start_peer 'Java, plain' "${java[@]}" "${main[@]}" plain
python=(env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
    /usr/bin/python3 -I "$here/network-kernels.py")
if /usr/bin/python3 -I -c 'import torch' 2>/dev/null; then
    start_peer 'PyTorch' "${python[@]}" torch
fi
start_peer 'NumPy' "${python[@]}" numpy

# One round to warm up, then the measured ones.
for ((round = 0; round <= rounds; round++)); do
    for what in step multiply transposed outer; do
        for batch in 16 64 512; do
            for n in "${!names[@]}"; do
                run_block "$n" "$what $batch"
                [ "$round" = 0 ] ||
                    printf '%s\t%s\t%s\t%s\n' "$what" "$batch" "${names[$n]}" "$answer" >>"$work/answers"
            done
        done
    done
done

printf 'Network 784-128-128-128-1, ReLU, hinge, plain SGD, float32, one thread, CPU time, median of %d blocks\n' "$rounds"
printf '%s; Java %s; load %s\n' "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)" \
    "$("$java_home/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '\t' '
    function median(values, n,    i, j, x) {
        for (i = 2; i <= n; i++) {
            x = values[i]
            for (j = i - 1; j >= 1 && values[j] > x; j--) { values[j + 1] = values[j] }
            values[j + 1] = x
        }
        low = values[1]
        high = values[n]
        return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }
    BEGIN {
        terms["multiply"] = terms["outer"] = 784 * 128
        terms["transposed"] = 128 * 128
        terms["step"] = 2 * (784 * 128 + 2 * 128 * 128 + 128) + 2 * 128 * 128
    }
    {
        cell = $1 "\t" $2
        if (!(cell in seen)) { seen[cell] = 1; order[++cells] = cell }
        if (!($3 in peer)) { peer[$3] = 1; names[++peers] = $3 }
        rate[cell, $3, ++count[cell, $3]] = $4
    }
    END {
        printf "%-11s %5s  %-14s %10s %21s %7s %10s %8s\n", "", "batch", "", "per CPU s", "", "GF/s", "to PyTorch", "to NumPy"
        for (c = 1; c <= cells; c++) {
            split(order[c], part, "\t")
            for (p = 1; p <= peers; p++) {
                n = count[order[c], names[p]]
                for (k = 1; k <= n; k++) {
                    v[k] = rate[order[c], names[p], k]
                    t[k] = ("PyTorch" in peer) ? v[k] / rate[order[c], "PyTorch", k] : 0
                    u[k] = v[k] / rate[order[c], "NumPy", k]
                }
                toTorch = median(t, n)
                toNumpy = median(u, n)
                m = median(v, n)
                printf "%-11s %5d  %-14s %10.0f (%9.0f-%9.0f) %7.1f %10s %8.2f\n", part[1], part[2], names[p], m, low, high,
                    2e-9 * m * part[2] * terms[part[1]], ("PyTorch" in peer) ? sprintf("%.2f", toTorch) : "-", toNumpy
            }
        }
    }' "$work/answers"
