#!/usr/bin/env bash
# Opens a small notebook in JupyterLab 4 and in the classic Notebook 6, in headless Chromium. verify.sh calls it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/environment/tests}
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

usage() {
    cat <<'TEXT'
Usage: environment/tests/front-ends-run.sh [NOTEBOOK]
Opens a notebook (default: one with a figure, its claims and an array) in JupyterLab and in the classic Notebook with their
widget managers, runs its cells, and requires a figure, a table, claims that unfold and no error, neither of a cell nor in the
page's console. Pictures are target/front-end-lab.png and target/front-end-classic.png. What is not there is skipped:
environment/setup.sh --with front-ends installs it. Debian's JupyterLab is unpacked in target where its packages conflict.
Exit codes: 0 all seen or skipped, 1 something is missing, 2 usage error.
TEXT
}

say() {
    printf 'front-ends-run: %s\n' "$1"
}
fail() {
    say "$1" >&2
    exit 1
}

notebook=''
case ${1-} in
    '') ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        notebook=$1
        [ $# = 1 ] && [ -f "$notebook" ] || {
            printf "front-ends-run: no notebook '%s' (see --help)\n" "$*" >&2
            exit 2
        }
        ;;
esac

command -v chromium >/dev/null 2>&1 && [ -x /usr/bin/chromedriver ] && /usr/bin/python3 -c 'import selenium' 2>/dev/null || {
    say 'skipped: no Chromium with its driver and Selenium (environment/setup.sh --with front-ends)'
    exit 0
}

# JupyterLab as it is installed, else Debian's package beside the Python packages that it needs.
unpacked=$root/target/jupyterlab
lab=()
find_lab() {
    if answers jupyter lab; then
        lab=(jupyter lab)
        return
    fi
    /usr/bin/python3 -c 'import async_lru, httpx, jupyterlab_server, notebook_shim' 2>/dev/null || return 1
    if [ ! -d "$unpacked/usr/share/jupyter/lab/static" ]; then
        command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1 || return 1
        mkdir -p "$unpacked"
        (cd "$unpacked" && apt-get -qq download jupyterlab && dpkg -x jupyterlab_*.deb . && rm jupyterlab_*.deb) \
            >/dev/null 2>&1 || return 1
    fi
    lab=(env "PYTHONPATH=$unpacked/usr/lib/python3/dist-packages" /usr/bin/python3 -m jupyterlab
        --LabApp.app_dir="$unpacked/usr/share/jupyter/lab")
}

server=''
work_until_the_end server

mkdir "$work/notebooks"
page=$work/notebooks/page.ipynb
if [ -n "$notebook" ]; then
    cp "$notebook" "$page"
else
    /usr/bin/python3 - "$page" <<'END'
import json, sys
cells = ["""import org.noisebook.figure.*;
import org.noisebook.papers.interpolants.*;
import org.noisebook.notebook.*;
Edition figure = Edition.of(new InterpolantDensity(), Preset.QUICK, Notebook.experiment());
figure""", "figure.claims()", "new int[] {1, 2}"]
json.dump({"cells": [{"cell_type": "code", "execution_count": None, "id": f"cell-{k}", "metadata": {}, "outputs": [],
                      "source": [cell]} for k, cell in enumerate(cells)],
           "metadata": {"kernelspec": {"display_name": "Java (Noisebook)", "language": "java", "name": "java"}},
           "nbformat": 4, "nbformat_minor": 5}, open(sys.argv[1], "w"))
END
fi
mkdir -p "$root/target"
"$root/environment/noisebook" kernel install --prefix "$work" --name java >"$work/log" || {
    cat "$work/log" >&2
    fail 'the Java kernel could not be installed'
}
# The user's own Jupyter set-up takes no part.
export JUPYTER_PATH=$work/share/jupyter
export JUPYTER_DATA_DIR=$work/data JUPYTER_CONFIG_DIR=$work/config JUPYTER_RUNTIME_DIR=$work/runtime
JUPYTER_TOKEN=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
export JUPYTER_TOKEN
find_tied TERM

root_may=()
[ "$(id -u)" != 0 ] || root_may=(--allow-root)
failed=0
look() { # kind, name, path of the page, command
    local kind=$1 name=$2 path=$3 port address code=0
    shift 3
    port=$(/usr/bin/python3 -c 'import socket
with socket.create_server(("127.0.0.1", 0)) as free: print(free.getsockname()[1])')
    set -m
    ${tied[@]+"${tied[@]}"} "$@" --no-browser ${root_may[@]+"${root_may[@]}"} --ip=127.0.0.1 --port="$port" \
        >"$work/$kind.log" 2>&1 </dev/null &
    server=$!
    set +m
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        kill -0 "$server" 2>/dev/null || {
            tail -n 20 "$work/$kind.log" >&2
            fail "$name did not start (the end of its log is above)"
        }
        sleep 0.2
    done
    address="http://127.0.0.1:$port/$path?token=$JUPYTER_TOKEN"
    /usr/bin/python3 "$here/front_ends.py" "$kind" "$address" "$root/target/front-end-$kind.png" >"$work/said" 2>"$work/missing" \
        </dev/null || code=$?
    stop_job "$server" TERM
    server=''
    [ ! -s "$work/said" ] || say "$name: $(<"$work/said")"
    if [ $code != 0 ]; then
        say "$name: $(<"$work/missing")" >&2
        failed=1
    fi
}

if answers jupyter notebook && [[ $(jupyter notebook --version 2>/dev/null) = 6.* ]]; then
    look classic "classic Notebook $(jupyter notebook --version)" notebooks/page.ipynb \
        jupyter notebook --NotebookApp.notebook_dir="$work/notebooks"
else
    say 'classic Notebook 6: skipped, it is not installed'
fi
if find_lab; then
    look lab "JupyterLab $("${lab[@]}" --version 2>/dev/null | tail -n 1)" lab/tree/page.ipynb \
        "${lab[@]}" --ServerApp.root_dir="$work/notebooks" --LabApp.expose_app_in_browser=True
else
    say 'JupyterLab: skipped, it is not installed'
fi
exit $failed
