#!/usr/bin/env bash
# Compares networks on OpenCL with the exact engine, in turns in one process. README.md explains it.
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
Trains networks of width 128 and depth 5 at B = 16 on the exact engine and on a device with OpenCL (default cpu), ROUNDS times
each (default 3), and prints steps per CPU second of the whole process and their ratio; on a card CPU time says nothing.
END
        exit 0
        ;;
esac
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
