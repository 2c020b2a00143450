#!/usr/bin/env bash
# Spark with four executor processes on this machine, one of them killed in mid-run; the same bytes as a plain run, and one
# line for a master that is not there. Skipped where the jars of 'mvn -Pspark package' are missing.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
jar=${NOISEBOOK_SPARK_JAR-$root/target/noisebook-spark.jar}
jars=$(cd "${SPARK_HOME-$root/target/spark}/jars" 2>/dev/null && pwd) || jars=none

if [ ! -f "$jar" ] || ! compgen -G "$jars/spark-core_2.13-*.jar" >/dev/null; then
    echo 'spark: skipped: no Spark here (mvn -Pspark package, or SPARK_HOME)'
    exit 0
fi
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
find_java java || fail 'no JDK 17 or newer'

export LC_ALL=C.UTF-8 NOISEBOOK_CACHE=$work/cache SPARK_HOME=$work/spark SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1 \
    SPARK_LOCAL_HOSTNAME=localhost SPARK_LOCAL_DIRS=$work/local
mkdir "$work/spark"
ln -s "$jars" "$work/spark/jars"
# What bin/spark-submit of a Spark that is installed adds by itself.
opens=(--add-modules=jdk.incubator.vector -XX:+IgnoreUnrecognizedVMOptions -Djdk.reflect.useDirectMethodHandle=false
    -Dio.netty.tryReflectionSetAccessible=true)
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
    java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
    opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
submit() { # master, command
    local master=$1
    shift
    exec "$java_home/bin/java" "${opens[@]}" -Xmx1g -cp "$jars/*" org.apache.spark.deploy.SparkSubmit --master "$master" \
        --conf spark.ui.enabled=false --conf spark.executor.memory=900m --conf spark.driver.bindAddress=127.0.0.1 \
        --class org.noisebook.cli.Main "$jar" "$@" --runner spark
}

# The list of bad masters: nothing is started, one line is said.
refused() { # part of the message, master
    local code=0
    "$java_home/bin/java" "${opens[@]}" -cp "$jar:$jars/*" org.noisebook.cli.Main run perceptron --runner spark \
        --master "$2" >"$work/out" 2>"$work/refused.err" || code=$?
    grep -v -E "^(WARNING: Using incubator|Using Spark|[0-9/]+ [0-9:]+ |noisebook: starting spark\$)" "$work/refused.err" \
        >"$work/said" || true
    [ "$code" != 0 ] && [ "$(wc -l <"$work/said")" = 1 ] && grep -q -F -- "$1" "$work/said" || fail "$2 was not refused"
}
refused '--master spark://localhost:9 cannot be reached' spark://localhost:9
refused "--master must be spark://HOST:PORT, local[N], yarn or k8s://HOST:PORT, got 'nowhere'" nowhere

sweep=(run perceptron --set chi=0 --set trainSize=512,1024,2048 --set dimension=32 --replicas 16)
"$java_home/bin/java" "${opens[@]}" -cp "$jar" org.noisebook.cli.Main "${sweep[@]}" --no-cache >"$work/plain.csv" \
    2>"$work/plain.err" || fail 'the plain run failed'
started=$SECONDS
cd "$work"
submit 'local-cluster[4,1,1024]' "${sweep[@]}" --out "$work/out.csv" >"$work/spark.out" 2>"$work/spark.err" &
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
printf 'spark: 4 executors, one killed: the same bytes (%d s)\n' $((SECONDS - started))
