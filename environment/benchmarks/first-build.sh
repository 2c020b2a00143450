#!/usr/bin/env bash
# Measures what a fresh clone asks of its first user: bytes downloaded, seconds, and the size of the class path.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
    cat <<'END_OF_USAGE'
Usage: environment/benchmarks/first-build.sh [COMMIT]
Clones COMMIT (default HEAD) into a temporary folder and starts noisebook --version there with an empty Maven repository,
without ND4J and then with it; prints after each what was downloaded and how long it took, and what the class path weighs.
Maven's settings and its mirror are the user's own, and so is the speed of the network.
END_OF_USAGE
}
case ${1-} in
    -h | --help)
        usage
        exit 0
        ;;
    -*)
        usage >&2
        exit 2
        ;;
esac
commit=$(git -C "$root" rev-parse --verify --quiet "${1:-HEAD}^{commit}") || {
    printf "first-build: no commit '%s'\n" "$1" >&2
    exit 2
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet --no-local "$root" "$work/kit"
git -C "$work/kit" -c advice.detachedHead=false checkout --quiet "$commit"
mkdir "$work/repository" "$work/home"
export MAVEN_ARGS="${MAVEN_ARGS-} -Dmaven.repo.local=$work/repository"
export NOISEBOOK_CUDA=0

bytes() { # files, one a line
    tr '\n' '\0' | xargs -0 -r stat -L -c %s | awk '{ sum += $1 } END { printf "%.1f MB in %d files", sum / 1e6, NR }'
}
TIMEFORMAT='%R s, CPU time %U s'
start() { # name, ND4J or not
    local seconds
    seconds=$({ time NOISEBOOK_ND4J=$2 "$work/kit/environment/noisebook" --version >/dev/null 2>"$work/err"; } 2>&1) || {
        cat "$work/err" >&2
        exit 1
    }
    printf '%s: %s; Maven has downloaded %s; class path %s\n' "$1" "$seconds" \
        "$(find "$work/repository" -type f -name '*.[jp]*[rm]' | bytes)" \
        "$(tr ':' '\n' <"$work/kit/target/noisebook.classpath" | bytes)"
}
printf 'first-build: commit %s\n' "${commit:0:12}"
start 'first command' 0
start 'again' 0
start 'first command with ND4J' 1
