#!/usr/bin/env bash
# Measures the engine on OpenCL on a card, on a machine that need have no JDK and no network. README.md explains it.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LC_ALL=C.UTF-8

usage() {
    cat <<'END'
Usage: environment/benchmarks/card.sh --pack DIR
       DIR/card.sh [--device DEVICE] [--seconds S] [--limit S] [--out FILE]
The first makes DIR, and DIR.tar.gz of it: the kit, JOCL, this benchmark and a Java runtime, for Linux on this processor's kind.
The second, on the machine with the card, writes a table in Markdown to FILE (default card.md) and prints it: replica-steps a second of
a perceptron and of networks on DEVICE (default auto: a card if there is one), beside the exact engine on all cores and, if they
are there, ND4J and PyTorch. A measurement takes S seconds (default 5), all at most --limit seconds (default 450).
END
}

fail() {
    printf 'card benchmark: %s\n' "$1" >&2
    exit 1
}

# The library's file that the system's loader would take; nothing if there is none.
known_library() { # name
    (ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null) | sed -n "s|^[[:space:]]*$1 .*=> ||p" | head -n 1
}

pack() { # folder
    local root=$here/../.. to=$1 jar loader copyright library mb
    root=$(cd -P "$root" && pwd)
    # shellcheck source=environment/common.sh
    . "$root/environment/common.sh"
    benchmark=card
    # shellcheck source=environment/benchmarks/peers.sh
    . "$here/peers.sh"
    [ ! -e "$to" ] && [ ! -e "$to.tar.gz" ] || fail "$to or $to.tar.gz is there"
    export NOISEBOOK_OPENCL=1
    find_java jlink || fail "no JDK 17 or newer with jlink"
    "$root/environment/noisebook" --help >/dev/null || fail "the kit does not start"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    compile OpenclBenchmark.java CardBenchmark.java
    mkdir -p "$to/jars" "$to/lib"
    # Plain, as the archive packs it: compressing twice costs.
    "$java_home/bin/jlink" --add-modules java.base,java.logging,jdk.incubator.vector,jdk.unsupported --strip-debug \
        --no-header-files --no-man-pages --output "$to/runtime"
    "$java_home/bin/jar" --create --no-compress --file "$to/jars/noisebook.jar" -C "$classes" org -C "$classes" META-INF \
        -C "$work/classes" org
    # All that training takes: more would travel for nothing.
    for jar in ${jars//:/ }; do
        case ${jar##*/} in
            commons-math3-* | jocl-*) cp "$jar" "$to/jars/" ;;
        esac
    done
    cp "$here/card.sh" "$here/card.py" "$to/"
    # Debian's loader of drivers (ocl-icd, BSD licence) and zlib, which Debian's Java wants, for systems that have none.
    for library in libOpenCL.so.1 libz.so.1; do
        loader=$(known_library "$library")
        [ -n "$loader" ] || continue
        if [ $library = libOpenCL.so.1 ]; then
            copyright=/usr/share/doc/ocl-icd-libopencl1/copyright
        else
            copyright=/usr/share/doc/zlib1g/copyright
        fi
        # Whose licence is not known stays here.
        [ -f "$copyright" ] || continue
        cp -L "$loader" "$to/lib/$library"
        cp "$copyright" "$to/lib/$library.copyright"
    done
    tar -C "$(dirname "$to")" -czf "$to.tar.gz" "$(basename "$to")"
    mb=$(($(wc -c <"$to.tar.gz") / 100000))
    printf '%s.tar.gz: %s.%s MB packed, %s MB in %s\n' "$to" $((mb / 10)) $((mb % 10)) "$(du -sm "$to" | cut -f 1)" "$to"
    [ "$mb" -le 450 ] || fail "more than 45 MB"
}

# Sets the environment so that drivers are found where a container names none; files go to a folder.
find_drivers() { # folder
    local library file found nvidia=no
    mkdir -p "$1/lib" "$1/vendors"
    for library in libOpenCL.so.1 libz.so.1; do
        [ -n "$(known_library "$library")" ] || [ ! -f "$here/lib/$library" ] || cp "$here/lib/$library" "$1/lib/"
    done
    export LD_LIBRARY_PATH=$1/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    [ -z "${OCL_ICD_VENDORS-}" ] || return 0
    for file in /etc/OpenCL/vendors/*.icd; do
        [ -f "$file" ] || continue
        cp "$file" "$1/vendors/"
        ! grep -q nvidia "$file" || nvidia=yes
    done
    [ $nvidia = no ] || return 0
    found=$(known_library libnvidia-opencl.so.1)
    for file in /usr/local/nvidia/lib64 /usr/local/nvidia/lib /usr/lib/x86_64-linux-gnu /usr/lib/aarch64-linux-gnu \
        /usr/lib64 /usr/lib/wsl/lib; do
        [ -z "$found" ] && [ -e "$file/libnvidia-opencl.so.1" ] || continue
        found=$file/libnvidia-opencl.so.1
        # Its own libraries lie beside it.
        LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$file
    done
    [ -n "$found" ] || return 0
    printf '%s\n' "$found" >"$1/vendors/nvidia.icd"
    # Old loaders know no folder but their own.
    [ ! -f "$here/lib/libOpenCL.so.1" ] || cp "$here/lib/libOpenCL.so.1" "$1/lib/"
    export OCL_ICD_VENDORS=$1/vendors/
}

measure() {
    local device=auto seconds=5 limit=450 out=card.md left
    while [ $# -gt 0 ]; do
        [ $# -ge 2 ] || fail "no value behind '$1' (see --help)"
        case $1 in
            --device) device=$2 ;;
            --seconds) seconds=$2 ;;
            --limit) limit=$2 ;;
            --out) out=$2 ;;
            *) fail "unknown option '$1' (see --help)" ;;
        esac
        shift 2
    done
    [[ $seconds =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "--seconds must be a number, got '$seconds'"
    [[ $limit =~ ^[1-9][0-9]{1,3}$ ]] || fail "--limit must be in [10, 9999], got '$limit'"
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    find_drivers "$work"
    rm -f "$out"
    if command -v python3 >/dev/null 2>&1; then
        timeout $((limit / 3)) python3 "$here/card.py" "$seconds" >"$work/peer" 2>"$work/errors" ||
            printf '# PyTorch: stopped: %s\n' "$(tail -n 1 "$work/errors")" >>"$work/peer"
    else
        printf '# PyTorch: skipped, no python3\n' >"$work/peer"
    fi
    # A measurement that has begun ends after the limit: some seconds are left to it.
    left=$((limit - SECONDS - 20))
    [ $left -gt 5 ] || left=5
    timeout -k 5 $((left + 40)) "$here/runtime/bin/java" --add-modules jdk.incubator.vector -XX:-PrintWarnings -XX:MaxRAMPercentage=50 \
        -Djava.io.tmpdir="$work" -cp "$here/jars/*" org.noisebook.opencl.CardBenchmark "$device" "$out" "$seconds" "$left" \
        "$work/peer" 2> >(sed '/^WARNING: Using incubator modules/d' >&2) || [ -s "$out" ] || exit 1
    cat "$out"
}

case ${1-} in
    -h | --help) usage ;;
    --pack)
        [ $# = 2 ] || fail "--pack takes a folder (see --help)"
        pack "${2%/}"
        ;;
    *)
        [ -x "$here/runtime/bin/java" ] || fail "no runtime beside this script: make a pack with --pack DIR (see --help)"
        measure "$@"
        ;;
esac
