#!/usr/bin/env bash
# Compares OpenCL with the exact engine: speed, in turns in one process, or bytes of figures. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=opencl
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

case ${1-} in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/opencl.sh [ROUNDS [DEVICE]]
       environment/benchmarks/opencl.sh --figures [ID...]
Trains networks and moves particles on the exact engine and on a device with OpenCL (default cpu), ROUNDS times each (default
3), and prints steps per CPU second of the whole process and their ratio; on a card CPU time says nothing.
Or draws quick figures (default: all network-* and perceptron-*, hours on a processor) on DEVICE=cpu from an empty cache, and compares
CSV and JSON with the committed ones; status 1 if one differs.
END
        exit 0
        ;;
esac
if [ "${1-}" = --figures ]; then
    shift
    if [ "$#" = 0 ]; then
        for file in "$root"/figures/network-*.csv "$root"/figures/perceptron-*.csv; do
            set -- "$@" "$(basename "$file" .csv)"
        done
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    status=0
    for id in "$@"; do
        NOISEBOOK_CACHE=$work/cache "$root/environment/noisebook" figures "$id" --engine opencl --device "${DEVICE-cpu}" --out "$work"
        for file in "$id.csv" "$id.json"; do
            if cmp "$root/figures/$file" "$work/$file"; then
                printf 'same %s\n' "$file"
            else
                status=1
            fi
        done
    done
    exit "$status"
fi
if [ "$#" -gt 2 ] || ! [[ ${1-3} =~ ^[1-9][0-9]{0,2}$ ]]; then
    fail "ROUNDS must be in [1, 999], got '$*' (see --help)"
fi

"$root/environment/setup.sh" --with opencl
export NOISEBOOK_OPENCL=1
find_java javac || fail "no JDK 17 or newer"
"$root/environment/noisebook" --help >/dev/null || fail "the kit does not start"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compile OpenclBenchmark.java
"$java_home/bin/java" -Xmx1g ${vector[@]+"${vector[@]}"} -cp "$classpath" org.noisebook.opencl.OpenclBenchmark \
    "${1-3}" "${2-cpu}"
