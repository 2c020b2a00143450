#!/usr/bin/env bash
# Runs a notebook in Jupyter's own page, in a browser without a screen, and requires that it shows what it should.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

usage() {
    cat <<'TEXT'
Usage: environment/browser-check.sh [NOTEBOOK] [--out FILE.png]
Installs what is missing, opens a notebook of the folder notebooks (default: the first) in Chromium through
environment/notebooks.sh, chooses "Restart & Run All" and waits for the end, 300 s at most. Requires that every code cell
ran, none ended in an error, and that at least one figure and one HTML table are to be seen. Prints the counts and
the seconds, and saves a picture of the whole page. The notebook's file stays as it is.
  --out FILE.png  the picture (default target/browser-check.png)
Exit codes: 0 all seen, 1 something is missing, 2 usage error.
TEXT
}

say() {
    printf 'browser-check: %s\n' "$1" >&2
}
fail() {
    say "$1"
    exit 1
}
wrong_usage() {
    say "$1 (see --help)"
    exit 2
}

notebook=''
picture=$root/target/browser-check.png
while [ $# -gt 0 ]; do
    case $1 in
        --out)
            picture=${2-}
            case $picture in *?.png) ;; *) wrong_usage "--out must be a file with the ending .png, got '$picture'" ;; esac
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        -*) wrong_usage "unknown argument '$1'" ;;
        *)
            [ -z "$notebook" ] || wrong_usage "one notebook at most, got '$notebook' and '$1'"
            notebook=$1
            ;;
    esac
    shift
done
if [ -z "$notebook" ]; then
    for notebook in "$root"/notebooks/*.ipynb; do
        break
    done
    [ -f "$notebook" ] || fail "there is no notebook in $root/notebooks"
fi
find_notebook "$root" "$notebook" ||
    wrong_usage "no notebook '${notebook#"$root/notebooks/"}' here or in $root/notebooks"

jupyter_job=''
browser_job=''
check_job=''
work_until_the_end check_job browser_job jupyter_job

"$root/environment/setup.sh" --with browser
find_tied TERM
cp "$notebook" "$work/before"
mkdir -p "$root/target"
rm -f "$picture"

# With job control each job has a process group of its own.
set -m
${tied[@]+"${tied[@]}"} "$root/environment/notebooks.sh" --no-browser "$notebook" >"$work/address" </dev/null &
jupyter_job=$!
start_browser "$work"

# Both take their time: the kit may have to be built first.
until grep -q 'http://' "$work/address"; do
    kill -0 "$jupyter_job" 2>/dev/null || fail "Jupyter did not start"
    sleep 0.2
done
find_browser "$work" || fail "Chromium did not start (the end of its log is above)"
address=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$work/address")

${tied[@]+"${tied[@]}"} /usr/bin/python3 "$root/environment/browser_check.py" "$devtools" "$address" "$picture" \
    </dev/null &
check_job=$!
set +m
code=0
wait "$check_job" || code=$?
check_job=''
[ ! -f "$picture" ] || printf 'browser-check: the picture is %s\n' "$picture"
cmp -s "$notebook" "$work/before" || fail "running it changed $notebook"
exit "$code"
