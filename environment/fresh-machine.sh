#!/usr/bin/env bash
# Proves that figures/regenerate.sh, environment/verify.sh, environment/notebooks.sh and the lines of
# environment/Containerfile each succeed alone on a bare Debian machine.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    cat <<'END'
Usage: environment/fresh-machine.sh [--only regenerate|verify|notebooks|container] [--sys] [--quick] [--keep]
Makes Debian roots (debootstrap, variant minbase) in a temporary folder (TMPDIR), puts a clean clone of the committed
HEAD into each, whose figures must stay as they are, and runs figures/regenerate.sh in the first, environment/verify.sh in the second, until Jupyter serves,
environment/notebooks.sh in the third, and what environment/Containerfile says in the fourth, by chroot. The roots get
this machine's extra certificates, resolver, proxies, Debian mirror and Maven settings, nothing else. Needs root, the
network, about 6 GB of disk and an hour.
  --only COMMAND  run only this one
  --sys           mount /sys too, without which drivers of devices may fail
  --quick         in one root, in at most 15 minutes, only environment/verify.sh --quick and figures/regenerate.sh --first;
                  its base system stays in the user's cache folder for the next time
  --keep          leave the temporary folder (unmounted) for inspection
Exit codes: 0 all succeeded, 1 one failed, 2 usage error.
END
}

suite=trixie
only=''
keep=no
sys=no
quick=no
while [ $# -gt 0 ]; do
    case $1 in
        --only)
            case ${2-} in
                regenerate | verify | notebooks | container) only=$2 ;;
                *)
                    printf "fresh-machine: --only must be regenerate, verify, notebooks or container, got '%s'\n" "${2-}" >&2
                    exit 2
                    ;;
            esac
            shift
            ;;
        --sys) sys=yes ;;
        --quick) quick=yes ;;
        --keep) keep=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            printf "fresh-machine: unknown argument '%s' (see --help)\n" "$1" >&2
            exit 2
            ;;
    esac
    shift
done

say() {
    printf 'fresh-machine: %s\n' "$*"
}
fail() {
    printf 'fresh-machine: %s\n' "$1" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "needs root (chroot and mount)"
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
PATH=$PATH:/usr/sbin:/sbin
"$root/environment/setup.sh" --with fresh-machine

work=$(mktemp -d)
work=$(cd -P "$work" && pwd)
child=''
# shellcheck disable=SC2317 # called by traps
clean_up() {
    local code=$? point
    trap - EXIT
    trap '' HUP INT TERM
    if [ -n "$child" ]; then
        # The session that the command runs in, then whatever still holds the root.
        kill -TERM -- "-$child" 2>/dev/null || true
        sleep 1
        kill -KILL -- "-$child" 2>/dev/null || true
    fi
    while read -r point; do
        umount -R "$point" 2>/dev/null || umount -l "$point" || true
    done < <(awk -v work="$work/" 'index($5, work) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
    if grep -q -F " $work/" /proc/self/mountinfo; then
        printf 'fresh-machine: something is still mounted under %s; it is left there\n' "$work" >&2
    elif [ "$keep" = yes ]; then
        say "kept $work"
    else
        rm -rf --one-file-system "$work"
    fi
    exit "$code"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a command in a session of its own, with its output in a log; this shell can then be stopped at any time.
run_apart() { # log, command
    local log=$1 code=0
    shift
    setsid "$@" >"$log" 2>&1 </dev/null &
    child=$!
    wait "$child" || code=$?
    child=''
    return "$code"
}

# The mirror and the suites that this machine takes from Debian over the network; nothing if it is not a Debian.
mirror=''
sources=''
# shellcheck disable=SC2016 # apt-get expands these
format='$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)'
if command -v apt-get >/dev/null 2>&1; then
    while IFS='|' read -r uri release component origin; do
        [ "$origin" = Debian ] || continue
        case $uri in http://* | https://*) ;; *) continue ;; esac
        case $release in
            "$suite") mirror=${mirror:-$uri} ;;
            "$suite"-updates | "$suite"-security) ;;
            *) continue ;;
        esac
        [ "$component" != main ] || sources+="deb $uri $release main"$'\n'
    done < <(apt-get indextargets --format "$format" 'Created-By: Packages' | sort -u)
fi

base=$work/base
started=$SECONDS
cached=${XDG_CACHE_HOME-$HOME/.cache}/noisebook/fresh-machine/$suite
if [ "$quick" = yes ] && [ -d "$cached" ]; then
    cp -a --reflink=auto "$cached" "$base"
else
    mkdir "$base"
    run_apart "$work/debootstrap.log" debootstrap --variant=minbase "$suite" "$base" ${mirror:+"$mirror"} || {
        tail -n 40 "$work/debootstrap.log" >&2
        fail "debootstrap failed (its last lines are above)"
    }
    if [ "$quick" = yes ]; then
        mkdir -p "${cached%/*}"
        cp -a --reflink=auto "$base" "$cached.part$$"
        mv -T "$cached.part$$" "$cached"
    fi
fi
base_seconds=$((SECONDS - started))

# What a machine on this network has been given by whoever runs the network.
carry() { # file, place in the root
    [ -f "$1" ] || return 0
    mkdir -p "$base$(dirname "$2")"
    cp -L "$1" "$base$2"
}
carry /etc/resolv.conf /etc/resolv.conf
carry /etc/hosts /etc/hosts
# The local certificates are picked up when the JDK brings ca-certificates and the Java keystore; until then the
# assembled bundle serves apt over https.
carry "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" /etc/ssl/certs/ca-certificates.crt
if [ -d /usr/local/share/ca-certificates ]; then
    mkdir -p "$base/usr/local/share/ca-certificates"
    cp -RL /usr/local/share/ca-certificates/. "$base/usr/local/share/ca-certificates/"
fi
[ -z "$sources" ] || printf '%s' "$sources" >"$base/etc/apt/sources.list"
if command -v apt-config >/dev/null 2>&1; then
    apt-config dump Acquire |
        grep -E '^Acquire::(https?::|Check-Date|Check-Valid-Until|Retries|ForceIPv)' >"$base/etc/apt/apt.conf.d/90carried" || true
fi
# Maven: the user's settings, else the machine's where they are not those of the package.
carry "$HOME/.mavenrc" /root/.mavenrc
carry "$HOME/.m2/settings-security.xml" /root/.m2/settings-security.xml
if [ -f "$HOME/.m2/settings.xml" ]; then
    carry "$HOME/.m2/settings.xml" /root/.m2/settings.xml
elif [ -f /etc/maven/settings.xml ] && ! dpkg-query -W -f '${Conffiles}\n' maven 2>/dev/null |
    grep -q -F " $(md5sum /etc/maven/settings.xml | cut -d ' ' -f 1)"; then
    carry /etc/maven/settings.xml /root/.m2/settings.xml
fi
environment=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb)
for name in http_proxy https_proxy ftp_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY MAVEN_OPTS MAVEN_ARGS; do
    [ -z "${!name-}" ] || environment+=("$name=${!name}")
done

# A clean clone, made outside: the fresh machine has no git.
checkout="/root/noise book"
git clone --quiet --no-local "$root" "$base$checkout"
commit=$(git -C "$root" rev-parse HEAD)
git -C "$base$checkout" -c advice.detachedHead=false checkout --quiet "$commit"
for tool in java mvn git python3; do
    [ ! -e "$base/usr/bin/$tool" ] || fail "the base system already has $tool"
done
say "Debian $(cat "$base/etc/debian_version"), base system in $base_seconds s, no Java, Maven, git or Python"

# Prints the most memory, in MB, that the processes of a root have had together so far; ends with it.
watch_memory() { # root, file
    local pid most=0 now
    while sleep 2; do
        now=0
        for pid in /proc/[0-9]*; do
            [ "$(readlink "$pid/root" 2>/dev/null)" != "$1" ] ||
                now=$((now + $(awk '/^Pss:/ { print $2 }' "$pid/smaps_rollup" 2>/dev/null || echo 0) + 0))
        done
        [ "$now" -le "$most" ] || { most=$now && echo $((most / 1024)) >"$2"; }
    done
}

results=''
failed=no
prove() { # name, script, shell text that runs it as $0 (default: nothing but that)
    # shellcheck disable=SC2016 # expanded inside
    local name=$1 script=$2 how=${3:-'exec "$0"'} machine=$work/$1 code=0 started=$SECONDS seconds
    cp -a --reflink=auto "$base" "$machine"
    mount -t proc proc "$machine/proc"
    [ "$sys" = no ] || mount --rbind --make-rslave /sys "$machine/sys"
    started=$SECONDS
    watch_memory "$machine" "$work/$name.memory" &
    watcher=$!
    run_apart "$work/$name.log" chroot "$machine" env -i "${environment[@]}" \
        bash -c "cd / && $how" "$checkout/$script" || code=$?
    seconds=$((SECONDS - started))
    kill "$watcher"
    git -C "$machine$checkout" --no-pager diff --stat --exit-code -- 'figures/*.csv' 'figures/*.json' >>"$work/$name.log" || {
        printf 'these figures are not as committed\n' >>"$work/$name.log"
        code=1
    }
    if [ "$code" = 0 ]; then
        say "$script succeeded in $seconds s; its last lines:"
        tail -n 8 "$work/$name.log" | tr '\r' '\n' | tail -n 8 | sed 's/^/  /'
        say "it has used: $(chroot "$machine" java -version 2>&1 | head -n 1), $(du -shx "$machine" | cut -f 1) of disk," \
            "$(cat "$work/$name.memory" 2>/dev/null || echo '?') MB of memory"
        results+="; $script $seconds s"
    else
        failed=yes
        say "$script failed with exit code $code after $seconds s; its last lines:"
        tail -n 60 "$work/$name.log" | sed 's/^/  /'
        results+="; $script FAILED"
    fi
    umount "$machine/proc"
    [ "$sys" = no ] || umount -R "$machine/sys"
    [ "$keep" = yes ] || rm -rf --one-file-system "$machine"
}

# shellcheck disable=SC2016 # expanded inside
until_it_serves='coproc "$0" --no-browser && read -r address <&"${COPROC[0]}" && echo "$address" &&
    kill -TERM "$COPROC_PID" && wait "$COPROC_PID"'
is_asked() {
    [ -z "$only" ] || [ "$only" = "$1" ]
}
if [ "$quick" = yes ]; then
    # shellcheck disable=SC2016 # expanded inside
    prove quick environment/verify.sh '"$0" --quick && exec "${0%/environment/*}/figures/regenerate.sh" --first'
    only=none
fi
! is_asked regenerate || prove regenerate figures/regenerate.sh
! is_asked verify || prove verify environment/verify.sh
! is_asked notebooks || prove notebooks environment/notebooks.sh "$until_it_serves"
if is_asked container; then
    container_script "$base$checkout/environment/Containerfile" "$checkout" "$suite" >"$base/root/container"
    prove container environment/Containerfile 'exec sh /root/container'
fi
say "commit ${commit:0:12}, $([ "$sys" = yes ] || printf 'no ')/sys: base system $base_seconds s$results"
[ "$failed" = no ] || exit 1
