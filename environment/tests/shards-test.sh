#!/usr/bin/env bash
# 16 shards at a time in one cache folder, 10 of them killed without warning and started again: nothing is lost and nothing
# computed twice. Then shards in folders of their own, merged. The same bytes as a plain run.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
noisebook=$root/environment/noisebook
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

work=$(mktemp -d)
pids=()
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    [ ${#pids[@]} = 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
fail() {
    printf 'shards: %s\n' "$1" >&2
    tail -n 5 "$work"/*.log >&2 2>/dev/null || true
    exit 1
}
find_java java || fail 'no JDK 17 or newer'
"$noisebook" --version >/dev/null
find_classes "$root" && find_jars "$root" || fail 'the kit is not built'
# The JVM alone, so that it is what is killed, and with the compiler that starts fastest.
kit=("$java_home/bin/java" -XX:TieredStopAtLevel=1 -Xmx200m -XX:+UseSerialGC -Xshare:auto "-Dnoisebook.home=$work"
    -cp "$classes$jars" org.noisebook.cli.Main)

sweep=(run perceptron --set chi=0 --set trainSize=256,512,1024 --set dimension=24 --replicas 64)
runs=192
"${kit[@]}" "${sweep[@]}" --no-cache >"$work/plain.csv" 2>"$work/plain.log" || fail 'the plain run failed'

export NOISEBOOK_CACHE=$work/shared
start_shard() {
    "${kit[@]}" "${sweep[@]}" --threads 1 --shard "$1/16" >>"$work/$1.log" 2>&1 &
    pids[$1]=$!
}
for ((shard = 1; shard <= 16; shard++)); do
    start_shard $shard
done
# Each of ten is killed as soon as it has stored something, if it has not ended before; the files of its host and number.
killed=0 torn=0
for ((shard = 1; shard <= 10; shard++)); do
    file=''
    while kill -0 "${pids[shard]}" 2>/dev/null && [ -z "$file" ]; do
        file=$(find "$work/shared" -name "*-${pids[shard]}.runs" -size +0 2>/dev/null || true)
    done
    ! kill -KILL "${pids[shard]}" 2>/dev/null || killed=$((killed + 1))
    wait "${pids[shard]}" 2>/dev/null || true
    # What a crash of the machine can leave: half a frame at the end.
    if [ -n "$file" ]; then
        printf 'NBR1half a frame' >>"$file"
        torn=$((torn + 1))
    fi
    start_shard $shard
done
for ((shard = 1; shard <= 16; shard++)); do
    wait "${pids[shard]}" || fail "shard $shard failed"
done
pids=()
[ "$killed" = 10 ] || fail "only $killed of 10 shards were there to be killed"
"${kit[@]}" "${sweep[@]}" --dry-run >"$work/dry.log" 2>&1
grep -q "^perceptron: $runs runs, $runs in the cache, 0 missing\$" "$work/dry.log" || fail 'runs are missing'
"${kit[@]}" "${sweep[@]}" >"$work/out.csv" 2>"$work/out.log"
cmp -s "$work/plain.csv" "$work/out.csv" || fail 'other bytes than a plain run'
# Every result stands once in all files together.
stored=$(cat "$work"/shared/*@*.runs | grep -a -o 'NBR1[^h]' | wc -l)
[ "$stored" = $runs ] || fail "$runs results are expected in the files, got $stored"

# Folders of their own, with a part of the sweep.
part=("${sweep[@]:0:4}" --set trainSize=256 --set dimension=24 --replicas 8)
"${kit[@]}" "${part[@]}" >"$work/plain.csv" 2>"$work/plain.log"
for shard in 1 2; do
    NOISEBOOK_CACHE=$work/own$shard "${kit[@]}" "${part[@]}" --shard $shard/2 >>"$work/own.log" 2>&1
done
export NOISEBOOK_CACHE=$work/merged
"${kit[@]}" cache merge "$work/own1" "$work/own2" >"$work/merge.log" 2>&1
grep -q "^8 results added to $work/merged\$" "$work/merge.log" || fail 'the folders were not merged'
"${kit[@]}" "${part[@]}" >"$work/out.csv" 2>"$work/out.log"
cmp -s "$work/plain.csv" "$work/out.csv" || fail 'merged folders give other bytes than a plain run'
printf 'shards: 16 writers of one folder, %d killed, %d torn tails: %d results, each once; the same bytes (%d s)\n' \
    "$killed" "$torn" "$runs" "$SECONDS"
