#!/usr/bin/env bash
# Measures a slider in Jupyter's own page, in a browser without a screen.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

case ${1-} in
    -h | --help)
        cat <<'TEXT'
Usage: environment/benchmarks/slider.sh [--most MS]
Installs what is missing, opens the notebook 01-perceptron-temperature in Chromium through environment/notebooks.sh, runs its cells as
far as the slider, and moves that from key to key. Prints the median of 50 moves from the key as pressed to the new picture
decoded, on a warm slider, and how many of 51 moves at once were drawn. With ipywidgets the slider is its own (setup.sh does not
install it: python3-ipywidgets), else the page's input. Needs two idle cores.
  --most MS  fail if the median is larger (default: no limit)
Exit codes: 0 measured, 1 something is missing or too slow, 2 usage error.
TEXT
        exit 0
        ;;
    --most) [[ $# = 2 && ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || { printf 'slider: --most must be milliseconds, got "%s"\n' "${*:2}" >&2; exit 2; } ;;
    '') ;;
    *)
        printf 'slider: unknown argument "%s" (see --help)\n' "$1" >&2
        exit 2
        ;;
esac
options=("$@")
/usr/bin/python3 -c 'import ipywidgets' 2>/dev/null || options+=(--inputs)

jupyter_job=''
browser_job=''
work_until_the_end browser_job jupyter_job

"$root/environment/setup.sh" --with browser
find_tied TERM
set -m
${tied[@]+"${tied[@]}"} "$root/environment/notebooks.sh" --no-browser 01-perceptron-temperature >"$work/address" </dev/null &
jupyter_job=$!
start_browser "$work"
set +m
until grep -q 'http://' "$work/address"; do
    kill -0 "$jupyter_job" 2>/dev/null || { printf 'slider: Jupyter did not start\n' >&2; exit 1; }
    sleep 0.2
done
find_browser "$work" || { printf 'slider: Chromium did not start (the end of its log is above)\n' >&2; exit 1; }
address=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$work/address")
/usr/bin/python3 "$root/environment/benchmarks/slider.py" "$devtools" "$address" ${options[@]+"${options[@]}"} </dev/null
