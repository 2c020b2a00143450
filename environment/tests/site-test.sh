#!/usr/bin/env bash
# Tests the site of this checkout in Chromium, served on loopback; skipped where there is no Chromium.
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

site_job=''
browser_job=''
work_until_the_end browser_job site_job

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
