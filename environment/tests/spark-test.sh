#!/usr/bin/env bash
# Spark with four executor processes on this machine, one of them killed in mid-run; the same bytes as a plain run. One line for
# a master that is not there and for a run that fails each time; an interruption keeps what ended. Skipped where the jars of 'mvn -Pspark package' are missing.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
find_spark "$root" || {
    echo 'spark: skipped: no Spark here (mvn -Pspark package, or SPARK_HOME)'
    exit 0
}
work=$(mktemp -d)
driver=''
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    [ -z "$driver" ] || kill "$driver" 2>/dev/null || true
    [ -z "$driver" ] || wait "$driver" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
fail() {
    printf 'spark: %s\n' "$1" >&2
    tail -n 20 "$work"/*.err >&2 2>/dev/null || true
    exit 1
}
find_java javac || fail 'no JDK 17 or newer'

export LC_ALL=C.UTF-8 NOISEBOOK_CACHE=$work/cache
prepare_spark "$work"

# The list of bad masters: nothing is started, one line is said. The same without Spark.
refused() { # part of the message, master, class path behind the jar
    local code=0
    "${spark_java[@]}" -cp "$spark_jar:${3-$spark_jars/*}" org.noisebook.cli.Main run perceptron --runner spark \
        --master "$2" >"$work/out" 2>"$work/refused.err" || code=$?
    grep -v -E "^(WARNING: Using incubator|Using Spark|[0-9/]+ [0-9:]+ |noisebook: starting spark\$)" "$work/refused.err" \
        >"$work/said" || true
    [ "$code" != 0 ] && [ "$(wc -l <"$work/said")" = 1 ] && grep -q -F -- "$1" "$work/said" || fail "$2 was not refused"
}
refused '--master spark://localhost:9 cannot be reached' spark://localhost:9
refused "--master must be spark://HOST:PORT, local[N], yarn or k8s://HOST:PORT, got 'nowhere'" nowhere
refused 'there is no Spark on the class path' 'local[2]' /nowhere

# A run that fails each time, and an interruption, on threads of one JVM.
"$java_home/bin/javac" -nowarn -proc:none -d "$work/checks" -cp "$spark_jar:$spark_jars/*" "$root/environment/tests/SparkChecks.java" \
    2>"$work/checks.err" || fail 'SparkChecks.java does not compile'
checked=$("${spark_java[@]}" -Xmx600m -cp "$work/checks:$spark_jar:$spark_jars/*" SparkChecks "$work/kept" 2>"$work/checks.err") ||
    fail "$checked"

sweep=(run perceptron --set chi=0 --set trainSize=512,1024,2048 --set dimension=32 --replicas 16)
"${spark_java[@]}" -cp "$spark_jar" org.noisebook.cli.Main "${sweep[@]}" --no-cache >"$work/plain.csv" \
    2>"$work/plain.err" || fail 'the plain run failed'
started=$SECONDS
cd "$work"
"${spark_submit[@]}" 'local-cluster[4,1,1024]' "$spark_jar" "${sweep[@]}" --runner spark --out "$work/out.csv" >"$work/spark.out" 2>"$work/spark.err" &
driver=$!
executor=''
while [ ! -s "$work/cache/perceptron-v1.runs" ] && kill -0 "$driver" 2>/dev/null; do sleep 0.1; done
for process in /proc/[0-9]*; do
    # Executors are children of the driver.
    if grep -q -a CoarseGrainedExecutorBackend "$process/cmdline" 2>/dev/null &&
        grep -q "^PPid:[[:space:]]*$driver\$" "$process/status" 2>/dev/null; then
        executor=${process##*/}
    fi
done
[ -n "$executor" ] && kill -KILL "$executor" 2>/dev/null || fail 'no executor could be killed'
wait "$driver" || fail 'the sweep on Spark failed'
driver=''
[ "$(grep -c . "$work/spark.out")" = 0 ] || fail 'something stands on standard output'
cmp -s "$work/plain.csv" "$work/out.csv" || fail 'other bytes than a plain run'
printf 'spark: 4 executors, one killed: the same bytes (%d s); a poisoned run is named, an interruption keeps what ended\n' $((SECONDS - started))
