#!/usr/bin/env bash
# Compares the cost of all quick figures with that at another commit: CPU time, wall time and memory, cold, on one machine.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

# Before the settings of seven quick figures were given back.
base=564acb82
most=1.7
most_memory=5.0
fail() {
    printf 'figures benchmark: %s\n' "$1" >&2
    exit 2
}
ids=()
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            cat <<END
Usage: environment/benchmarks/figures.sh [--base COMMIT] [ID...]
Draws quick figures (default: all) of COMMIT (default $base) and then of this checkout, each in one process from an empty
cache as figures/regenerate.sh does, and prints CPU seconds, wall seconds and peak memory of the process (VmHWM), and the ratio
of the CPU seconds. COMMIT is checked out and built in a temporary folder. Status 1 if the ratio is above $most or this checkout
takes $most_memory GB or more. CPU seconds hardly depend on other work; wall seconds do. Needs /proc.
END
            exit 0
            ;;
        --base)
            [ -n "${2-}" ] || fail "--base needs a commit"
            base=$2
            shift
            ;;
        -*) fail "unknown option '$1' (see --help)" ;;
        *) ids+=("$1") ;;
    esac
    shift
done
[ -r /proc/self/status ] || fail "no /proc, which tells the memory of a process"
commit=$(git -C "$root" rev-parse --verify --quiet "$base^{commit}") || fail "no commit '$base'"

drawing=''
work_until_the_end drawing
unset NOISEBOOK_COMMITTED
mkdir "$work/home"
export NOISEBOOK_HOME=$work/home
git clone --quiet --shared --no-checkout "$root" "$work/kit"
git -C "$work/kit" -c advice.detachedHead=false checkout --quiet "$commit"
"$root/environment/noisebook" --version >/dev/null
"$work/kit/environment/noisebook" --version >/dev/null

TIMEFORMAT='%R %U %S'
# Sets cpu, wall and memory (kB), and prints them.
draw() { # folder, checkout, name
    local process='' peak
    mkdir "$work/$1"
    set -m
    { time NOISEBOOK_CACHE=$work/$1/cache "$2/environment/noisebook" figures ${ids[@]+"${ids[@]}"} --out "$work/$1/figures" \
        >"$work/$1/out" 2>"$work/$1/err" </dev/null; } 2>"$work/$1/time" &
    drawing=$!
    set +m
    memory=0
    while kill -0 "$drawing" 2>/dev/null; do
        sleep 0.5
        # The Java machine itself, and not the launcher around it, which was started with the same words.
        [ -n "$process" ] || process=$(grep -lsx java $(grep -lszF -e "$work/$1/figures" /proc/[0-9]*/cmdline | sed 's/cmdline/comm/') /dev/null) || true
        peak=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB$/\1/p' "${process%comm}status" 2>/dev/null) || peak=''
        [ "${peak:-0}" -le "$memory" ] || memory=$peak
    done
    wait "$drawing" || {
        cat "$work/$1/err" >&2
        fail "drawing the figures of $2 failed"
    }
    drawing=''
    read -r wall user kernel <"$work/$1/time"
    cpu=$(awk -v u="$user" -v s="$kernel" 'BEGIN { printf "%.0f", u + s }')
    printf '%s: %s figures, %s CPU s, %.0f s, %s GB\n' "$3" "$(find "$work/$1/figures" -name '*.json' | wc -l)" "$cpu" "$wall" \
        "$(awk -v k="$memory" 'BEGIN { printf "%.2f", k * 1024 / 1e9 }')"
}
draw before "$work/kit" "${commit:0:8}"
before=$cpu
draw now "$root" 'this checkout'
awk -v a="$cpu" -v b="$before" -v most="$most" -v memory="$memory" -v least="$most_memory" 'BEGIN {
    ratio = a / b
    gigabytes = memory * 1024 / 1e9
    printf "ratio of CPU seconds %.2f (at most %s), memory %.2f GB (below %s)\n", ratio, most, gigabytes, least
    exit (ratio > most || gigabytes >= least)
}'
