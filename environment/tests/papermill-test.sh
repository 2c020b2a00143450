#!/usr/bin/env bash
# Runs a notebook with other parameters through papermill, where that is installed.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${here%/tests}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    printf 'papermill-test: %s\n' "$1" >&2
    exit 1
}

[[ $("$environment/papermill.sh" --help) = 'Usage: environment/papermill.sh NOTEBOOK OUTPUT '* ]] || fail 'no help'
! "$environment/papermill.sh" >/dev/null || fail 'without arguments it ended with 0'
if ! /usr/bin/python3 -c 'import papermill' 2>/dev/null && ! python3 -c 'import papermill' 2>/dev/null; then
    echo 'papermill-test: skipped: no papermill (apt-get install --no-install-recommends python3-papermill)'
    exit
fi

cell() { # tags, source
    printf '{"cell_type": "code", "id": "c%s", "execution_count": null, "outputs": [], "metadata": {"tags": [%s]}, "source": %s}' \
        "$((number += 1))" "$1" "$2"
}
number=0
{
    printf '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "java", "language": "java", "display_name": "Java"}}, "cells": ['
    cell '"parameters"' '"double chi = 1;\nint steps = 2;\nString name = \"none\";\nvar sizes = List.of(1);"'
    printf ', '
    cell '' '"System.out.print(chi + \"|\" + steps + \"|\" + name + \"|\" + sizes + \"|\" + law.get(\"b\") + \"|\" + seed + \"|\" + fresh + \"|\" + end)"'
    printf ']}\n'
} >"$work/in.ipynb"
run() { "$environment/papermill.sh" "$work/in.ipynb" "$work/out.ipynb" --no-progress-bar "$@" >"$work/log" 2>&1; }
# shellcheck disable=SC1003 # a backslash
run -p chi 2.5 -p steps 4000000000 -r name 'ä "b" \n 😀' -y '{sizes: [3, 4], law: {a: 1, b: x}, seed: null, fresh: true, end: .inf}' || {
    cat "$work/log" >&2
    fail 'it failed (its output is above)'
}
expected='2.5|4000000000|ä "b" \n 😀|[3, 4]|x|null|true|Infinity'
print='import json, sys; print("".join(json.load(open(sys.argv[1], encoding="utf-8"))["cells"][-1]["outputs"][0]["text"]))'
got=$(/usr/bin/python3 -c "$print" "$work/out.ipynb")
[ "$got" = "$expected" ] || fail "expected $expected, got $got"
! run -p law 1 || fail 'a cell that fails ended with 0'
grep -q 'cannot find symbol' "$work/log" || fail "the cell's error is not told: $(tail -3 "$work/log")"
echo 'papermill-test: passed'
