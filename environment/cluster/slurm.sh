#!/usr/bin/env bash
# Submits a sweep or a figure to SLURM: an array of shards, and a job behind it that writes the table or draws the figure.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
noisebook=$root/environment/noisebook

usage() {
    cat <<'END'
Usage: environment/cluster/slurm.sh --shards N [--cpus C] [--memory MB] [--time LIMIT] [--option OPTION]... run|figures ARGUMENT...
Submits an array of N shards of 'noisebook run|figures ARGUMENT...' and a job that runs it whole when all have ended well.
Submitted again it goes on where it was: what had ended is in the cache.
  --shards N       from 1 to 10000; 'noisebook ... --dry-run', whose answer is shown first, says how many make sense
  --cpus C         of each job, and runs at a time (default 1)
  --memory MB      of each job (default 2048); a tenth is left to the JVM beside its heap
  --time LIMIT     of each job, as sbatch takes it, such as 4:00:00
  --option OPTION  one more for sbatch, such as --partition=long
NOISEBOOK_CACHE names the folder of results (default: the user's cache folder); all nodes must see it and this checkout under
the same name. Each job writes a file of its own there and needs no locks. Logs go to slurm-logs in the working folder.
Exit codes: 0 submitted, 1 sbatch refused or is not there, 2 usage error.
END
}

misuse() {
    printf 'slurm: %s (see --help)\n' "$1" >&2
    exit 2
}

fail() {
    printf 'slurm: %s\n' "$1" >&2
    exit 1
}

shards='' cpus=1 memory=2048 options=()
while [ $# -gt 0 ]; do
    case $1 in
        --shards | --cpus | --memory | --time | --option)
            [ $# -ge 2 ] || misuse "$1 must have a value"
            case $1 in
                --shards) shards=$2 ;;
                --cpus) cpus=$2 ;;
                --memory) memory=$2 ;;
                --time) options+=("--time=$2") ;;
                --option) options+=("$2") ;;
            esac
            shift 2
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) break ;;
    esac
done
in_range() { # name, value, most
    [[ $2 =~ ^[1-9][0-9]{0,6}$ ]] && [ "$2" -le "$3" ] || misuse "$1 must be in [1, $3], got '$2'"
}
in_range --shards "$shards" 10000
in_range --cpus "$cpus" 1024
in_range --memory "$memory" 9999999
case ${1-} in
    run | figures) ;;
    *) misuse "a command must follow, run or figures, got '${1-}'" ;;
esac
for word in "$@"; do
    case $word in
        --shard | --shard=* | --dry-run | --threads | --threads=* | --no-cache | --runner* | --list) misuse "$word is not for a command that is submitted" ;;
    esac
done
command -v sbatch >/dev/null 2>&1 || fail "there is no sbatch on this machine"

# Builds here, once, and not on every node; finds mistakes before anything is submitted, and says what will be computed.
case " $* " in
    # This machine may lack the nodes' card.
    *' --engine'*) "$noisebook" "$@" --help >/dev/null || exit $? ;;
    *) "$noisebook" "$@" --dry-run || exit $? ;;
esac
mkdir -p slurm-logs
printf -v command ' %q' "$noisebook" "$@" --threads "$cpus"
heap=$((memory * 9 / 10))
# What a shell sees that the job may not: the cache and, of the JVM's memory, the job's.
settings="export NOISEBOOK_JAVA_OPTS=$(printf %q "-Xmx${heap}m ${NOISEBOOK_JAVA_OPTS-}")"
[ -z "${NOISEBOOK_CACHE-}" ] || settings+=$'\n'"export NOISEBOOK_CACHE=$(printf %q "$NOISEBOOK_CACHE")"

submit() { # name, its own options, command; prints the job's number
    local name=$1 own=$2
    # shellcheck disable=SC2086 # several options
    printf '#!/usr/bin/env bash\n%s\nexec%s\n' "$settings" "$3" |
        sbatch --parsable --job-name="$name" --nodes=1 --ntasks=1 --cpus-per-task="$cpus" --mem="$memory" --requeue \
            --open-mode=append $own ${options[@]+"${options[@]}"}
}
# exec hands the end of a time limit on to the JVM, which finishes the frame it writes.
array=$(submit noisebook-shards "--array=1-$shards --output=slurm-logs/%A-%a.log" \
    "$command --shard \$SLURM_ARRAY_TASK_ID/$shards") || fail "sbatch refused the shards"
array=${array%%;*}
last=$(submit noisebook-whole "--dependency=afterok:$array --kill-on-invalid-dep=yes --output=slurm-logs/%j.log" \
    "$command") || fail "sbatch refused the job behind the shards, which run as $array"
printf 'slurm: shards %s_1 to %s_%d, then %s; logs in slurm-logs\n' "$array" "$array" "$shards" "${last%%;*}"
