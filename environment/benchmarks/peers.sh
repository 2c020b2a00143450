# shellcheck shell=bash
# What the benchmarks share whose peers run in turns. Sourced after common.sh by scripts that set root, here and benchmark,
# their name; never run.
# shellcheck disable=SC2034,SC2154 # the results are read, and the names above set, by the scripts

fail() {
    printf '%s benchmark: %s\n' "$benchmark" "$1" >&2
    exit 1
}

# Installs the peers; sets java_home, and work, a folder that goes at the end like the peers.
begin() {
    "$root/environment/setup.sh" --with benchmarks
    find_java javac || fail "no JDK 17 or newer"
    "$root/environment/noisebook" --help >/dev/null || fail "the kit does not start"
    work=$(mktemp -d)
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

pids=()
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    local pid
    for pid in ${pids[@]+"${pids[@]}"}; do
        kill "$pid" 2>/dev/null || true
    done
    # Chromium writes until it is gone.
    wait ${pids[@]+"${pids[@]}"} 2>/dev/null || true
    rm -rf "$work"
}

# Compiles programs beside the scripts; sets classpath, which holds it and the kit, and vector, words for the vector module.
compile() { # files
    find_classes "$root" && find_jars "$root" || fail "the kit is not built"
    classpath=$classes$jars
    "$java_home/bin/javac" -cp "$classpath" -d "$work/classes" "${@/#/$here/}"
    classpath=$work/classes:$classpath
    vector=()
    [ "$jdk_has_vector" = no ] || vector=(--add-modules jdk.incubator.vector)
}

# Python on one thread.
python=(env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 /usr/bin/python3 -I)

# A peer takes a line, runs a block and answers with a line. It waits idle while the others run.
names=()
inputs=()
outputs=()
start_peer() { # name, command
    local n=${#names[@]} input output
    names+=("$1")
    shift
    mkfifo "$work/in$n" "$work/out$n"
    "$@" <"$work/in$n" >"$work/out$n" 2>"$work/err$n" &
    pids+=("$!")
    exec {input}>"$work/in$n" {output}<"$work/out$n"
    inputs+=("$input")
    outputs+=("$output")
}
run_block() { # peer number, request, seconds to wait (default 120); sets answer
    printf '%s\n' "$2" >&"${inputs[$1]}" || true
    if ! read -r -t "${3-120}" answer <&"${outputs[$1]}"; then
        cat "$work/err$1" >&2
        fail "${names[$1]} gave no answer"
    fi
}

# Processor and Java.
machine() {
    printf '%s; Java %s' "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)" \
        "$("$java_home/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')"
}

# For awk: the median of values[1] to values[n], which it sorts; sets low and high, the least and the largest.
median='
    function median(values, n,    i, j, x) {
        for (i = 2; i <= n; i++) {
            x = values[i]
            for (j = i - 1; j >= 1 && values[j] > x; j--) { values[j + 1] = values[j] }
            values[j + 1] = x
        }
        low = values[1]
        high = values[n]
        return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }
'
