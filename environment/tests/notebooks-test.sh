#!/usr/bin/env bash
# Tests of what setup.sh requires for notebooks. Quiet but for the last line.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${here%/tests}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

failures=0
checks=0
check() { # name, expected, actual
    checks=$((checks + 1))
    if [ "$2" != "$3" ]; then
        failures=$((failures + 1))
        printf 'notebooks-test: %s\n  expected: %q\n  got:      %q\n' "$1" "$2" "$3" >&2
    fi
}
has() { # name, expected part, actual
    checks=$((checks + 1))
    case $3 in
        *"$2"*) ;;
        *)
            failures=$((failures + 1))
            printf 'notebooks-test: %s\n  expected a part: %q\n  got:             %q\n' "$1" "$2" "$3" >&2
            ;;
    esac
}
# The groups of setup.sh where nothing may be installed: a path with no Jupyter and a python without modules.
mkdir "$work/tools"
for tool in bash dirname readlink sed tr cat env grep; do
    ln -s "$(command -v "$tool")" "$work/tools/$tool"
done
setup() {
    code=0
    err=$(PATH=$work/tools "$environment/setup.sh" --check "$@" 2>&1 </dev/null) || code=$?
}
setup
has 'setup: the base alone' 'setup: missing: ' "$err"
check 'setup: the base has no Jupyter' '' "$(grep -i -E 'jupyter|chromium' <<<"$err" || true)"
setup --with notebooks
has 'setup --with notebooks' '; Jupyter Notebook or JupyterLab'$'\n' "$err"
has 'setup --with notebooks' ' jupyter-notebook jupyter-nbconvert jupyter-client' "$err"
setup --with notebook-tests
has 'setup --with notebook-tests' '; jupyter nbconvert; jupyter kernelspec' "$err"
has 'setup --with notebook-tests' ' jupyter-nbconvert jupyter-client' "$err"
setup --with browser --with notebooks
has 'setup --with browser: Jupyter once, and Chromium' '; Jupyter Notebook or JupyterLab; Chromium' "$err"
for command in jupyter-lab jupyter-notebook; do
    printf '#!/bin/sh\nexit 1\n' >"$work/tools/$command"
    chmod +x "$work/tools/$command"
    setup --with notebooks
    has "setup: a $command that does not start is none" '; Jupyter Notebook or JupyterLab'$'\n' "$err"
    printf '#!/bin/sh\n' >"$work/tools/$command"
    setup --with notebooks
    check "setup: a $command of the user's own will do" '' "$(grep Jupyter <<<"$err" || true)"
    rm "$work/tools/$command"
done
setup --with everything
check 'setup: an unknown group' \
    "2:setup: --with must be notebooks, notebook-tests, browser, benchmarks or fresh-machine, got 'everything'" "$code:$err"

if [ "$failures" -gt 0 ]; then
    printf 'notebooks-test: %d of %d checks failed\n' "$failures" "$checks" >&2
    exit 1
fi
printf 'notebooks-test: %d checks passed\n' "$checks"
