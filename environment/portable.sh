# shellcheck shell=sh
# What the launcher and the scripts of this folder share, for any POSIX shell, without GNU's tools. Sourced, never run.
# shellcheck disable=SC2034 # the results are read by the scripts

# Sets jdk_feature (17, 21, …; empty if unknown) and jdk_has_vector (yes or no) for a Java home.
# The release file of the JDK answers without starting a JVM.
inspect_java() { # Java home
    jdk_feature=''
    jdk_has_vector=no
    jdk_modules=''
    if [ -r "$1/release" ]; then
        while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
            case $jdk_line in
                JAVA_VERSION=*) jdk_feature=${jdk_line#*=} ;;
                MODULES=*) jdk_modules=${jdk_line#*=} ;;
            esac
        done <"$1/release"
        jdk_feature=${jdk_feature#\"}
        jdk_modules=${jdk_modules#\"}
        jdk_modules=${jdk_modules%\"}
    fi
    if [ -z "$jdk_feature" ]; then
        jdk_feature=$("$1/bin/java" -version 2>&1 </dev/null | sed -n 's/.* version "\([^"]*\)".*/\1/p') || jdk_feature=''
    fi
    if [ -z "$jdk_modules" ] && [ ! -d "$1/jmods" ]; then
        jdk_modules=$("$1/bin/java" --list-modules 2>/dev/null </dev/null | sed 's/@.*//' | tr '\n' ' ') || jdk_modules=''
    fi
    case " $jdk_modules " in
        *' jdk.incubator.vector '*) jdk_has_vector=yes ;;
        *) [ ! -f "$1/jmods/jdk.incubator.vector.jmod" ] || jdk_has_vector=yes ;;
    esac
    jdk_feature=${jdk_feature#1.}
    jdk_feature=${jdk_feature%%[!0-9]*}
}

# Is this folder a Java 17 or newer? The second argument names the tool it must have: java or javac.
is_java_home() {
    [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/$2" ] || return 1
    inspect_java "$1"
    [ -n "$jdk_feature" ] && [ "$jdk_feature" -ge 17 ]
}

# Sets java_home (and jdk_feature, jdk_has_vector): JAVA_HOME if valid, else the tool on the path, else an installed one.
find_java() { # tool
    java_home=${JAVA_HOME-}
    java_home=${java_home%/}
    is_java_home "$java_home" "$1" && return
    # What macOS has on the path only looks for a Java, at each call.
    if [ -x /usr/libexec/java_home ]; then
        java_home=$(/usr/libexec/java_home -v 17+ 2>/dev/null) || java_home=''
        is_java_home "$java_home" "$1" && return
    fi
    if java_path=$(command -v "$1" 2>/dev/null); then
        while [ -L "$java_path" ]; do
            java_link=$(readlink "$java_path")
            case $java_link in
                /*) java_path=$java_link ;;
                *) java_path=${java_path%/*}/$java_link ;;
            esac
        done
        java_home=$(cd -P "${java_path%/*}/.." 2>/dev/null && pwd) || java_home=''
        is_java_home "$java_home" "$1" && return
    fi
    for java_home in /usr/lib/jvm/default-java /usr/lib/jvm/*; do
        is_java_home "$java_home" "$1" && return
    done
    java_home=''
    return 1
}

# Sets profiles to the Maven profiles that the class path is to have: ND4J and OpenCL, each for whoever asks for it and from
# then on, and ND4J's backend for cards; with_nd4j and with_opencl to their parts. Sets kit_profiles to those it has, as
# Maven's list of jars says, and kit_rest to the list.
find_profiles() { # root of the checkout
    kit_list=$1/target/noisebook.classpath
    kit_rest=''
    { IFS= read -r kit_rest <"$kit_list"; } 2>/dev/null || true
    with_nd4j=''
    case $kit_rest in
        */nd4j-cuda-*) with_nd4j=nd4j,cuda ;;
        */nd4j-native-*) with_nd4j=nd4j ;;
    esac
    with_opencl=''
    case $kit_rest in
        */jocl-*) with_opencl=opencl ;;
    esac
    join_profiles
    kit_profiles=$profiles
    [ -n "$with_nd4j" ] || [ "${asks_for_nd4j:-no}" = no ] || with_nd4j=nd4j
    [ "${asks_for_opencl:-no}" = no ] || with_opencl=opencl
    case ${NOISEBOOK_CUDA-} in
        0) with_nd4j=${with_nd4j%,cuda} ;;
        1) with_nd4j=nd4j,cuda ;;
    esac
    case ${NOISEBOOK_ND4J-} in
        0) with_nd4j='' ;;
        1) with_nd4j=${with_nd4j:-nd4j} ;;
    esac
    case ${NOISEBOOK_OPENCL-} in
        0) with_opencl='' ;;
        1) with_opencl=opencl ;;
    esac
    join_profiles
}

join_profiles() {
    profiles=$with_nd4j${with_opencl:+${with_nd4j:+,}$with_opencl}
    profiles=${profiles:+-P$profiles}
}

# Sets classes to the folder of the kit's classes, newer than all they are made of; fails if there is none.
find_classes() { # root of the checkout
    find_profiles "$1"
    for classes in "$1/target/classes" "$1"/target/classes.[0-9]*; do
        kit_main=$classes/org/noisebook/cli/Main.class
        if [ -f "$kit_main" ] && { [ -z "$with_nd4j" ] || [ -f "$classes/org/noisebook/tensor/TensorEngine.class" ]; } &&
            { [ -z "$with_opencl" ] || [ -f "$classes/org/noisebook/opencl/OpenclEngine.class" ]; }; then
            [ -n "$(find "$1/pom.xml" "$1/src/main" "$1/src/tensor" "$1/src/opencl" "$1/datasets" "$1/environment/generate" \
                -newer "$kit_main" 2>/dev/null | head -n 1)" ] || return 0
        fi
    done
    return 1
}

# Sets jars, what stands behind the classes in the class path, each with a colon before it; fails if Maven's list is
# missing, older than the pom or made for other profiles, or if a jar was not copied. Sets profiles.
find_jars() { # root of the checkout
    find_profiles "$1"
    jars=''
    [ -n "$kit_rest" ] && [ "$profiles" = "$kit_profiles" ] && [ -z "$(find "$1/pom.xml" -newer "$kit_list")" ] || return 1
    while [ -n "$kit_rest" ]; do
        kit_jar=${kit_rest%%:*}
        kit_rest=${kit_rest#"$kit_jar"}
        kit_rest=${kit_rest#:}
        jars=$jars:$1/target/lib/${kit_jar##*/}
        [ -f "$1/target/lib/${kit_jar##*/}" ] || return 1
    done
}

# Is this text among the words that a process was started with? Yes, to be safe, where the system does not tell.
in_use() { # text
    if command -v ps >/dev/null 2>&1; then
        # Not every ps knows how to be wide, and those that do not are.
        kit_running=$(ps -A -ww -o args 2>/dev/null || ps -A -o args)
    else
        kit_running=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ') || true
    fi
    case $kit_running in
        '' | *"$1"*) return 0 ;;
    esac
    return 1
}

# Prints how many megabytes a kernel's heap may take: half of what is free now, here and in the control groups this runs in,
# as kernels live beside each other and for long; at least 128. Prints nothing where the system does not say.
kernel_heap() { # root of the file system
    kit_free=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' "${1-}/proc/meminfo" 2>/dev/null) || kit_free=''
    [ -n "$kit_free" ] || return 0
    kit_group=$(sed -n 's/^0:://p' "${1-}/proc/self/cgroup" 2>/dev/null) || kit_group=''
    kit_group=${kit_group%/}
    while :; do
        kit_limit=$(cat "${1-}/sys/fs/cgroup$kit_group/memory.max" 2>/dev/null) || kit_limit=max
        if [ "$kit_limit" != max ]; then
            # Files that were read count as used, but give way.
            kit_used=$(sed -n 's/^inactive_file /-/p' "${1-}/sys/fs/cgroup$kit_group/memory.stat" 2>/dev/null) || kit_used=''
            kit_used=$(($(cat "${1-}/sys/fs/cgroup$kit_group/memory.current" 2>/dev/null || echo 0) ${kit_used:-+0}))
            kit_limit=$(((kit_limit - kit_used) / 1024))
            [ "$kit_limit" -gt "$kit_free" ] || kit_free=$kit_limit
        fi
        [ -n "$kit_group" ] || break
        kit_group=${kit_group%/*}
    done
    kit_free=$((kit_free / 2048))
    [ "$kit_free" -ge 128 ] || kit_free=128
    printf '%s\n' "$kit_free"
}

# Prints the version of the kit: the first <version> of its pom.
kit_version() { # root of the checkout
    while IFS= read -r kit_line; do
        case $kit_line in
            *'<version>'*'</version>'*)
                kit_line=${kit_line#*<version>}
                printf '%s\n' "${kit_line%%</version>*}"
                return
                ;;
        esac
    done <"$1/pom.xml"
    return 1
}
