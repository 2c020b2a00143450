#!/usr/bin/env bash
# Serves the notebooks of this checkout in Jupyter, with the Java kernel of this checkout.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

usage() {
    cat <<'TEXT'
Usage: environment/notebooks.sh [--port N] [--no-browser] [NOTEBOOK]
Installs what is missing, builds the kit, starts Jupyter on 127.0.0.1 and prints the address of its page. Ctrl-C stops
Jupyter and its kernels; so does TERM.
  NOTEBOOK      a notebook in the folder notebooks, opened in place of the list
  --port N      the port; the next free one if it is taken (default 8888)
  --no-browser  open no browser even if there is a display
Kernel, settings and log stay in target/jupyter; your own Jupyter set-up is neither read nor changed.
Exit codes: 0 stopped, 1 Jupyter failed or something is missing, 2 usage error, 130 or 143 interrupted before it ran.
TEXT
}

say() {
    printf 'notebooks: %s\n' "$1" >&2
}
fail() {
    say "$1"
    exit 1
}
wrong_usage() {
    say "$1 (see --help)"
    exit 2
}

port=8888
browser=yes
notebook=''
while [ $# -gt 0 ]; do
    case $1 in
        --port)
            port=${2-}
            # shellcheck disable=SC2015 # either failure is wrong usage
            [[ $port =~ ^[1-9][0-9]{0,4}$ ]] && ((port <= 65535)) || wrong_usage "--port must be in [1, 65535], got '$port'"
            shift
            ;;
        --no-browser) browser=no ;;
        -h | --help)
            usage
            exit 0
            ;;
        -*) wrong_usage "unknown argument '$1'" ;;
        *)
            [ -z "$notebook" ] || wrong_usage "one notebook at most, got '$notebook' and '$1'"
            notebook=$1
            ;;
    esac
    shift
done
if [ -n "$notebook" ]; then
    find_notebook "$root" "$notebook" ||
        wrong_usage "no notebook '${notebook#"$root/notebooks/"}' here or in $root/notebooks"
    notebook=$(cd -P "$(dirname "$notebook")" && pwd)/$(basename "$notebook")
    case $notebook in
        "$root/notebooks/"*) notebook=${notebook#"$root/notebooks/"} ;;
        *) wrong_usage "$notebook is not in $root/notebooks" ;;
    esac
fi

private=$root/target/jupyter
log=$private/server.log
mkdir -p "$private"
# Jupyter asks its kernels to end and kills those that do not.
server=''
TMPDIR=$private work_until_the_end server

"$root/environment/setup.sh" --with notebooks
find_jupyter || fail "no Jupyter: run environment/setup.sh --with notebooks"
find_tied TERM

# A new file, for a server that still runs keeps the old one.
rm -f "$log"
"$root/environment/noisebook" kernel install --prefix "$private" --name java >"$log" || {
    cat "$log" >&2
    fail "the Java kernel could not be installed"
}

# All that Jupyter reads and writes of its own is kept apart. The environment carries the token: the options for it differ
# between versions, and the list of processes shows options to everybody.
token=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
export JUPYTER_PATH=$private/share/jupyter${JUPYTER_PATH:+:$JUPYTER_PATH}
export JUPYTER_DATA_DIR=$private/data JUPYTER_CONFIG_DIR=$private/config JUPYTER_RUNTIME_DIR=$work
options=(--ip=127.0.0.1 "--port=$port" --port-retries=50 --no-browser)
# Debian's Notebook 6 may sleep over the first answer of a kernel that takes longer to start than the page takes to load,
# and the page then waits for its kernel for ever. Looking for idle kernels wakes it every second; none is ever ended.
options+=(--MappingKernelManager.cull_interval=1 --MappingKernelManager.cull_idle_timeout=1000000000)
[ "$(id -u)" != 0 ] || options+=(--allow-root)
# With job control the server has a process group of its own: Ctrl-C reaches this shell alone, which then stops it.
set -m
(cd "$root/notebooks" && JUPYTER_TOKEN=$token exec ${tied[@]+"${tied[@]}"} "$jupyter" "${options[@]}") \
    >>"$log" 2>&1 </dev/null &
server=$!
set +m

give_up() {
    tail -n 20 "$log" >&2
    fail "$1 (the end of target/jupyter/server.log is above)"
}

# Jupyter notes the port it took in the runtime folder. It is ready when it lists the kernel.
is_ready() {
    port=$(sed -n 's/.*"port": *\([0-9]*\).*/\1/p' "$work"/*server-*.json 2>/dev/null) && [ -n "$port" ] || return 1
    (
        exec {web}<>"/dev/tcp/127.0.0.1/$port"
        printf 'GET /api/kernelspecs HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: token %s\r\n\r\n' "$token" >&"$web"
        grep -q '"java"' <&"$web"
    ) 2>/dev/null
}
# Against hanging only; a server that ends is noticed at once.
deadline=$((SECONDS + 1800))
until is_ready; do
    kill -0 "$server" 2>/dev/null || give_up "$jupyter ended"
    [ "$SECONDS" -lt "$deadline" ] || give_up "$jupyter does not offer the Java kernel after half an hour"
    sleep 0.2
done

address=http://127.0.0.1:$port/
[ -z "$notebook" ] || address+=$jupyter_page/${notebook// /%20}
address+="?token=$token"
trap 'exit 0' HUP INT TERM
printf 'notebooks: %s (Ctrl-C stops Jupyter)\n' "$address"
if [ $browser = yes ] && [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ] && command -v xdg-open >/dev/null 2>&1; then
    xdg-open "$address" >/dev/null 2>&1 </dev/null &
fi

code=0
wait "$server" || code=$?
server=''
[ "$code" = 0 ] || give_up "$jupyter ended with exit code $code"
