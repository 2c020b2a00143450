#!/usr/bin/env bash
# What it costs to share a sweep out: shards, two cores, and Spark with four executor processes, in CPU time.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
noisebook=$root/environment/noisebook
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

shards=8
case ${1-} in
    -h | --help)
        cat <<'TEXT'
Usage: environment/benchmarks/cluster.sh [SHARDS]
Runs one sweep of 128 runs of equal work, about 60 CPU s, without cached results, and prints CPU seconds and wall seconds of
  one process on one thread and on two;
  SHARDS shards (2, 4, 8 or 16; default 8), one behind the other into one cache, each followed by a plain sweep of its size: what
  shards cost beyond these is the overhead of sharding, as each of both starts a Java machine and warms it up;
  Spark, local-cluster[4,1,1024], after a sweep of one short run for each executor, which shows what its start costs; said to be
  skipped where the jars of 'mvn -Pspark package' are missing.
The tables of all three must be the same. Needs two idle cores for wall seconds; CPU seconds bear other work.
Exit codes: 0 measured, 1 something failed, 2 usage error.
TEXT
        exit 0
        ;;
    '') ;;
    *)
        [[ $# = 1 && $1 =~ ^(2|4|8|16)$ ]] || {
            printf 'cluster benchmark: SHARDS must be 2, 4, 8 or 16, got "%s" (see --help)\n' "$*" >&2
            exit 2
        }
        shards=$1
        ;;
esac

work_until_the_end
fail() {
    printf 'cluster benchmark: %s\n' "$1" >&2
    tail -n 20 "$work/log" >&2 2>/dev/null || true
    exit 1
}
export LC_ALL=C.UTF-8 NOISEBOOK_CACHE=$work/cache
"$noisebook" --version >/dev/null
# No step is large enough to fit a point: each run goes to its cap.
sweep() { # replicas of eight cells, samples
    words=(run network --set learningRate=2^-20,2^-21,2^-22,2^-23,2^-24,2^-25,2^-26,2^-27 --set "sampleCap=$2" --replicas "$1")
}
# Sets cpu and wall to seconds of a command with all processes below it, and adds them to a file.
measure() { # name, command
    local name=$1 TIMEFORMAT='%U %S %R'
    shift
    { time "$@" >"$work/out" 2>"$work/log"; } 2>"$work/time" || fail "$name failed (the end of its log is above)"
    awk '{ print $1 + $2, $3 }' "$work/time" >>"$work/$name.seconds"
    read -r cpu wall < <(awk '{ print $1 + $2, $3 }' "$work/time")
}
sum() { # column, name; prints the sum of a file's column
    awk -v column="$1" '{ sum += $column } END { print sum }' "$work/$2.seconds"
}
row() { # words, CPU seconds, wall seconds
    printf '%-44s %7.1f CPU s %7.1f s\n' "$@"
}

cap=160000
sweep 16 $cap && whole=("${words[@]}")
measure one "$noisebook" "${whole[@]}" --no-cache --threads 1 --out "$work/plain.csv"
row '128 runs, 1 thread' "$cpu" "$wall"
one=$cpu
measure two "$noisebook" "${whole[@]}" --no-cache --threads 2 --out "$work/two.csv"
row '128 runs, 2 threads' "$cpu" "$wall"
cmp -s "$work/plain.csv" "$work/two.csv" || fail 'two threads give other bytes'
sweep $((16 / shards)) $cap
for ((shard = 1; shard <= shards; shard++)); do
    measure shards "$noisebook" "${whole[@]}" --threads 1 --shard $shard/$shards
    measure parts "$noisebook" "${words[@]}" --no-cache --threads 1 --out "$work/part.csv"
done
row "$shards shards" "$(sum 1 shards)" "$(sum 2 shards)"
row "$shards plain sweeps of a shard's size" "$(sum 1 parts)" "$(sum 2 parts)"
"$noisebook" "${whole[@]}" --out "$work/sharded.csv" 2>"$work/log" || fail 'the sweep of the shards failed'
cmp -s "$work/plain.csv" "$work/sharded.csv" || fail 'shards give other bytes'
awk -v n="$shards" -v one="$one" -v parts="$(sum 1 parts)" -v all="$(sum 1 shards)" 'BEGIN {
    start = (parts - one) / (n - 1); rest = one - start
    printf "start and warm-up of a process %.2f CPU s; sharding beyond it %+.2f CPU s a shard, %+.1f %% of the rest\n",
        start, (all - parts) / n, 100 * (all - parts) / rest }'

find_spark "$root" || {
    echo 'Spark: skipped: no Spark here (mvn -Pspark package, or SPARK_HOME)'
    exit 0
}
find_java java || fail 'no JDK 17 or newer'
prepare_spark "$work"
cd "$work"
sweep 1 100 && short=("${words[@]}")
measure start "${spark_submit[@]}" 'local-cluster[4,1,1024]' "$spark_jar" "${short[@]}" --no-cache --out "$work/short.csv" --runner spark
row 'Spark, 4 executors: 8 runs of no length' "$cpu" "$wall"
start=$cpu
measure spark "${spark_submit[@]}" 'local-cluster[4,1,1024]' "$spark_jar" "${whole[@]}" --no-cache --out "$work/spark.csv" --runner spark
row 'Spark, 4 executors: 128 runs' "$cpu" "$wall"
cmp -s "$work/plain.csv" "$work/spark.csv" || fail 'Spark gives other bytes'
awk -v start="$start" -v one="$one" -v all="$cpu" 'BEGIN {
    printf "Spark beyond one process %.1f CPU s: start %.1f, the rest %+.1f %%\n",
        all - one, start, 100 * (all - start - one) / one }'
