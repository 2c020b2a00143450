#!/usr/bin/env bash
# Installs what the kit needs and this machine lacks, through apt-get. Silent when nothing is missing.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=environment/common.sh
. "$here/common.sh"

usage() {
    cat <<'END'
Usage: environment/setup.sh [--check] [--with GROUP]...
Installs what the kit needs and this machine lacks (Debian, Ubuntu; as root or with sudo).
  --check       only report what is missing; exit 1 if anything is
  --with GROUP  also what this group needs:
                  notebooks       Jupyter's pages; a Jupyter Notebook or JupyterLab of your own on the path will do
                  notebook-tests  running the notebooks, and testing the kernel without a page and the launcher
                  browser         looking at a notebook in a browser without a screen
                  web             running figures in pages of the site, in two browsers
                  front-ends      the same in JupyterLab and the classic Notebook, with widgets
                  benchmarks      the peers of the benchmarks
                  fresh-machine   the proof on a bare machine
                  opencl          PoCL, OpenCL on processors (a card's driver brings its own)
                  cluster-tests   SLURM's daemons, for the test that starts them (Spark comes by mvn -Pspark package)
JAVA_HOME is used when it holds a JDK 17 or newer.
Exit codes: 0 all there, 1 something is missing and was not installed, 2 usage error.
END
}

# One line a requirement: groups (commas between) | name | check (a function or command of this file) | Debian packages.
# To add one, add a line.
requirements() {
    cat <<'END'
base|a JDK 17 or newer with javac|find_java javac|default-jdk-headless
base|Maven|on_path mvn|maven
base|the libraries of Java's font engine|has_font_engine|libharfbuzz0b libfreetype6
base|fontconfig and the DejaVu fonts|has_fonts|fontconfig fonts-dejavu-core
notebooks,browser|Jupyter Notebook or JupyterLab|find_jupyter|jupyter-notebook jupyter-nbconvert jupyter-client
notebook-tests|jupyter nbconvert|answers jupyter nbconvert|jupyter-nbconvert
notebook-tests|jupyter kernelspec|answers jupyter kernelspec|jupyter-client
notebook-tests|jupyter_kernel_test of the system's Python|has_module jupyter_kernel_test|python3-jupyter-kernel-test
notebook-tests|BusyBox, in whose shell the launcher is tested|on_path busybox|busybox
browser,web|Chromium|on_path chromium|chromium
browser,web|Tornado of the system's Python|has_module tornado|python3-tornado
web|Firefox|answers firefox-esr|firefox-esr
front-ends|Chromium and its driver|has_driver|chromium chromium-driver
front-ends|Selenium of the system's Python|has_module selenium|python3-selenium
front-ends|the classic Notebook|answers jupyter notebook|jupyter-notebook jupyter-client
front-ends|ipywidgets for the classic Notebook|has_module widgetsnbextension|python3-widgetsnbextension
front-ends|ipywidgets for JupyterLab|has_module jupyterlab_widgets|python3-jupyterlab-widgets
front-ends|what JupyterLab needs of the system's Python|has_lab_parts|python3-jupyterlab-server python3-notebook-shim python3-async-lru python3-httpx
benchmarks|gcc|on_path gcc|gcc libc6-dev
benchmarks|NumPy of the system's Python, with OpenBLAS|has_numpy|python3-numpy libopenblas0-pthread
benchmarks|PyTorch of the system's Python|has_module torch|python3-torch
fresh-machine|debootstrap|on_path debootstrap|debootstrap
fresh-machine|git|on_path git|git
opencl|an OpenCL driver|has_opencl|ocl-icd-libopencl1 pocl-opencl-icd
cluster-tests|SLURM and MUNGE|has_slurm|munge slurmctld slurmd slurm-client
END
}

on_path() {
    command -v "$1" >/dev/null 2>&1
}

# Debian's headless JDK only recommends the libraries that drawing text loads; without them the first label fails.
has_font_engine() {
    find_java javac || return 1
    [ -f "$java_home/lib/libfontmanager.so" ] && on_path ldd || return 0
    ! ldd "$java_home/lib/libfontmanager.so" 2>/dev/null | grep 'not found' | grep -v -q 'libjvm\.so'
}

# Java takes its logical fonts from fontconfig; the labels need a font with Greek and mathematics.
has_fonts() {
    on_path fc-list && [ -n "$(fc-list 'DejaVu Sans' 2>/dev/null)" ]
}

has_slurm() {
    local program PATH=$PATH:/usr/sbin
    for program in munged slurmctld slurmd sbatch; do
        on_path $program || return 1
    done
}

# The loader, and a driver that it finds.
has_opencl() {
    PATH=$PATH:/usr/sbin:/sbin
    on_path ldconfig && ldconfig -p | grep -q 'libOpenCL\.so\.1 ' && compgen -G '/etc/OpenCL/vendors/*.icd' >/dev/null
}

has_numpy() {
    /usr/bin/python3 -c 'import numpy, sys; sys.exit("openblas" not in open("/proc/self/maps").read())' 2>/dev/null
}

has_driver() {
    on_path chromium && on_path chromedriver
}

# The package of JupyterLab itself conflicts with a Node.js that is not Debian's: front-ends-run.sh unpacks it.
has_lab_parts() {
    has_module jupyterlab_server && has_module notebook_shim && has_module async_lru && has_module httpx
}

has_module() {
    /usr/bin/python3 -c 'import importlib, sys; importlib.import_module(sys.argv[1])' "$1" 2>/dev/null
}

# Sets missing (names, one a line) and packages.
find_missing() {
    local in_groups group wanted name check debs
    missing=''
    packages=''
    while IFS='|' read -r in_groups name check debs; do
        wanted=no
        for group in "${groups[@]}"; do
            case ,$in_groups, in *",$group,"*) wanted=yes ;; esac
        done
        # The check is a command and its arguments; it must not read the table.
        # shellcheck disable=SC2086
        if [ $wanted = yes ] && ! $check </dev/null; then
            missing+="$name"$'\n'
            packages+=" $debs"
        fi
    done < <(requirements)
    packages=${packages# }
}

say() {
    printf 'setup: %s\n' "$1" >&2
}

say_what_to_do() {
    local list=${missing%$'\n'}
    say "missing: ${list//$'\n'/; }"
    say "on Debian or Ubuntu, as root: apt-get update && apt-get install --no-install-recommends $packages"
}

check_only=no
groups=(base)
while [ $# -gt 0 ]; do
    case $1 in
        --check) check_only=yes ;;
        --with)
            case ${2-} in
                notebooks | notebook-tests | browser | front-ends | benchmarks | fresh-machine | opencl | web | cluster-tests) groups+=("$2") ;;
                *)
                    say "--with must be notebooks, notebook-tests, browser, front-ends, benchmarks, fresh-machine, opencl, web or cluster-tests, got '${2-}'"
                    exit 2
                    ;;
            esac
            shift
            ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            say "unknown argument '$1' (see --help)"
            exit 2
            ;;
    esac
    shift
done

find_missing
if [ -n "${JAVA_HOME-}" ] && ! is_java_home "${JAVA_HOME%/}" javac; then
    say "JAVA_HOME is set, but $JAVA_HOME holds no JDK 17 or newer: looking elsewhere"
fi
[ -n "$missing" ] || exit 0
if [ "$check_only" = yes ]; then
    say_what_to_do
    exit 1
fi

as_root=()
if ! on_path apt-get; then
    say_what_to_do
    say "cannot install here: there is no apt-get (README.md says what other systems need)"
    exit 1
elif [ "$(id -u)" != 0 ]; then
    if on_path sudo && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
    else
        say_what_to_do
        say "cannot install here: not root, and no sudo without a password"
        exit 1
    fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        apt-get -qq -y -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 </dev/null
}
say "installing $packages"
apt update || say "apt-get update failed; going on with the lists at hand"
# shellcheck disable=SC2086 # a list of package names
if ! apt install --no-install-recommends $packages; then
    cat "$log" >&2
    say_what_to_do
    say "apt-get install failed (its output is above)"
    exit 1
fi
hash -r
find_missing
if [ -n "$missing" ]; then
    cat "$log" >&2
    say_what_to_do
    say "apt-get install ended well, but these are still not found"
    exit 1
fi
