# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run.
# shellcheck disable=SC2034 # the results are read by the scripts

# Sets jdk_feature (17, 21, …; empty if unknown) and jdk_has_vector (yes or no) for a Java home.
# The release file of the JDK answers without starting a JVM.
inspect_java() {
    local home=$1 line version='' modules=''
    jdk_feature=''
    jdk_has_vector=no
    if [ -r "$home/release" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in
                JAVA_VERSION=*) version=${line#JAVA_VERSION=} ;;
                MODULES=*) modules=" ${line#MODULES=} " ;;
            esac
        done <"$home/release"
        version=${version//\"/}
        modules=" ${modules//\"/} "
    fi
    if [ -z "$version" ]; then
        version=$("$home/bin/java" -version 2>&1 </dev/null | sed -n 's/.* version "\([^"]*\)".*/\1/p') || version=''
    fi
    if [ -z "${modules// /}" ] && [ ! -d "$home/jmods" ]; then
        modules=" $("$home/bin/java" --list-modules 2>/dev/null </dev/null | sed 's/@.*//' | tr '\n' ' ') " || modules=''
    fi
    case $modules in
        *' jdk.incubator.vector '*) jdk_has_vector=yes ;;
        *) [ ! -f "$home/jmods/jdk.incubator.vector.jmod" ] || jdk_has_vector=yes ;;
    esac
    version=${version#1.}
    version=${version%%[!0-9]*}
    jdk_feature=$version
}

# Sets classes to the folder of the kit's classes, newer than all they are made of; fails if there is none.
find_classes() { # root of the checkout
    local main
    for classes in "$1"/target/classes{,.[0-9]*}; do
        main=$classes/org/noisebook/cli/Main.class
        [ ! -f "$main" ] || [ -n "$(find "$1/pom.xml" "$1/src/main" "$1/datasets" "$1/environment/generate" \
            -newer "$main" -print -quit 2>/dev/null)" ] || return 0
    done
    return 1
}

# Sets jars, what stands behind the classes in the class path, each with a colon before it; fails if Maven's list is
# missing, older than the pom or made for other backends, or if a jar was not copied. Sets profiles, which bring the backends.
find_jars() { # root of the checkout
    local list=$1/target/noisebook.classpath entries entry built=0
    jars=''
    ! grep -q '/nd4j-cuda-' "$list" 2>/dev/null || built=1
    profiles=()
    [ "${NOISEBOOK_CUDA:-$built}" = 0 ] || profiles=(-Pcuda)
    [ -f "$list" ] && [ "${NOISEBOOK_CUDA:-$built}" = "$built" ] && [ ! "$1/pom.xml" -nt "$list" ] || return 1
    IFS=: read -r -a entries <"$list" || true
    for entry in ${entries[@]+"${entries[@]}"}; do
        jars+=:$1/target/lib/${entry##*/}
        [ -f "$1/target/lib/${entry##*/}" ] || return 1
    done
}

# Prints how many megabytes a kernel's heap may take: half of what is free now, here and in the control groups this runs in,
# as kernels live beside each other and for long; at least 128. Prints nothing where the system does not say.
kernel_heap() { # root of the file system
    local group free limit used
    free=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' "${1-}/proc/meminfo" 2>/dev/null) || free=''
    [ -n "$free" ] || return 0
    group=$(sed -n 's/^0:://p' "${1-}/proc/self/cgroup" 2>/dev/null) || group=''
    group=${group%/}
    while :; do
        limit=$(cat "${1-}/sys/fs/cgroup$group/memory.max" 2>/dev/null) || limit=max
        if [ "$limit" != max ]; then
            # Files that were read count as used, but give way.
            used=$(sed -n 's/^inactive_file /-/p' "${1-}/sys/fs/cgroup$group/memory.stat" 2>/dev/null) || used=''
            used=$(($(cat "${1-}/sys/fs/cgroup$group/memory.current" 2>/dev/null || echo 0) ${used:-+0}))
            limit=$(((limit - used) / 1024))
            [ "$limit" -gt "$free" ] || free=$limit
        fi
        [ -n "$group" ] || break
        group=${group%/*}
    done
    free=$((free / 2048))
    [ "$free" -ge 128 ] || free=128
    printf '%s\n' "$free"
}

# Is this text among the words that a process was started with?
in_use() { # text
    if [ -r /proc/self/cmdline ]; then
        # Not among the words of grep, which would find itself.
        grep -q -s -F -f - /proc/[0-9]*/cmdline <<<"$1"
    else
        ps -axo args= | grep -F -f <(printf '%s\n' "$1") >/dev/null
    fi
}

# Is this folder a Java 17 or newer? The second argument names the tool it must have: java or javac.
is_java_home() {
    local home=$1 tool=$2
    [ -n "$home" ] && [ -x "$home/bin/java" ] && [ -x "$home/bin/$tool" ] || return 1
    inspect_java "$home"
    [ -n "$jdk_feature" ] && [ "$jdk_feature" -ge 17 ]
}

# Sets java_home (and jdk_feature, jdk_has_vector): JAVA_HOME if valid, else the tool on the path, else an installed one.
find_java() {
    local tool=$1 path
    java_home=${JAVA_HOME-}
    java_home=${java_home%/}
    is_java_home "$java_home" "$tool" && return
    if path=$(command -v "$tool" 2>/dev/null); then
        path=$(readlink -f "$path" 2>/dev/null || printf '%s' "$path")
        java_home=${path%/bin/*}
        is_java_home "$java_home" "$tool" && return
    fi
    for java_home in /usr/lib/jvm/default-java /usr/lib/jvm/*; do
        is_java_home "$java_home" "$tool" && return
    done
    java_home=''
    return 1
}

# Does this command work? One that is only there may belong to a Python that is not.
answers() {
    "$@" --version >/dev/null 2>&1
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

# Prints the version of the kit: the first <version> of its pom.
kit_version() {
    local line
    while IFS= read -r line; do
        case $line in
            *'<version>'*'</version>'*)
                line=${line#*<version>}
                printf '%s\n' "${line%%</version>*}"
                return
                ;;
        esac
    done <"$1/pom.xml"
    return 1
}

# Sets notebook to the file that is meant: as seen from here, else in the folder of the notebooks, there also without its
# ending. Fails if there is none; notebook is then what was looked for last.
find_notebook() { # root of the checkout, name
    notebook=$2
    [ -f "$notebook" ] || notebook=$1/notebooks/$2
    [ -f "$notebook" ] || [ ! -f "$notebook.ipynb" ] || notebook=$notebook.ipynb
    [ -f "$notebook" ]
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
