#!/usr/bin/env bash
# How fast the diagnostics of regimes are, within 2 GB of memory. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

rounds=${1:-5}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/regime.sh [ROUNDS]
Times tangent kernels, their comparison, tangent models and recurrent networks on one thread, ROUNDS times each (default 5),
in a Java machine of 2 GB. README.md beside this script says what the columns mean.
END
        exit 0
        ;;
    *[!0-9]* | '') rounds=0 ;;
esac
if [ "$#" -gt 1 ] || [ "$rounds" -lt 1 ] || [ "$rounds" -gt 1000 ]; then
    printf 'regime benchmark: ROUNDS must be in [1, 1000], got "%s"\n' "$*" >&2
    exit 2
fi
find_java javac || { printf 'regime benchmark: no JDK 17 or newer\n' >&2; exit 1; }
"$root/environment/noisebook" --help >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find_classes "$root"
find_jars "$root"
classpath=$classes$jars
"$java_home/bin/javac" -d "$work" -cp "$classpath" "$here/RegimeBenchmark.java" "$here/RecurrentBenchmark.java"
run() { # class, argument
    "$java_home/bin/java" -Xmx2g --add-modules=jdk.incubator.vector -cp "$work:$classpath" "$1" "$2" 2> >(grep -v 'incubator modules' >&2)
}
run org.noisebook.regime.RegimeBenchmark "$rounds"
run org.noisebook.model.RecurrentBenchmark "$rounds"
