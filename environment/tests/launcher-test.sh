#!/usr/bin/env bash
# Tests of the launcher and of setup.sh, with a stub in place of the kit. Quiet but for the last line.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${here%/tests}
# shellcheck source=environment/common.sh
. "$environment/common.sh"

find_java javac || { echo 'launcher-test: no JDK: run environment/setup.sh' >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset NOISEBOOK_JAVA_OPTS NOISEBOOK_TTY JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS OMP_NUM_THREADS
unset NOISEBOOK_CUDA BACKEND_PRIORITY_CPU BACKEND_PRIORITY_GPU
export JAVA_HOME=$java_home

failures=0
checks=0
check() { # name, expected, actual
    checks=$((checks + 1))
    if [ "$2" != "$3" ]; then
        failures=$((failures + 1))
        printf 'launcher-test: %s\n  expected: %q\n  got:      %q\n' "$1" "$2" "$3" >&2
    fi
}

# A checkout in a folder with spaces, whose jar holds a stub main class.
root="$work/a check out"
mkdir -p "$root/environment" "$root/target" "$root/src/main/java" "$work/classes" "$work/bin" "$work/elsewhere"
cp "$environment/noisebook" "$environment/common.sh" "$environment/setup.sh" "$root/environment/"
cp "$environment/../pom.xml" "$root/pom.xml"
version=$(kit_version "$root")
jar=$root/target/noisebook-$version.jar
launcher=$root/environment/noisebook

mkdir -p "$work/stub/org/noisebook/cli"
cat >"$work/stub/org/noisebook/cli/Main.java" <<'END'
package org.noisebook.cli;

public class Main {
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "exit" -> System.exit(Integer.parseInt(args[1]));
            case "args" -> {
                for (String arg : args) {
                    System.out.println("<" + arg + ">");
                }
            }
            case "streams" -> {
                System.out.print("out without newline");
                System.err.print("WARNING: Using incubator modules: jdk.incubator.vector\nerr\rWARNING: other\nend");
            }
            case "copy" -> System.in.transferTo(System.out);
            case "env" -> System.out.println(System.getenv(args[1]));
            case "property" -> System.out.println(System.getProperty(args[1]));
            case "vector" -> System.out.println(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
            case "flood" -> {
                for (int i = 0; i < 20000; i++) {
                    System.err.println("line " + i);
                }
            }
            case "wait" -> {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> System.err.print("hook")));
                System.err.print("\rwaiting");
                System.out.println(ProcessHandle.current().pid());
                Thread.sleep(60_000);
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
END
"$JAVA_HOME/bin/javac" -d "$work/classes" "$work/stub/org/noisebook/cli/Main.java"
(cd "$work/classes" && "$JAVA_HOME/bin/jar" --create --no-compress --file "$jar" .)
cp "$jar" "$work/stub.jar"
printf '%s' "$work/classes" >"$root/target/noisebook.classpath"

run() { # runs the launcher; sets code, out, err
    code=0
    "$launcher" "$@" >"$work/out" 2>"$work/err" || code=$?
    out=$(cat "$work/out" && printf .)
    err=$(cat "$work/err" && printf .)
}

# Exit codes, arguments and streams.
for want in 0 1 2 77; do
    run exit "$want"
    check "exit code $want" "$want" "$code"
    check "exit code $want: nothing on standard error" '.' "$err"
done
run args 'two words' '' '*'
check 'arguments' $'<args>\n<two words>\n<>\n<*>\n.' "$out"
run streams
check 'standard output' 'out without newline.' "$out"
if [ "$jdk_has_vector" = yes ]; then
    check 'only the first warning line is dropped' \
        $'WARNING: Using incubator modules: jdk.incubator.vector\nerr\rWARNING: other\nend.' "$err"
fi
export JAVA_TOOL_OPTIONS=-Dnoisebook.test=1
run property noisebook.test
check 'a JVM line before the warning stays' $'Picked up JAVA_TOOL_OPTIONS: -Dnoisebook.test=1\n.' "$err"
unset JAVA_TOOL_OPTIONS
run vector
check 'the module is added if the JDK has it' "$([ "$jdk_has_vector" = yes ] && echo true || echo false)"$'\n.' "$out"
out=$(printf 'a\nb' | "$launcher" copy)
check 'standard input' $'a\nb' "$out"
run flood
check 'no line of standard error is lost at exit' 'line 19999' "$(tail -n 1 "$work/err")"
check 'all lines arrive' 20000 "$(wc -l <"$work/err" | tr -d ' ')"
code=0
"$launcher" exit 3 <&- 2>&- || code=$?
check 'closed standard streams' 3 "$code"

# Environment.
run env OMP_NUM_THREADS
check 'OMP_NUM_THREADS is 1' $'1\n.' "$out"
OMP_NUM_THREADS=2 run env OMP_NUM_THREADS
check 'OMP_NUM_THREADS of the caller stays' $'2\n.' "$out"
if [ ! -e /dev/nvidiactl ] && [ ! -e /dev/dxg ]; then
    run env BACKEND_PRIORITY_CPU
    check 'without a driver ND4J takes the CPU' $'100\n.' "$out"
    BACKEND_PRIORITY_GPU=7 run env BACKEND_PRIORITY_GPU
    check 'a priority of the caller stays' $'7\n.' "$out"
fi
run env NOISEBOOK_TTY
check 'no NOISEBOOK_TTY without a terminal' $'null\n.' "$out"
NOISEBOOK_JAVA_OPTS=' -Da.b=c  -Dd.e=f' run property d.e
check 'NOISEBOOK_JAVA_OPTS' $'f\n.' "$out"
NOISEBOOK_JAVA_OPTS=-XX:NoSuchFlag run exit 0
check 'a bad JVM flag fails' 1 "$code"
check 'its message stays' 1 "$(grep -c NoSuchFlag "$work/err")"
JAVA_HOME="$work/elsewhere" run exit 0
check 'an empty JAVA_HOME folder is passed over' 0 "$code"
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    # shellcheck disable=SC2016 # expanded by the inner shell
    out=$(launcher="$launcher" script -qec '"$launcher" env NOISEBOOK_TTY' /dev/null </dev/null | tr -d '\r')
    check 'NOISEBOOK_TTY is 1 at a terminal' 1 "$out"
fi

# From another folder, through symbolic links.
ln -s "$launcher" "$work/elsewhere/absolute"
ln -s absolute "$work/elsewhere/relative"
out=$(cd "$work/elsewhere" && CDPATH=$work ./relative args x)
check 'through two symbolic links' $'<args>\n<x>' "$out"

# Signals.
wait_for_text() { # file, text
    local _
    for _ in $(seq 100); do
        grep -q "$2" "$1" 2>/dev/null && return
        sleep 0.1
    done
    check "waiting for $2" "$2" "$(cat "$1")"
}
is_gone() { # process id
    local _
    for _ in $(seq 50); do
        case $(ps_state "$1") in '' | Z) return ;; esac
        sleep 0.1
    done
    return 1
}
ps_state() {
    sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null || true
}
signal_test() { # signal, expected exit code, expected end of standard error
    local code=0
    : >"$work/out"
    "$launcher" wait >"$work/out" 2>"$work/err" &
    local pid=$!
    wait_for_text "$work/out" '[0-9]'
    check "$1: progress without a newline shows at once" $'\rwaiting' "$(cat "$work/err")"
    kill -"$1" "$pid"
    wait "$pid" 2>/dev/null || code=$?
    check "$1: exit code" "$2" "$code"
    if [ -d /proc/self ]; then
        check "$1: the JVM is gone" yes "$(is_gone "$(cat "$work/out")" && echo yes || echo no)"
    fi
    check "$1: standard error" "$3" "$(cat "$work/err")"
}
signal_test TERM 143 $'\rwaitinghook'
# A shell without job control makes its background jobs ignore INT; env undoes that, as a terminal would.
if env --default-signal=INT true 2>/dev/null; then
    real=$launcher
    printf '#!/bin/sh\nexec env --default-signal=INT,QUIT "%s" "$@"\n' "$real" >"$work/foreground"
    chmod +x "$work/foreground"
    launcher=$work/foreground
    signal_test INT 130 $'\rwaitinghook'
    launcher=$real
fi
if setpriv --pdeathsig KILL true 2>/dev/null; then
    signal_test KILL 137 $'\rwaiting'
fi

# Staleness, with a Maven that only leaves a note and the stub jar.
cat >"$work/bin/mvn" <<END
#!/bin/sh
echo "\$* in \$(pwd) with \$JAVA_HOME" >>"$work/built"
echo chatter
[ ! -f "$work/broken" ] || { echo 'no such symbol'; exit 1; }
sleep 0.2
mkdir -p target
cp "$work/stub.jar" "target/noisebook-$version.jar"
printf '%s' "$work/classes" >target/noisebook.classpath
case \$* in *-Pcuda*) printf '%s' ":$work/nd4j-cuda-11.6.jar" >>target/noisebook.classpath ;; esac
END
touch "$work/nd4j-cuda-11.6.jar"
chmod +x "$work/bin/mvn"
builds() {
    if [ -f "$work/built" ]; then wc -l <"$work/built" | tr -d ' '; else echo 0; fi
}
fake=$work/bin:$PATH
PATH=$fake run exit 0
check 'a fresh jar is not built again' 0 "$(builds)"
sleep 0.02
touch "$root/src/main/java/New.java"
PATH=$fake run exit 5
check 'a new source: exit code' 5 "$code"
check 'a new source is built' "-q -B -DskipTests package in $root with $JAVA_HOME" "$(cat "$work/built")"
check 'the notice is one line' "noisebook: building noisebook-$version.jar …"$'\n.' "$err"
PATH=$fake run exit 0
check 'and only once' 1 "$(builds)"
sleep 0.02
rm "$root/src/main/java/New.java"
PATH=$fake run exit 0
check 'a removed source is built' 2 "$(builds)"
sleep 0.02
touch "$root/pom.xml"
PATH=$fake run exit 0
check 'a newer pom is built' 3 "$(builds)"
rm "$root/target/noisebook.classpath"
PATH=$fake run exit 0
check 'a missing class path file is built' 4 "$(builds)"
printf '%s' "$work/classes:$work/gone.jar" >"$root/target/noisebook.classpath"
PATH=$fake run exit 0
check 'a class path with a missing file is built' 5 "$(builds)"
rm "$jar"
if command -v flock >/dev/null 2>&1; then
    PATH=$fake "$launcher" exit 0 2>"$work/err1" &
    first=$!
    PATH=$fake run exit 0
    wait "$first"
    check 'two launchers at once build once' 6 "$(builds)"
else
    PATH=$fake run exit 0
fi
# With ND4J's CUDA backend: when asked for, and from then on.
rm "$work/built"
NOISEBOOK_CUDA=2 PATH=$fake run exit 0
check 'NOISEBOOK_CUDA is 0 or 1' "1:noisebook: NOISEBOOK_CUDA must be 0 or 1, got '2'"$'\n.' "$code:$err"
NOISEBOOK_CUDA=0 PATH=$fake run exit 0
check 'NOISEBOOK_CUDA=0: nothing to build' 0 "$(builds)"
NOISEBOOK_CUDA=1 PATH=$fake run exit 0
check 'NOISEBOOK_CUDA=1 builds with the profile' "-q -B -Pcuda -DskipTests package in $root with $JAVA_HOME" \
    "$(cat "$work/built")"
NOISEBOOK_CUDA=1 PATH=$fake run exit 0
check 'and only once' 1 "$(builds)"
PATH=$fake run exit 0
check 'without the variable nothing is built' 1 "$(builds)"
sleep 0.02
touch "$root/pom.xml"
PATH=$fake run exit 0
check 'and the profile stays' "2:-Pcuda" "$(builds):$(tail -n 1 "$work/built" | cut -d ' ' -f 3)"
NOISEBOOK_CUDA=0 PATH=$fake run exit 0
check 'NOISEBOOK_CUDA=0 builds without' '3:-DskipTests' "$(builds):$(tail -n 1 "$work/built" | cut -d ' ' -f 3)"

sleep 0.02
touch "$root/pom.xml" "$work/broken"
PATH=$fake run exit 0
check 'a failed build: exit code' 1 "$code"
check 'a failed build shows its output' 1 "$(grep -c 'no such symbol' "$work/err")"
check 'a failed build: nothing on standard output' '.' "$out"
rm "$work/broken"
PATH=$fake run exit 0
check 'and is tried again' 0 "$code"

# setup.sh where it may not install: a path with neither apt-get, Maven nor fonts.
mkdir "$work/tools"
for tool in bash dirname mktemp readlink sed tr cat id rm env; do
    ln -s "$(command -v "$tool")" "$work/tools/$tool"
done
setup() {
    code=0
    err=$(PATH="$work/tools" "$root/environment/setup.sh" "$@" 2>&1 >"$work/out") || code=$?
}
wanted='setup: missing: Maven; fontconfig and the DejaVu fonts
setup: on Debian or Ubuntu, as root: apt-get update && apt-get install --no-install-recommends maven fontconfig fonts-dejavu-core'
setup --check
check 'setup --check: exit code' 1 "$code"
check 'setup --check: message' "$wanted" "$err"
setup
check 'setup without apt-get: exit code' 1 "$code"
check 'setup without apt-get: message' \
    "$wanted"$'\nsetup: cannot install here: there is no apt-get (README.md says what other systems need)' "$err"
printf '#!/bin/sh\necho 1000\n' >"$work/bin/id"
printf '#!/bin/sh\nexit 9\n' >"$work/bin/apt-get"
chmod +x "$work/bin/id" "$work/bin/apt-get"
ln -sf "$work/bin/id" "$work/tools/id"
ln -s "$work/bin/apt-get" "$work/tools/apt-get"
setup
check 'setup without root: exit code' 1 "$code"
check 'setup without root: message' \
    "$wanted"$'\nsetup: cannot install here: not root, and no sudo without a password' "$err"
printf '#!/bin/sh\necho 0\n' >"$work/bin/id"
printf '#!/bin/sh\necho "E: Unable to locate"; exit 100\n' >"$work/bin/apt-get"
setup
check 'a failed apt-get: exit code' 1 "$code"
check 'a failed apt-get: its output is shown' yes "$(case $err in *'E: Unable to locate'*) echo yes ;; esac)"
setup --frobnicate
check 'setup: usage error' 2 "$code"
if command -v mvn >/dev/null 2>&1 && command -v fc-list >/dev/null 2>&1; then
    code=0
    out=$("$environment/setup.sh" 2>&1) || code=$?
    check 'setup with nothing missing' '0:' "$code:$out"
fi

if [ "$failures" -gt 0 ]; then
    printf 'launcher-test: %d of %d checks failed\n' "$failures" "$checks" >&2
    exit 1
fi
printf 'launcher-test: %d checks passed\n' "$checks"
