# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run.
# shellcheck disable=SC2034 # the results are read by the scripts

# shellcheck source=environment/portable.sh
. "${BASH_SOURCE[0]%/*}/portable.sh"

# Gives what follows an empty home folder, as a stranger's is, in a folder $sandbox that the caller removes; keeps the one that a
# caller of this script has given. The kit then refuses the folders of anybody else (Home.java). Maven's own are the account's and
# stay.
enter_sandbox() { # root of the checkout
    sandbox=''
    [ -z "${NOISEBOOK_SANDBOX-}" ] || return 0
    sandbox=$(mktemp -d)
    mkdir "$sandbox/home"
    [ ! -f "${HOME-}/.mavenrc" ] || ln -s "$HOME/.mavenrc" "$sandbox/home"
    export NOISEBOOK_SANDBOX=$sandbox:$1:${TMPDIR-/tmp}:/tmp NOISEBOOK_HOME=$sandbox/home HOME=$sandbox/home
    unset NOISEBOOK_CACHE NOISEBOOK_COMMITTED NOISEBOOK_DATA XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_RUNTIME_DIR \
        JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_PATH JUPYTER_RUNTIME_DIR IPYTHONDIR POCL_CACHE_DIR
}

# Does this command work? One that is only there may belong to a Python that is not.
answers() {
    "$@" --version >/dev/null 2>&1
}

# The hash of a commit's tree without the file environment/tests/verified.
tree_hash() { # commit
    git ls-tree -r "$1" | grep -v $'\tenvironment/tests/verified$' | git hash-object --stdin
}

# In a checkout: sets verified to the commit at which .ci/run --all was green, as environment/tests/verified has it; fails, with the reason in
# void, where that says nothing.
find_verified() {
    local hash file=environment/tests/verified
    void=''
    verified=''
    read -r verified hash 2>/dev/null <$file || void="there is no $file"
    if [ -z "$void" ]; then
        if ! git merge-base --is-ancestor "$verified" HEAD 2>/dev/null; then
            void="the commit of $file is no ancestor"
        elif [ "$(git rev-list --count "$verified..HEAD")" -gt 60 ]; then
            void="$file is older than 60 commits"
        elif [ "$(git show --format= --name-only "$(git log -1 --format=%H -- $file)" 2>/dev/null)" != $file ] || ! git diff --quiet HEAD -- $file; then
            void="$file was not committed, alone"
        elif [ "$(tree_hash "$verified")" != "$hash" ]; then
            void="$file holds another hash than that of its tree"
        fi
    fi
    [ -z "$void" ]
}

# Sets jupyter, the command that serves Jupyter's pages, and jupyter_page, the address under which it shows a notebook.
find_jupyter() {
    jupyter='jupyter-notebook'
    jupyter_page=notebooks
    answers "$jupyter" && return
    jupyter='jupyter-lab'
    jupyter_page=lab/tree
    answers "$jupyter" && return
    jupyter=''
    return 1
}

# Sets tied, words before a command in the background, as far as the machine can: it gets this signal when the shell that
# started it is gone, and it can be interrupted even if that shell cannot.
find_tied() { # signal
    tied=()
    ! env --default-signal=INT true 2>/dev/null || tied=(env --default-signal=INT)
    ! setpriv --pdeathsig "$1" true 2>/dev/null || tied+=(setpriv --pdeathsig "$1")
}

# Ends a job that was started under set -m: this signal to its process group, and KILL if it is still there after 30 s.
stop_job() { # job, signal
    local tenths
    for ((tenths = 0; tenths < 300; tenths++)); do
        kill -0 -- "-$1" 2>/dev/null || return 0
        [ $tenths != 0 ] || kill -"$2" -- "-$1" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$1" 2>/dev/null || true
}

# Makes the folder $work. When the script ends or is stopped, the jobs go whose variables are named, and then the folder.
work_until_the_end() { # names of variables that hold jobs or nothing, in the order in which $end_signal (TERM) stops them
    work=$(mktemp -d)
    jobs_at_work=("$@")
    trap end_work EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# shellcheck disable=SC2317 # called by a trap
end_work() {
    local code=$? name job
    trap '' HUP INT TERM
    for name in "${jobs_at_work[@]}"; do
        for job in ${!name-}; do
            stop_job "$job" "${end_signal-TERM}"
        done
    done
    rm -rf "$work"
    exit "$code"
}

# Sets notebook to the file that is meant: as seen from here, else in the folder of the notebooks, there also without its
# ending. Fails if there is none; notebook is then what was looked for last.
find_notebook() { # root of the checkout, name
    notebook=$2
    [ -f "$notebook" ] || notebook=$1/notebooks/$2
    [ -f "$notebook" ] || [ ! -f "$notebook.ipynb" ] || notebook=$notebook.ipynb
    [ -f "$notebook" ]
}

# Prints as a script of sh what a container engine would do with a Containerfile, from a checkout; fails, after a line on
# standard error, for what it does not know.
container_script() { # Containerfile, checkout, suite of Debian that it must start from
    local word rest as=''
    printf 'set -e\n'
    while read -r word rest; do
        case "$word $rest" in
            ' ' | '#'* | 'CMD '*) ;;
            "FROM docker.io/library/debian:$3" | "FROM docker.io/library/debian:$3-slim") ;;
            'WORKDIR /'*) printf "mkdir -p '%s' && cd '%s'\n" "$rest" "$rest" ;;
            'COPY . .') printf "cp -R '%s'/. .\n" "$2" ;;
            'USER '*) as=$rest ;;
            'RUN '*) if [ -n "$as" ]; then printf "su '%s' -c '%s'\n" "$as" "$rest"; else printf '(%s)\n' "$rest"; fi ;;
            *)
                printf "%s: cannot follow '%s %s'\n" "$1" "$word" "$rest" >&2
                return 1
                ;;
        esac
    done <"$1"
}

# Starts Chromium without a screen as browser_job, its files under a folder; call it with job control on.
start_browser() { # folder
    # A picture has no scroll bars: without them from the start, the page lays out its cells as in the picture.
    local options=(--headless=new --hide-scrollbars --remote-debugging-port=0 "--user-data-dir=$1/profile"
        '--window-size=1100,900' --no-first-run --disable-gpu --disable-dev-shm-usage --disable-breakpad
        --disable-background-networking)
    [ "$(id -u)" != 0 ] || options+=(--no-sandbox)
    HOME=$1 ${tied[@]+"${tied[@]}"} chromium "${options[@]}" about:blank >"$1/chromium.log" 2>&1 </dev/null &
    # shellcheck disable=SC2034 # for the caller
    browser_job=$!
}

# Sets devtools to the address of the DevTools of Chromium as start_browser started it; returns 1, with the end of its log
# on standard error, if it did not start.
find_browser() { # folder
    local wait
    for ((wait = 0; wait < 150; wait++)); do
        [ ! -s "$1/profile/DevToolsActivePort" ] || break
        kill -0 "$browser_job" 2>/dev/null || break
        sleep 0.2
    done
    [ -s "$1/profile/DevToolsActivePort" ] || {
        tail -n 20 "$1/chromium.log" >&2
        return 1
    }
    # Two lines: the port and the path.
    # shellcheck disable=SC2034 # for the caller
    devtools=ws://127.0.0.1:$(paste -s -d '' "$1/profile/DevToolsActivePort")
}

# Sets spark_jar and spark_jars, the kit and the libraries of Spark as 'mvn -Pspark package' makes them, or the Spark of
# SPARK_HOME; fails if there are none.
find_spark() { # root of the checkout
    spark_jar=${NOISEBOOK_SPARK_JAR-$1/target/noisebook-spark.jar}
    spark_jars=$(cd "${SPARK_HOME-$1/target/spark}/jars" 2>/dev/null && pwd) || return 1
    [ -f "$spark_jar" ] && compgen -G "$spark_jars/spark-core_2.13-*.jar" >/dev/null
}

# After find_spark and find_java: makes of Spark's libraries alone what starts executors on this machine. Sets spark_java, a
# JVM with what bin/spark-submit of a Spark that is installed adds by itself, and spark_submit, which the master follows, the
# jar and a command of the kit.
prepare_spark() { # folder
    local package
    mkdir "$1/spark"
    ln -s "$spark_jars" "$1/spark/jars"
    export SPARK_HOME=$1/spark SPARK_SCALA_VERSION=2.13 SPARK_LOCAL_IP=127.0.0.1 SPARK_LOCAL_HOSTNAME=localhost \
        SPARK_LOCAL_DIRS=$1/local
    spark_java=("$java_home/bin/java" --add-modules=jdk.incubator.vector -XX:+IgnoreUnrecognizedVMOptions
        -Djdk.reflect.useDirectMethodHandle=false -Dio.netty.tryReflectionSetAccessible=true)
    for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent \
        java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar; do
        spark_java+=("--add-opens=java.base/$package=ALL-UNNAMED")
    done
    # A driver deals and gathers: its better compiler does not pay.
    spark_submit=("${spark_java[@]}" -Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$spark_jars/*" org.apache.spark.deploy.SparkSubmit
        --conf spark.ui.enabled=false --conf spark.executor.memory=900m --conf spark.driver.bindAddress=127.0.0.1
        --class org.noisebook.cli.Main --master)
}
