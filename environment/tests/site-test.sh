#!/usr/bin/env bash
# Tests the site of this checkout in Chromium, served on loopback; skipped where there is no Chromium. Figures that run in its pages are
# tested in Firefox too; with --all, the bytes of all that are offered, in Chromium (6 minutes).
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/environment/tests}
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

if ! command -v chromium >/dev/null 2>&1 || ! /usr/bin/python3 -c 'import tornado' 2>/dev/null; then
    printf 'site-test: skipped, no Chromium or no Tornado (environment/setup.sh --with browser)\n'
    exit 0
fi
fail() {
    printf 'site-test: %s\n' "$1" >&2
    exit 1
}

figures=(hypad poisson-lines)
if [ "${1-}" = --all ]; then
    mapfile -t figures < <(awk -F '\t' '!/^#/ { print $1 }' "$root/src/web/figures.tsv")
fi
runs=yes
"$root/environment/web.sh" || {
    [ $? = 3 ] || fail 'the kit was not compiled for pages (the reason is above)'
    runs=no
}

site_job=''
browser_job=''
firefox_job=''
work_until_the_end firefox_job browser_job site_job

find_tied TERM
set -m
${tied[@]+"${tied[@]}"} "$root/environment/noisebook" site --out "$work/site" --serve 0 >"$work/log" 2>&1 </dev/null &
site_job=$!
start_browser "$work"
set +m
until grep -q 'http://' "$work/log"; do
    kill -0 "$site_job" 2>/dev/null || {
        cat "$work/log" >&2
        fail "the site was not written (its output is above)"
    }
    sleep 0.2
done
find_browser "$work" || fail "Chromium did not start (the end of its log is above)"
address=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$work/log")
/usr/bin/python3 "$here/site_check.py" "$devtools" "$address" </dev/null
[ $runs = yes ] || {
    printf 'site-test: figures in pages: skipped, the kit was not compiled for them\n'
    exit 0
}
/usr/bin/python3 "$here/run_check.py" chromium "$devtools" "$address" "${figures[@]}" </dev/null
firefox=$(command -v firefox-esr || command -v firefox) || {
    printf 'site-test: Firefox: skipped, there is none (environment/setup.sh --with web)\n'
    exit 0
}
mkdir "$work/firefox"
set -m
HOME=$work MOZ_CRASHREPORTER_DISABLE=1 ${tied[@]+"${tied[@]}"} "$firefox" --headless --no-remote --profile "$work/firefox" --remote-debugging-port=0 \
    about:blank >"$work/firefox.log" 2>&1 </dev/null &
firefox_job=$!
set +m
for ((wait = 0; wait < 300; wait++)); do
    ! grep -q 'BiDi listening' "$work/firefox.log" || break
    sleep 0.2
done
socket=$(sed -n 's/.*BiDi listening on \(ws:[^ ]*\).*/\1/p' "$work/firefox.log")
[ -n "$socket" ] || {
    tail -n 20 "$work/firefox.log" >&2
    fail 'Firefox did not start (the end of its log is above)'
}
/usr/bin/python3 "$here/run_check.py" firefox "$socket" "$address" hypad poisson-lines </dev/null
