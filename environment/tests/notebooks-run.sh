#!/usr/bin/env bash
# Runs the notebooks, each in a fresh Java kernel of this checkout, and checks what they put out. verify.sh calls it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/environment/tests}
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

usage() {
    cat <<'TEXT'
Usage: environment/tests/notebooks-run.sh [--cold | --limit SECONDS] [NOTEBOOK]...
Runs the notebooks (default: all of the folder notebooks) through jupyter nbconvert. Each must end without an error,
write nothing to standard error, show what its cells tagged "check" promise, and take no longer than the limit.
  --limit SECONDS  for each notebook (default 120, meant for a warm cache of results)
  --cold           the same as --limit 300
Exit codes: 0 all passed, 1 one failed or something is missing, 2 usage error.
TEXT
}

fail() {
    printf 'notebooks-run: %s\n' "$1" >&2
    exit 1
}
wrong_usage() {
    printf 'notebooks-run: %s (see --help)\n' "$1" >&2
    exit 2
}

limit=120
notebooks=()
while [ $# -gt 0 ]; do
    case $1 in
        --cold) limit=300 ;;
        --limit)
            limit=${2-}
            [[ $limit =~ ^[1-9][0-9]{0,4}$ ]] || wrong_usage "--limit must be in [1, 99999] seconds, got '$limit'"
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        -*) wrong_usage "unknown argument '$1'" ;;
        *)
            [ -f "$1" ] || wrong_usage "no notebook '$1'"
            notebooks+=("$1")
            ;;
    esac
    shift
done
if [ ${#notebooks[@]} = 0 ]; then
    notebooks=("$root"/notebooks/*.ipynb)
    [ -f "${notebooks[0]}" ] || fail "there is no notebook in $root/notebooks"
fi
answers jupyter nbconvert || fail "no jupyter nbconvert: run environment/setup.sh --with notebook-tests"

work=$(mktemp -d)
run=''
# shellcheck disable=SC2317 # called by a trap
clean_up() {
    local code=$?
    trap '' HUP INT TERM
    # nbconvert ends its kernel when it is interrupted, and leaves it behind when it gets TERM.
    [ -z "$run" ] || stop_job "$run" INT
    rm -rf "$work"
    exit "$code"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

"$root/environment/noisebook" kernel install --prefix "$work" --name java >"$work/log" || {
    cat "$work/log" >&2
    fail "the Java kernel could not be installed"
}
# The user's own Jupyter set-up takes no part.
export JUPYTER_PATH=$work/share/jupyter
export JUPYTER_DATA_DIR=$work/data JUPYTER_CONFIG_DIR=$work/config JUPYTER_RUNTIME_DIR=$work/runtime
find_tied INT

# Sets why: empty if all is well.
check() { # notebook, seconds
    local name
    name=$(basename "$1")
    why=''
    if [ "$code" != 0 ]; then
        why="jupyter nbconvert ended with exit code $code"
        tail -n 40 "$work/log" >&2
    elif ! checked=$(/usr/bin/python3 "$here/notebook_outputs.py" "$work/out/$name" 2>&1); then
        why="its outputs are wrong"
        printf '%s\n' "$checked" >&2
    elif [ "$2" -gt "$limit" ]; then
        why="it took longer than $limit s"
    fi
}

failed=0
for notebook in "${notebooks[@]}"; do
    started=$SECONDS
    code=0
    set -m
    # The time-out is for one cell.
    ${tied[@]+"${tied[@]}"} jupyter nbconvert --to notebook --execute \
        --ExecutePreprocessor.timeout=$((limit > 300 ? limit : 300)) --ExecutePreprocessor.kernel_name=java \
        --output-dir "$work/out" "$notebook" >"$work/log" 2>&1 </dev/null &
    run=$!
    set +m
    wait "$run" || code=$?
    run=''
    seconds=$((SECONDS - started))
    check "$notebook" "$seconds"
    if [ -z "$why" ]; then
        printf 'notebooks-run: %s: %d s, %s\n' "$(basename "$notebook")" "$seconds" "$checked"
    else
        printf 'notebooks-run: %s failed after %d s: %s\n' "$(basename "$notebook")" "$seconds" "$why" >&2
        failed=$((failed + 1))
    fi
done
[ $failed = 0 ] || fail "$failed of ${#notebooks[@]} notebooks failed"
