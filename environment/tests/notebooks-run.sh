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
Usage: environment/tests/notebooks-run.sh [--limit SECONDS] [--write] [--kernel NAME] [NOTEBOOK]...
Runs the notebooks (default: all of the folder notebooks) through jupyter nbconvert. Each must end without an error,
write nothing to standard error, show what its cells tagged "check" promise, and, where a folder outputs lies beside it, all
that outputs/NAME.json holds for the site. Two run at a time.
  --write          write outputs/NAME.json in place of comparing
  --kernel NAME    in this kernel of yours, IJava or JJava, in place of the kit's own; "others" is every one of these there is
  --limit SECONDS  for each cell, against hanging only (default 1800)
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

limit=1800
kernel=''
notebooks=()
write=()
while [ $# -gt 0 ]; do
    case $1 in
        --limit)
            limit=${2-}
            [[ $limit =~ ^[1-9][0-9]{0,4}$ ]] || wrong_usage "--limit must be in [1, 99999] seconds, got '$limit'"
            shift
            ;;
        --write) write=(--write) ;;
        --kernel)
            kernel=${2-}
            [ -n "$kernel" ] || wrong_usage "--kernel must be the name of a kernel or others, got ''"
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

# Kernels of the user's that are IJava or JJava, one a line.
other_kernels() {
    jupyter kernelspec list --json 2>/dev/null | /usr/bin/python3 -c '
import json, sys
for name, kernel in sorted(json.load(sys.stdin)["kernelspecs"].items()):
    command = " ".join(kernel["spec"]["argv"]).lower()
    if "noisebook" not in kernel["spec"]["display_name"].lower() and ("ijava" in command or "jjava" in command):
        print(name)'
}
if [ "$kernel" = others ]; then
    others=$(other_kernels) || others=''
    [ -n "$others" ] || {
        echo 'notebooks-run: IJava, JJava: skipped, neither is installed; their imports are tested by NotebooksTest'
        exit 0
    }
    for kernel in $others; do
        echo "notebooks-run: in the kernel $kernel"
        "$0" --limit "$limit" --kernel "$kernel" "${notebooks[@]}"
    done
    exit 0
fi

# nbconvert ends its kernel when it is interrupted, and leaves it behind when it gets TERM.
runs=()
end_signal=INT
work_until_the_end 'runs[@]'

"$root/environment/noisebook" kernel install --prefix "$work" --name java >"$work/log" || {
    cat "$work/log" >&2
    fail "the Java kernel could not be installed"
}
# Another kernel takes its place, with the kit on its class path and the script that shows the kit's values.
if [ -n "$kernel" ]; then
    find_classes "$root" && find_jars "$root" || fail 'target changed while it was built: try again'
    jupyter kernelspec list --json 2>/dev/null | /usr/bin/python3 -c '
import json, sys
name, root, path, file = sys.argv[1:]
spec = json.load(sys.stdin)["kernelspecs"].get(name, {}).get("spec")
if spec is None:
    sys.exit(f"there is no kernel {name!r}")
settings = {"JDK_JAVA_OPTIONS": "--add-modules=jdk.incubator.vector -Djava.awt.headless=true", "OMP_NUM_THREADS": "1"}
for kernel in ("ijava", "jjava"):
    settings[f"{kernel.upper()}_CLASSPATH"] = path
    settings[f"{kernel.upper()}_STARTUP_SCRIPTS_PATH"] = f"{root}/environment/{kernel}-startup.jshell"
spec["env"] = {**spec.get("env", {}), **settings}
json.dump(spec, open(file, "w"))' "$kernel" "$root" "$classes$jars" "$work/share/jupyter/kernels/java/kernel.json" 2>"$work/log" ||
        fail "--kernel $kernel: $(tail -n 1 "$work/log")"
fi
# The user's own Jupyter set-up takes no part.
export JUPYTER_PATH=$work/share/jupyter
export JUPYTER_DATA_DIR=$work/data JUPYTER_CONFIG_DIR=$work/config JUPYTER_RUNTIME_DIR=$work/runtime
find_tied INT

start() { # notebook
    local folder=$work/${#runs[@]}
    mkdir "$folder"
    set -m
    ${tied[@]+"${tied[@]}"} jupyter nbconvert --to notebook --execute \
        --ExecutePreprocessor.timeout="$limit" --ExecutePreprocessor.kernel_name=java \
        --output-dir "$folder" "$1" >"$folder.log" 2>&1 </dev/null &
    runs+=($!)
    set +m
    started+=("$SECONDS")
}

# Waits for a notebook's run; shows what it put out if that is wrong.
finish() { # number
    local name code=0 why='' checked kept=()
    name=$(basename "${notebooks[$1]}")
    kept=("$(dirname "${notebooks[$1]}")/outputs/${name%.ipynb}.json" ${write[@]+"${write[@]}"})
    [ -d "$(dirname "${kept[0]}")" ] || [ ${#write[@]} != 0 ] || kept=()
    wait "${runs[$1]}" || code=$?
    if [ "$code" != 0 ]; then
        why="jupyter nbconvert ended with exit code $code"
        tail -n 40 "$work/$1.log" >&2
    elif ! checked=$(/usr/bin/python3 "$here/notebook_outputs.py" "$work/$1/$name" \
        ${kept[@]+"${kept[@]}"} 2>&1); then
        why="its outputs are wrong"
        printf '%s\n' "$checked" >&2
    fi
    if [ -z "$why" ]; then
        printf 'notebooks-run: %s: %d s, %s\n' "$name" $((SECONDS - started[$1])) "$checked"
    else
        printf 'notebooks-run: %s failed after %d s: %s\n' "$name" $((SECONDS - started[$1])) "$why" >&2
        failed=$((failed + 1))
    fi
}

failed=0
started=()
start "${notebooks[0]}"
for ((number = 0; number < ${#notebooks[@]}; number++)); do
    [ $((number + 1)) = ${#notebooks[@]} ] || start "${notebooks[number + 1]}"
    finish "$number"
done
[ $failed = 0 ] || fail "$failed of ${#notebooks[@]} notebooks failed"
