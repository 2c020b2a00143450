#!/usr/bin/env bash
# Tests of what serves notebooks, with stubs in place of Jupyter and the kit. Quiet but for the last line.
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
mkdir -p "$root/environment" "$root/notebooks" "$work/bin" "$work/elsewhere"
cp "$environment"/{common.sh,notebooks.sh} "$root/environment/"
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
chmod +x "$root"/environment/{noisebook,setup.sh} "$work"/bin/*
export PATH=$work/bin:$PATH
serve=$root/environment/notebooks.sh

# Usage.
for command in notebooks.sh; do
    name=${command##*/}
    run "$root/environment/$command" --help
    check "$name --help: exit code" 0 "$code"
    has "$name --help" 'Usage: environment/' "$out"
    run "$root/environment/$command" --frobnicate
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
    local _
    for _ in $(seq 100); do
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
