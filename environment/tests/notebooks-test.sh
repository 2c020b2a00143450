#!/usr/bin/env bash
# Tests of what serves, runs and checks notebooks, with stubs in place of Jupyter and the kit. Quiet but for the last line.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${here%/tests}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset DISPLAY WAYLAND_DISPLAY JUPYTER_PATH JUPYTER_TOKEN STUB

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
run() { # a command; sets code, out, err
    code=0
    "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
    out=$(<"$work/out")
    err=$(<"$work/err")
}

# A checkout in a folder with spaces. STUB chooses how its Jupyter behaves.
root="$work/a check out"
mkdir -p "$root/environment/tests" "$root/notebooks" "$work/bin" "$work/elsewhere"
cp "$environment"/{portable.sh,common.sh,notebooks.sh,browser-check.sh} "$root/environment/"
cp "$here"/{notebooks-run.sh,notebook_outputs.py,front-ends-run.sh} "$root/environment/tests/"
printf '#!/bin/sh\necho "$*" >"%s/setup"\n' "$work" >"$root/environment/setup.sh"
cat >"$root/environment/noisebook" <<'END_OF_STUB'
#!/bin/sh
[ "${STUB-}" != no-kernel ] || { echo 'no such command'; exit 1; }
[ "$1 $2 $3 $5 $6 $#" = 'kernel install --prefix --name java 6' ] || exit 2
mkdir -p "$4/share/jupyter/kernels/java"
echo '{}' >"$4/share/jupyter/kernels/java/kernel.json"
echo 'installed the kernel'
END_OF_STUB
cat >"$work/bin/jupyter-notebook" <<'END_OF_STUB'
#!/usr/bin/python3
import http.server, json, os, signal, sys
if sys.argv[1:] == ["--version"]:
    sys.exit("old" if os.environ.get("STUB") == "lab" else 0)
stub = os.environ.get("STUB")
if stub == "dies":
    sys.exit("no module named notebook")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, flush=True)
        if self.headers["Authorization"] == "token " + os.environ["JUPYTER_TOKEN"]:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"kernelspecs": {k: {} for k in os.listdir(
                os.environ["JUPYTER_PATH"].split(":")[0] + "/kernels")}}).encode())
        else:
            self.send_error(403)
    def log_message(self, *arguments):
        pass
class Server(http.server.HTTPServer):
    allow_reuse_address = False
server = Server(("127.0.0.1", 0), Handler)
def stop(*arguments):
    print("stopped", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print(" ".join(sys.argv[1:]), os.getcwd(), sep="\n", flush=True)
with open(os.environ["JUPYTER_RUNTIME_DIR"] + "/nbserver-1.json", "w") as file:
    json.dump({"port": server.server_port, "token": os.environ["JUPYTER_TOKEN"]}, file, indent=1)
if stub == "quits":
    server.handle_request()
    sys.exit(0)
if stub == "breaks":
    server.handle_request()
    sys.exit("out of memory")
server.serve_forever()
END_OF_STUB
ln -s jupyter-notebook "$work/bin/jupyter-lab"
sed -i 's/"lab" else 0/"lab" and "lab" not in sys.argv[0] else 0/' "$work/bin/jupyter-notebook"
cat >"$work/bin/jupyter" <<'END_OF_STUB'
#!/bin/sh
[ "$1 $2" != 'nbconvert --version' ] || exit 0
[ -f "$JUPYTER_PATH/kernels/java/kernel.json" ] || exit 9
echo "$*" >>"$STUB_LOG"
while [ $# -gt 1 ]; do
    [ "$1" != --output-dir ] || folder=$2
    shift
done
case $1 in
    *broken*) echo 'CellExecutionError'; exit 1 ;;
esac
mkdir -p "$folder"
cp "$1" "$folder/"
END_OF_STUB
chmod +x "$root"/environment/{noisebook,setup.sh} "$work"/bin/*
export PATH=$work/bin:$PATH
serve=$root/environment/notebooks.sh

# Usage.
for command in "$serve" "$root/environment/browser-check.sh" "$root/environment/tests/notebooks-run.sh"; do
    name=${command##*/}
    run "$command" --help
    check "$name --help: exit code" 0 "$code"
    has "$name --help" 'Usage: environment/' "$out"
    run "$command" --frobnicate
    check "$name: unknown argument" "2::${name%.sh}: unknown argument '--frobnicate' (see --help)" "$code:$out:$err"
done
for port in '' 0 08 65536 123456 x -1; do
    run "$serve" --port "$port"
    check "--port '$port'" "2:notebooks: --port must be in [1, 65535], got '$port' (see --help)" "$code:$err"
done
run "$serve" --port
check '--port without a value' 2 "$code"
run "$serve" gone.ipynb
check 'a notebook that is not there' "2:notebooks: no notebook 'gone.ipynb' here or in $root/notebooks (see --help)" "$code:$err"
: >"$root/notebooks/first steps.ipynb"
: >"$work/elsewhere/other.ipynb"
run "$serve" "$work/elsewhere/other.ipynb"
check 'a notebook elsewhere' \
    "2:notebooks: $work/elsewhere/other.ipynb is not in $root/notebooks (see --help)" "$code:$err"
run "$serve" 'first steps.ipynb' 'first steps.ipynb'
check 'two notebooks' 2 "$code"
check 'wrong usage installs nothing' no "$([ -e "$work/setup" ] && echo yes || echo no)"

# Serving.
wait_for_text() { # file, text
    # Half an hour, against hanging only.
    local _
    for _ in $(seq 18000); do
        ! grep -q "$2" "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    check "waiting for $2" "$2" "$(cat "$1")"
}
serve_and_stop() { # arguments; sets code, out, err, log
    : >"$work/out"
    (cd "$work/elsewhere" && exec "$serve" "$@") >"$work/out" 2>"$work/err" </dev/null &
    local pid=$!
    wait_for_text "$work/out" http
    kill -TERM "$pid"
    code=0
    wait "$pid" || code=$?
    out=$(<"$work/out")
    err=$(<"$work/err")
    log=$(<"$root/target/jupyter/server.log")
}
serve_and_stop --port 9123
check 'serving: exit code and standard error' 0: "$code:$err"
check 'the address' yes "$([[ $out =~ ^'notebooks: http://127.0.0.1:'[0-9]+'/?token='[0-9a-f]{48}' (Ctrl-C stops Jupyter)'$ ]] &&
    echo yes || printf '%s' "$out")"
check 'the set-up' '--with notebooks' "$(<"$work/setup")"
has 'the kernel was installed' 'installed the kernel' "$log"
has 'the port that was asked for' '--port=9123 ' "$log"
has 'no browser of its own' '--no-browser' "$log"
has 'the server is woken for slow kernels' '--MappingKernelManager.cull_interval=1 ' "$log"
has 'loopback only' '--ip=127.0.0.1' "$log"
check 'no token among the arguments' '' "$(grep -i token <<<"$log" || true)"
check 'root is allowed only to root' "$([ "$(id -u)" = 0 ] && echo 1 || echo 0)" "$(grep -c -e --allow-root <<<"$log")"
has 'the folder of the notebooks' "$root/notebooks" "$log"
has 'TERM stops the server' 'stopped' "$log"
check 'nothing of the run is left' '' "$(find "$root/target/jupyter" -name 'run.*')"
serve_and_stop "../a check out/notebooks/first steps.ipynb"
has 'a notebook, as seen from here' '/notebooks/first%20steps.ipynb?token=' "$out"
STUB=lab serve_and_stop 'first steps.ipynb'
has 'a notebook of the folder, in JupyterLab' '/lab/tree/first%20steps.ipynb?token=' "$out"

STUB=quits run "$serve"
check 'the server is ended by its page: exit code' 0 "$code"
STUB=breaks run "$serve"
check 'the server breaks: exit code' 1 "$code"
has 'the server breaks: message' 'notebooks: jupyter-notebook ended with exit code 1' "$err"
has 'the server breaks: log' 'out of memory' "$err"
STUB=dies run "$serve"
check 'the server does not start: exit code, standard output' 1: "$code:$out"
check 'the server does not start: message' 'installed the kernel
no module named notebook
notebooks: jupyter-notebook ended (the end of target/jupyter/server.log is above)' "$err"
STUB=no-kernel run "$serve"
check 'no kernel' $'1:no such command\nnotebooks: the Java kernel could not be installed' "$code:$err"

# The checker.
notebook() { # file, cells
    printf '{"cells": [%s], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n' "$2" >"$1"
}
cell() { # tags, source, outputs
    printf '{"cell_type": "code", "execution_count": 1, "metadata": {"tags": [%s]}, "source": "%s", "outputs": [%s]}' \
        "$1" "$2" "$3"
}
printed() { # name, text
    printf '{"output_type": "stream", "name": "%s", "text": ["%s"]}' "$1" "$2"
}
returned() { # text
    printf '{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": ["%s"]}}' "$1"
}
displayed() { # text
    printf '{"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": "<svg/>", "text/plain": "%s"}}' "$1"
}
outputs() { # cells
    notebook "$work/checked.ipynb" "$1"
    run /usr/bin/python3 "$here/notebook_outputs.py" "$work/checked.ipynb" "${@:2}"
}
tag='"slow", "check"'
error='{"output_type": "error", "ename": "ArithmeticException", "evalue": "/ by zero", "traceback": []}'
good=$(cell "$tag" '1 + 1\n// = 2' "$(returned 2)")
outputs "$good, $(cell '' 'var x = 1;' ''), {\"cell_type\": \"markdown\", \"metadata\": {}, \"source\": \"text\"}"
check 'a good notebook' '0:1 check cell' "$code:$out"
outputs "$(cell "$tag" 'x();\n// not this\n// = a\n// =   b\n// =\n// = c\n// = d\n\n' \
    "$(printed stdout 'a  \n'), $(displayed d), $(printed stdout '  b\n\nc\n')")"
check 'what is printed stands before what is shown, white space at the ends of lines does not count' 0: "$code:$err"
outputs "$(cell "$tag" 'print();\n// = a\n// = b' "$(printed stdout 'a\nb\n')")"
check 'only printed' 0: "$code:$err"
outputs "$good, $(cell "$tag" '1 + 1\n// = 3' "$(returned 2)")"
check 'a wrong text' "1:code cell 2: check: promises '3', shows '2'" "$code:$err"
outputs "$(cell "$tag" '1 + 1\n// = 2' '')"
check 'no output' "1:code cell 1: check: promises '2', shows ''" "$code:$err"
for source in '1 + 1' '1 + 1 // = 2' '// = 2\n1 + 1' '1 + 1\n// =2' '1 + 1\n// 2' ''; do
    outputs "$(cell "$tag" "$source" "$(returned 2)")"
    check "no marked line in '$source'" '1:code cell 1: tagged check, but its last line does not start with "// = "' "$code:$err"
done
outputs "$(cell '"draft"' '1 + 1\n// = 3' "$(returned 2)")"
check 'without the tag the text is a comment' '0:0 check cells' "$code:$out"
incubator='WARNING: Using incubator modules: jdk.incubator.vector\n'
outputs "$(cell '' x "$(printed stderr "$incubator")")"
check 'the line about the vector module' 0: "$code:$err"
outputs "$(cell '' x "$(printed stderr "${incubator}SLF4J: no provider\n")")"
check 'another line on standard error' '1:code cell 1: standard error: SLF4J: no provider' "$code:$err"
outputs "$(cell '"raises-exception"' x "$error"), $(cell "$tag" y '')"
check 'an error, and all complaints at once' '1:code cell 1: error ArithmeticException: / by zero
code cell 2: tagged check, but its last line does not start with "// = "' "$code:$err"
outputs '{"cell_type": "markdown", "metadata": {"tags": ["check"]}, "source": "text"}'
check 'no code, and a tag in the wrong place' $'1:tagged check, but not a code cell\nno code cell' "$code:$err"

# What is kept for the site.
kept=$work/kept/checked.json
outputs "$good, $(cell '"volatile"' time "$(returned 3)")" "$kept"
check 'nothing kept yet' "1:$kept is missing (notebooks-run.sh --write)" "$code:$err"
outputs "$good, $(cell '"volatile"' time "$(returned 3)")" "$kept" --write
has 'written' $'{\n "0": [\n  {\n   "text": "2"\n  }\n ],' "$(<"$kept")"
outputs "$good, $(cell '"volatile"' time "$(returned 4)")" "$kept"
check 'what is volatile may change' '0:1 check cell' "$code:$out"
outputs "$(cell '' '1 + 1' "$(returned 5)")" "$kept"
has 'what is not may not' "holds '   \"text\": \"2\"', the run shows '   \"text\": \"5\"'" "$err"
picture='{"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": "<svg>%s</svg>", "text/plain": "x"}}'
# shellcheck disable=SC2059 # a format
outputs "$(cell '' x "$(printf "$picture" '<text>a-figure · quick · noisebook</text>'), $(printf "$picture" other)")" "$kept" --write
has 'a figure of the kit is kept by its name' '"figure": "a-figure"' "$(<"$kept")"
outputs "$(cell '' x '{"output_type": "display_data", "metadata": {}, "data": {"text/html": "<div class=\"noisebook-progress\">9 s</div>", "text/plain": "x"}}')" "$kept.none" --write
check 'progress is not kept' '{}' "$(<"$kept.none")"
has 'another picture as it is' '"svg": "<svg>other</svg>"' "$(<"$kept")"

# Running all notebooks.
run_all=$root/environment/tests/notebooks-run.sh
export STUB_LOG=$work/nbconvert
rm "$root/notebooks/first steps.ipynb"
run "$run_all"
check 'no notebook' "1:notebooks-run: there is no notebook in $root/notebooks" "$code:$err"
for limit in 0 x '' 100000; do
    run "$run_all" --limit "$limit"
    check "--limit '$limit'" "2:notebooks-run: --limit must be in [1, 99999] seconds, got '$limit' (see --help)" "$code:$err"
done
run "$run_all" --kernel ''
check '--kernel without a name' "2:notebooks-run: --kernel must be the name of a kernel or others, got '' (see --help)" "$code:$err"
run "$run_all" gone.ipynb
check 'a notebook that is not there' "2:notebooks-run: no notebook 'gone.ipynb' (see --help)" "$code:$err"
notebook "$root/notebooks/one.ipynb" "$good"
notebook "$root/notebooks/two words.ipynb" "$good, $good"
run "$run_all"
check 'two good notebooks: exit code and standard error' 0: "$code:$err"
check 'two good notebooks' $'notebooks-run: one.ipynb: N s, 1 check cell\nnotebooks-run: two words.ipynb: N s, 2 check cells' \
    "$(sed 's/: [0-9]* s,/: N s,/' "$work/out")"
has 'a cell has half an hour, in the Java kernel' \
    'nbconvert --to notebook --execute --ExecutePreprocessor.timeout=1800 --ExecutePreprocessor.kernel_name=java' \
    "$(<"$STUB_LOG")"
run "$run_all" --limit 400 "$root/notebooks/one.ipynb"
has 'or as long as the limit is' '.timeout=400 ' "$(tail -n 1 "$STUB_LOG")"
run "$run_all" --kernel others
check '--kernel others without any' \
    '0:notebooks-run: IJava, JJava: skipped, neither is installed; their imports are tested by NotebooksTest' "$code:$out"
notebook "$root/notebooks/broken.ipynb" "$good"
notebook "$root/notebooks/wrong.ipynb" "$(cell "$tag" x '')"
run "$run_all"
check 'bad notebooks: exit code' 1 "$code"
check 'bad notebooks do not stop the others' 2 "$(grep -c ' check cells\?$' <<<"$out")"
has 'a broken notebook' 'CellExecutionError' "$err"
has 'a broken notebook' 's: jupyter nbconvert ended with exit code 1' "$err"
has 'a wrong notebook' 'tagged check, but its last line' "$err"
has 'a wrong notebook' 'its outputs are wrong' "$err"
has 'the sum' 'notebooks-run: 2 of 4 notebooks failed' "$err"
STUB=no-kernel run "$run_all"
check 'no kernel' $'1:no such command\nnotebooks-run: the Java kernel could not be installed' "$code:$err"

# What browser-check.sh says before it starts anything.
look=$root/environment/browser-check.sh
run "$look" --out picture.jpg
check '--out' "2:browser-check: --out must be a file with the ending .png, got 'picture.jpg' (see --help)" "$code:$err"
run "$look" gone.ipynb
check 'a notebook that is not there' "2:browser-check: no notebook 'gone.ipynb' here or in $root/notebooks (see --help)" "$code:$err"

# Front ends: what is not installed is skipped, and said.
mkdir "$work/no browser"
for tool in bash dirname; do
    ln -s "$(command -v "$tool")" "$work/no browser/$tool"
done
code=0
out=$(PATH=$work/no\ browser "$root/environment/tests/front-ends-run.sh" 2>&1 </dev/null) || code=$?
check 'front ends without a browser are skipped' \
    '0:front-ends-run: skipped: no Chromium with its driver and Selenium (environment/setup.sh --with front-ends)' "$code:$out"
run "$root/environment/tests/front-ends-run.sh" gone.ipynb
check 'a notebook that is not there' "2:front-ends-run: no notebook 'gone.ipynb' (see --help)" "$code:$err"

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
setup --with front-ends
has 'setup --with front-ends' '; Chromium and its driver' "$err"
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
    "2:setup: --with must be notebooks, notebook-tests, browser, front-ends, benchmarks, fresh-machine, opencl, web or cluster-tests, got 'everything'" "$code:$err"

if [ "$failures" -gt 0 ]; then
    printf 'notebooks-test: %d of %d checks failed\n' "$failures" "$checks" >&2
    exit 1
fi
printf 'notebooks-test: %d checks passed\n' "$checks"
