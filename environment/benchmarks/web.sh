#!/usr/bin/env bash
# Compares figures in a page with the same figures on a JVM: Chromium and Java in one run. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -P "$here/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
# shellcheck disable=SC2034 # for peers.sh
benchmark=web
# shellcheck source=environment/benchmarks/peers.sh
. "$here/peers.sh"

case ${1-} in
    -h | --help)
        cat <<'END'
Usage: environment/benchmarks/web.sh [FIGURE]...
Draws FIGUREs (default: eight, each of another kind of computation) in Chromium by one worker and on a JVM on one thread with
plain kernels, in turns: one round to warm up, three that are measured. Prints medians and ratios. Needs what
environment/tests/site-test.sh needs; README.md beside this script says what the columns mean.
END
        exit 0
        ;;
esac
[ $# != 0 ] || set -- hypad slepian fractional-noise circuit-search interpolant-bridge multitask-memory benign-oscillation regime-rank-linear
for id; do
    grep -q "^$id"$'\t' "$root/src/web/figures.tsv" || fail "pages do not offer '$id'"
done
command -v chromium >/dev/null 2>&1 && /usr/bin/python3 -c 'import tornado' 2>/dev/null ||
    fail 'no Chromium or no Tornado (environment/setup.sh --with browser)'
"$root/environment/web.sh" || fail 'the kit was not compiled for pages (the reason is above)'
find_java javac || fail 'no JDK 17 or newer'
work=$(mktemp -d)
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
compile WebBenchmark.java
"$root/environment/noisebook" site --out "$work/site" --serve 0 >"$work/log" 2>&1 </dev/null &
pids+=("$!")
start_browser "$work"
pids+=("$browser_job")
until grep -q 'http://' "$work/log"; do
    kill -0 "${pids[0]}" 2>/dev/null || fail "the site was not written: $(cat "$work/log")"
    sleep 0.2
done
find_browser "$work" || fail 'Chromium did not start (the end of its log is above)'
start_peer Java "$java_home/bin/java" -XX:+UseG1GC -Xmx2g -Djava.util.concurrent.ForkJoinPool.common.parallelism=0 -cp "$classpath" \
    org.noisebook.figure.WebBenchmark
start_peer Chromium /usr/bin/python3 "$here/web.py" "$devtools" "$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$work/log")"

for id; do
    for round in 1 2 3 4; do
        for n in "${!names[@]}"; do
            run_block "$n" "$id" 300
            case $answer in *[!0-9.e+-]* | '') fail "${names[$n]}, $id: '$answer'" ;; esac
            [ "$round" -lt 2 ] || printf '%s\t%s\t%s\n' "$id" "${names[$n]}" "$answer" >>"$work/answers"
        done
    done
done

printf 'figures, quick, warm, one thread, plain kernels\n%s, %s cores; %s; load %s\n\n' "$(machine)" "$(nproc)" \
    "$(chromium --version 2>/dev/null | cut -d ' ' -f 1-2)" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk -F '\t' "$median"'
    !($1 in seen) { seen[$1] = ++figures; id[figures] = $1 }
    { s[$1, $2, ++count[$1, $2]] = $3 }
    END {
        printf "%-22s %8s %10s %22s\n", "", "Java s", "Chromium s", "Chromium / Java"
        for (f = 1; f <= figures; f++) {
            n = count[id[f], "Java"]
            for (k = 1; k <= n; k++) { v[k] = s[id[f], "Java", k] }
            java = median(v, n)
            for (k = 1; k <= n; k++) { v[k] = s[id[f], "Chromium", k] }
            page = median(v, n)
            for (k = 1; k <= n; k++) { v[k] = s[id[f], "Chromium", k] / s[id[f], "Java", k] }
            ratio = median(v, n)
            all[f] = ratio
            printf "%-22s %8.2f %10.2f %8.2f (%5.2f-%5.2f)\n", id[f], java, page, ratio, low, high
        }
        printf "\nmedian of the ratios %.2f", median(all, figures)
        printf " (%.2f-%.2f)\n", low, high
    }' "$work/answers"
