#!/usr/bin/env bash
# Installs the Java kernel in a folder with a space in its name and runs Jupyter's and our own tests of it.
#   kernel-test.sh [CLASS[.test] ...]   only these of our own tests
#   NOISEBOOK_TEST_MAVEN=1              also the tests of %maven, which need the network
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${here%/tests}
# shellcheck source=environment/common.sh
. "$environment/common.sh"

fail() {
    printf 'kernel-test: %s\n' "$1" >&2
    exit 1
}

find_java javac || fail 'no JDK: run environment/setup.sh'
export JAVA_HOME=$java_home
# The python3 of the path is often not the one that sees the system's packages.
python=''
for candidate in /usr/bin/python3 python3; do
    if "$candidate" -c 'import jupyter_client, jupyter_kernel_test, zmq' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo 'kernel-test: skipped: no Python with jupyter_client and jupyter_kernel_test' \
        '(apt-get install --no-install-recommends python3-jupyter-client python3-jupyter-kernel-test)'
    exit
fi

work=$(mktemp -d)
# All that the tests start has the path of this folder on its command line.
leftovers() {
    ps -eo pid=,args= | awk -v work="$work/" -v self=$$ 'index($0, work) && !/awk -v work/ && $1 != self { print $1 }'
}
# shellcheck disable=SC2317 # called by the trap
clean() {
    local pid
    for pid in $(leftovers); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

unset NOISEBOOK_JAVA_OPTS NOISEBOOK_TTY JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
unset IJAVA_CLASSPATH IJAVA_COMPILER_OPTS IJAVA_STARTUP_SCRIPT IJAVA_STARTUP_SCRIPTS_PATH IJAVA_TIMEOUT
prefix="$work/a prefix"
export TMPDIR="$work/temp files"
mkdir -p "$prefix" "$TMPDIR" "$work/run time" "$work/home"
export JUPYTER_PATH="$prefix/share/jupyter" JUPYTER_RUNTIME_DIR="$work/run time" JUPYTER_CONFIG_DIR="$work/home"
export IPYTHONDIR="$work/home" PYTHONDONTWRITEBYTECODE=1

"$environment/noisebook" kernel install --prefix "$prefix" --name java >"$work/installed" 2>&1 || {
    cat "$work/installed" >&2
    fail 'kernel install failed (its output is above)'
}
spec=$prefix/share/jupyter/kernels/java/kernel.json
"$python" - "$spec" <<'END_PYTHON' || fail "a bad $spec: $(cat "$spec" 2>&1)"
import json, os, sys
spec = json.load(open(sys.argv[1], encoding="utf-8"))
assert spec["language"] == "java" and spec["display_name"], "language and display_name"
assert spec["interrupt_mode"] == "message", "interrupt_mode"
assert "{connection_file}" in spec["argv"], "argv takes the connection file"
assert os.path.isabs(spec["argv"][0]) and os.access(spec["argv"][0], os.X_OK), "argv names a program by its full path"
END_PYTHON

code=0
if [ $# -eq 0 ]; then
    "$python" "$here/kernel_conformance.py" || code=1
fi
"$python" "$here/kernel_protocol.py" "$@" || code=1
left=$(leftovers | wc -l | tr -d ' ')
if [ "$left" -gt 0 ]; then
    printf 'kernel-test: %d processes outlived the tests\n' "$left" >&2
    ps -o pid=,args= -p "$(leftovers | paste -sd, -)" >&2 || true
    code=1
fi
exit "$code"
