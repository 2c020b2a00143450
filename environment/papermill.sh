#!/usr/bin/env bash
# Runs a notebook in the Java kernel of this checkout with other values of its parameters, through papermill.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [ $# = 0 ] || [ "$1" = -h ] || [ "$1" = --help ]; then
    cat <<'TEXT'
Usage: environment/papermill.sh NOTEBOOK OUTPUT [-p NAME VALUE]... [another option of papermill]...
Runs a notebook in the Java kernel and writes it with its outputs. The values stand in a new cell behind the one that is tagged
"parameters" (else before all cells), so that cell should only declare variables. Needs papermill (Debian: python3-papermill).
  -p chi 2.5              double, int, boolean or String, as the value reads; -r NAME VALUE is always a String
  -y '{sizes: [1, 2]}'    lists and maps
Exit codes: 0 all cells ran, 1 one failed or papermill is missing, 2 usage error.
TEXT
    [ $# != 0 ] || exit 2
    exit 0
fi

# The python3 of the path is often not the one that sees the system's packages.
for python in /usr/bin/python3 python3 ''; do
    [ -z "$python" ] || ! "$python" -c 'import papermill' 2>/dev/null || break
done
[ -n "$python" ] || {
    echo 'papermill: not installed (apt-get install --no-install-recommends python3-papermill, or pip install papermill)' >&2
    exit 1
}
private=$root/target/jupyter
mkdir -p "$private"
"$root/environment/noisebook" kernel install --prefix "$private" --name java >"$private/papermill.log" 2>&1 || {
    cat "$private/papermill.log" >&2
    exit 1
}
export JUPYTER_PATH=$private/share/jupyter${JUPYTER_PATH:+:$JUPYTER_PATH}
exec "$python" "$root/environment/papermill_java.py" "$@"
