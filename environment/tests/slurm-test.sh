#!/usr/bin/env bash
# A real SLURM of one node on loopback: 8 shards, of which one is killed in mid-run together with a daemon, submitted again;
# the same bytes as a plain run. Skipped where SLURM's daemons or the rights to start them are missing.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
noisebook=$root/environment/noisebook
submit=$root/environment/cluster/slurm.sh
PATH=$PATH:/usr/sbin:/sbin

work=$(mktemp -d)
pids=()
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    [ ${#pids[@]} = 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || true
    [ ${#pids[@]} = 0 ] || wait "${pids[@]}" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    printf 'slurm: %s\n' "$1" >&2
    tail -n 20 "$work"/*.log "$work"/slurm-logs/* >&2 2>/dev/null || true
    exit 1
}

# Usage errors need no SLURM.
refused() { # part of the message, arguments
    local part=$1 code=0
    shift
    "$submit" "$@" >"$work/out" 2>&1 || code=$?
    [ "$code" = 2 ] && [ "$(wc -l <"$work/out")" = 1 ] && grep -q -F -- "$part" "$work/out" ||
        fail "'$*' ended with $code: $(<"$work/out")"
}
refused '--shards must be in [1, 10000]' run perceptron
refused '--shards must be in [1, 10000]' --shards 0 run perceptron
refused 'a command must follow' --shards 2 studies
refused '--shard is not for a command' --shards 2 run perceptron --shard 1/2

for program in munged slurmctld slurmd sbatch; do
    command -v $program >/dev/null 2>&1 || {
        printf 'slurm: skipped: no %s here (environment/setup.sh --with cluster-tests)\n' $program
        exit 0
    }
done
refused 'unknown study' --shards 2 run nosuch
[ "$(id -u)" = 0 ] || {
    echo 'slurm: skipped: the daemons need root'
    exit 0
}

export LC_ALL=C.UTF-8 SLURM_CONF=$work/slurm.conf NOISEBOOK_CACHE=$work/cache
port=$((20000 + $$ % 20000))
cat >"$SLURM_CONF" <<END
ClusterName=noisebook
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
MinJobAge=300
KillWait=2
SchedulerType=sched/builtin
SchedulerParameters=sched_min_interval=100000,batch_sched_delay=0
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=4 RealMemory=8000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
mkdir "$work/state" "$work/spool"
chmod 700 "$work"
head -c 1024 /dev/urandom >"$work/munge.key"
chmod 400 "$work/munge.key"
munged --foreground --force --key-file="$work/munge.key" --socket="$work/munge.socket" --pid-file="$work/munge.pid" \
    --log-file="$work/munge.log" --seed-file="$work/munge.seed" >"$work/munged.log" 2>&1 &
pids+=($!)
for ((wait = 0; wait < 100; wait++)); do
    [ ! -S "$work/munge.socket" ] || break
    sleep 0.1
done
slurmctld -D >"$work/ctld.out" 2>&1 &
pids+=($!)
start_node() {
    slurmd -D >"$work/node.out" 2>&1 &
    node=$!
    pids+=("$node")
}
start_node
until_true() { # what, tenths of a second, command
    local what=$1 tenths=$2
    shift 2
    for (( ; tenths > 0; tenths--)); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    fail "$what"
}
is_idle() { sinfo -h -o %T | grep -q -x idle; }
is_empty() { [ -z "$(squeue -h)" ]; }
until_true 'the node does not come up' 300 is_idle

cd "$work"
sweep=(run perceptron --set chi=0 --set trainSize=512,1024,2048 --set dimension=32 --replicas 16)
"$noisebook" "${sweep[@]}" --no-cache >"$work/plain.csv" 2>"$work/plain.log" || fail 'the plain run failed'
whole=("${sweep[@]}" --out "$work/out.csv")
"$submit" --shards 8 --memory 700 "${whole[@]}" >"$work/submitted" || fail 'nothing was submitted'
has_results() { [ -n "$(find "$work/cache" -name '*@*.runs' -size +0 2>/dev/null)" ]; }
until_true 'no shard stores anything' 600 has_results
# A job that is killed without warning, and the node's daemon with it.
victim=$(squeue -h -r -t RUNNING -o %i | tail -n 1)
[ -n "$victim" ] && scancel --signal=KILL --full "$victim" || fail 'no shard was running any more'
kill -KILL "$node"
wait "$node" 2>/dev/null || true
start_node
until_true 'the jobs do not end' 900 is_empty
[ ! -e "$work/out.csv" ] || fail 'the table was written without the shard that was killed'
"$submit" --shards 8 --memory 700 "${whole[@]}" >/dev/null || fail 'nothing was submitted again'
until_true 'the jobs that were submitted again do not end' 900 is_empty
cmp -s "$work/plain.csv" "$work/out.csv" || fail 'other bytes than a plain run'
runs=$("$noisebook" cache list | awk '$1 == "perceptron" { print $3 }')
[ "$runs" = 48 ] || fail "48 runs are expected in the cache, got $runs"
printf 'slurm: 8 shards, one killed with the daemon of its node: the same bytes (%d s)\n' "$SECONDS"
