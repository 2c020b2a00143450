#!/usr/bin/env bash
# Compares engines of replicas: the kit's on ND4J, loops of ND4J, the kit's primitive one, PyTorch. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
benchmark=engines
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

usage() {
    cat <<'END'
Usage: environment/benchmarks/engines.sh [--device cpu|gpu] [ROUNDS]
Measures engines of replicas on ND4J, in plain Java and in PyTorch in turns, ROUNDS times each (default 3), and prints medians and ratios.
  --device gpu  ND4J on a CUDA card, in a build with the profile cuda, and PyTorch where its own CUDA works; wall time
                in place of CPU time
Installs PyTorch and NumPy with OpenBLAS if they are missing; README.md beside this script says what the columns mean.
END
}
wrong_usage() {
    printf 'engines benchmark: %s (see --help)\n' "$1" >&2
    exit 2
}

device=cpu
rounds=''
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --device)
            device=${2-}
            case $device in cpu | gpu) ;; *) wrong_usage "--device must be cpu or gpu, got '$device'" ;; esac
            shift
            ;;
        -*) wrong_usage "unknown option $1" ;;
        *)
            [ -z "$rounds" ] || wrong_usage "one number of rounds at most, got '$rounds' and '$1'"
            [[ $1 =~ ^[1-9][0-9]{0,3}$ ]] && (($1 <= 1000)) || wrong_usage "ROUNDS must be in [1, 1000], got '$1'"
            rounds=$1
            ;;
    esac
    shift
done
rounds=${rounds:-3}

# Steps of a block, summed over its replicas; a loop of ND4J makes a quarter of them.
declare -A block_steps=([16]=16384 [64]=4096)
check_steps=20

export NOISEBOOK_ND4J=1
begin

compile EnginesBenchmark.java
# What a loop of ND4J leaves behind may take as much again as the heap before it is collected.
java=(env OMP_NUM_THREADS=1 "$java_home/bin/java" -XX:+UseG1GC -Xmx2g ${vector[@]+"${vector[@]}"})
[ "$jdk_feature" -lt 24 ] || java+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
main=(-cp "$classpath" org.noisebook.tensor.EnginesBenchmark)
python=("${python[@]}" "$here/engines.py")
# The first writes what the others read.
start_peer 'kit, ND4J' "${java[@]}" "${main[@]}" nd4j "$device" "$work"
start_peer 'kit, ND4J, one batch' "${java[@]}" "${main[@]}" batch "$device"
start_peer 'ND4J, naive' "${java[@]}" "${main[@]}" naive "$device"
start_peer 'ND4J, workspace' "${java[@]}" "${main[@]}" workspace "$device"
start_peer 'kit, primitive' "${java[@]}" "${main[@]}" primitive cpu
start_peer 'PyTorch' "${python[@]}" script "$work" "$device"
start_peer 'PyTorch, eager' "${python[@]}" eager "$work" "$device"
everyone=(0 1 2 3 4 5 6)
engines=(0 4)
grammarians=(0 4 5)

ask() { # cell, request, peer numbers
    local cell=$1 request=$2 n
    shift 2
    for n in "$@"; do
        run_block "$n" "$request" 600
        case $answer in *[!0-9.e+-]* | '') fail "${names[$n]} answered '$answer' to '$request'" ;; esac
        [ "$round" = 0 ] || printf '%s\t%s\t%s\n' "$cell" "${names[$n]}" "$answer" >>"$work/answers"
    done
}

# All must do the same work: what some steps of all points reach, up to the rounding of float32.
reached=
for n in "${everyone[@]}"; do
    run_block "$n" "check $check_steps"
    reached+="$answer "
done
awk -v values="$reached" 'BEGIN {
    n = split(values, v, " ")
    for (k = 2; k <= n; k++) { d = v[k] / v[1] - 1; if (!(d * d < 1e-8)) { exit 1 } }
}' || fail "after $check_steps steps the peers reach $reached"

# One round to warm up, then the measured ones.
for ((round = 0; round <= rounds; round++)); do
    for batch in 16 64; do
        for replicas in 8 32 128; do
            steps=$((block_steps[$batch] / replicas))
            ask "$replicas $batch" "step $replicas $batch $steps" 0 1 4 5 6
            ask "$replicas $batch" "step $replicas $batch $((steps / 4))" 2 3
        done
    done
    ask particles "particles 32 4096" "${engines[@]}"
    ask gram "gram 1024 784" "${grammarians[@]}"
done

time='CPU time'
torch_device=cpu
if [ "$device" = gpu ]; then
    time='wall time'
    torch_device=$(/usr/bin/python3 -I -c 'import torch; print("cuda" if torch.cuda.is_available() else "cpu")')
fi
printf 'ReLU networks 784-128-128-128-1, P = 512, hinge, plain SGD, float32, one thread, %s, %d rounds\n' "$time" "$rounds"
printf 'after %s steps of %s points the mean of y F is %s\n' "$check_steps" 16 "${reached%% *}"
printf '%s; PyTorch %s on %s; load %s\n' \
    "$(machine)" \
    "$(/usr/bin/python3 -I -c 'import torch; print(torch.__version__)')" \
    "$torch_device" \
    "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '\t' "$median"'
    # The median over rounds of the speed of the kit on ND4J to that of a peer.
    function ratio(cell, peer, n,    k) {
        for (k = 1; k <= n; k++) { v[k] = speed[cell, name[cell, 1], k] / speed[cell, peer, k] }
        return median(v, n)
    }
    {
        if (!($1 in peers)) { order[++cells] = $1 }
        if (!(($1, $2) in count)) { name[$1, ++peers[$1]] = $2 }
        speed[$1, $2, ++count[$1, $2]] = $3
    }
    END {
        unit["particles"] = "million particles a step, 32 x 4096 in the plane, eight components, Runge-Kutta, float64"
        unit["gram"] = "Gram matrices of 1024 x 784, float64"
        for (c = 1; c <= cells; c++) {
            cell = order[c]
            split(cell, part, " ")
            if (cell in unit) {
                printf "\n%s, a second\n", unit[cell]
            } else if (c == 1) {
                printf "\n%4s %4s  %-22s %15s %23s %20s\n", "R", "B", "", "replica-steps/s", "", "kit, ND4J is faster"
            }
            for (p = 1; p <= peers[cell]; p++) {
                peer = name[cell, p]
                n = count[cell, peer]
                for (k = 1; k <= n; k++) { v[k] = speed[cell, peer, k] }
                m = median(v, n)
                least = low
                most = high
                if (cell in unit) {
                    printf "%-10s", ""
                } else {
                    printf "%4d %4d  ", part[1], part[2]
                }
                format = cell in unit ? "%-22s %15.2f (%10.2f-%10.2f) %20.2f\n" : "%-22s %15.0f (%10.0f-%10.0f) %20.2f\n"
                printf format, peer, m, least, most, ratio(cell, peer, n)
            }
        }
        printf "\nR = 32, B = 16: %.2f times a loop without workspace (aim: at least 2.5)\n", ratio("32 16", "ND4J, naive", count["32 16", "ND4J, naive"])
    }' "$work/answers"
