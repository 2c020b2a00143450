#!/usr/bin/env bash
# Times the way from an edited source to a running command of this checkout.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

rounds=${1:-3}
case $rounds in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/loop.sh [ROUNDS]
Touches a source and runs noisebook --version, ROUNDS times (default 3); prints wall and CPU seconds of each, and those of
a start without an edit. At most 15 s from edit to command on two idle cores is the aim.
END
        exit 0
        ;;
esac
if ! [[ $# -le 1 && $rounds =~ ^[1-9][0-9]?$ ]]; then
    printf 'loop benchmark: ROUNDS must be in [1, 99], got "%s"\n' "$*" >&2
    exit 2
fi
TIMEFORMAT='%R s wall, %U s user, %S s system'
start() { # name
    printf '%s: ' "$1"
    { time "$root/environment/noisebook" --version >/dev/null 2>&1; } 2>&1
}
"$root/environment/noisebook" --version >/dev/null
for ((round = 0; round < rounds; round++)); do
    touch "$root/src/main/java/org/noisebook/cli/Main.java"
    start 'edit to command'
done
start 'start without an edit'
