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
unset NOISEBOOK_ND4J NOISEBOOK_CUDA NOISEBOOK_OPENCL BACKEND_PRIORITY_CPU BACKEND_PRIORITY_GPU
# A JDK with archives of the classes that its compiler loads: half the time of forty builds.
jdk=$work/jdk
mkdir -p "$jdk/bin"
cp "$java_home/release" "$jdk/" 2>/dev/null || true
ln -s "$java_home"/bin/* "$jdk/bin/"
rm "$jdk/bin/java" "$jdk/bin/javac"
echo 'class A { public static void main(String[] x) throws Exception { java.nio.file.Files.exists(java.nio.file.Path.of("A")); } }' \
    >"$work/A.java"
cat >"$jdk/bin/java" <<END
#!/bin/sh
case \${2-} in *FloatTwins.java) set -- -XX:SharedArchiveFile=$jdk/java.jsa "\$@" ;; esac
exec "$java_home/bin/java" "\$@"
END
cat >"$jdk/bin/javac" <<END
#!/bin/sh
exec "$java_home/bin/javac" -J-XX:SharedArchiveFile=$jdk/javac.jsa "\$@"
END
chmod +x "$jdk"/bin/java*
"$java_home/bin/java" -XX:ArchiveClassesAtExit="$jdk/java.jsa" -XX:TieredStopAtLevel=1 "$work/A.java" >/dev/null 2>&1
"$java_home/bin/javac" -J-XX:ArchiveClassesAtExit="$jdk/javac.jsa" -J-XX:TieredStopAtLevel=1 --release 17 \
    --add-modules=jdk.incubator.vector -d "$work" "$work/A.java" >/dev/null 2>&1
chmod a+r "$jdk"/*.jsa
export JAVA_HOME=$jdk

failures=0
checks=0
check() { # name, expected, actual
    checks=$((checks + 1))
    if [ "$2" != "$3" ]; then
        failures=$((failures + 1))
        printf 'launcher-test: %s\n  expected: %q\n  got:      %q\n' "$1" "$2" "$3" >&2
    fi
}

# A checkout in a folder with spaces and letters beyond ASCII, with a small kit, and a Maven that only leaves a note and its list of jars.
root="$work/a größe check out"
sources=$root/src/main/java/org/noisebook/cli
resources=$root/src/main/resources/org/noisebook
tensor=$root/src/tensor
mkdir -p "$tensor/java/org/noisebook/tensor" "$tensor/resources"
echo 'package org.noisebook.tensor; public class TensorEngine {}' >"$tensor/java/org/noisebook/tensor/TensorEngine.java"
echo tensor >"$tensor/resources/tensor.txt"
mkdir -p "$root/src/opencl/java/org/noisebook/opencl" "$root/src/opencl/resources"
echo 'package org.noisebook.opencl; public class OpenclEngine {}' >"$root/src/opencl/java/org/noisebook/opencl/OpenclEngine.java"
mkdir -p "$root/environment/generate" "$root/datasets" "$sources" "$resources" "$work/bin" "$work/elsewhere" "$work/repository"
cp "$environment"/{noisebook,portable.sh,common.sh,setup.sh} "$root/environment/"
cp "$environment/../pom.xml" "$root/pom.xml"
cp "$environment/../src/main/resources/org/noisebook/noisebook.properties" "$resources/"
echo "\${project.version}" >"$resources/plain.txt"
echo 'a,b' >"$root/datasets/größe.csv"
version=$(kit_version "$root")
launcher=$root/environment/noisebook
cat >"$sources/Main.java" <<'END'
package org.noisebook.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

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
            case "kernel" -> System.out.println(
                    Runtime.getRuntime().maxMemory() / (1 << 20) <= Integer.getInteger("noisebook.kernelHeap") + 64);
            case "flags", "figures" -> System.out.println(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
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
                Thread.sleep(3_600_000);
            }
            case "resource" -> System.out.print(
                    new String(Main.class.getResourceAsStream(args[1]).readAllBytes(), StandardCharsets.UTF_8));
            case "create" -> Files.writeString(Path.of(args[1]), "größe 😀");
            case "parameter" -> System.out.println(
                    Main.class.getMethod("main", String[].class).getParameters()[0].getName());
            case "text" -> System.out.println(Class.forName("org.noisebook.cli.Text").getField("TEXT").get(null));
            case "late" -> {
                System.out.println("started");
                while (!Files.exists(Path.of(args[1]))) {
                    Thread.sleep(10);
                }
                main(new String[] {"text"});
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
    }
}
END
text() { # value
    printf 'package org.noisebook.cli;\n\npublic class Text {\n    public static String TEXT = "%s";\n}\n' "$1" \
        >"$sources/Text.java"
}
text 'größe 😀'
cat >"$root/environment/generate/FloatTwins.java" <<'END'
import java.nio.file.Files;
import java.nio.file.Path;

final class FloatTwins {
    private static final boolean WRITES = false;

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1], "org", "noisebook", "cli");
        Files.createDirectories(folder);
        if (WRITES) {
            String source = Files.readString(Path.of(arguments[0], "src/main/java/org/noisebook/cli/Twin"));
            Files.writeString(folder.resolve("Text.java"), source.replace("größe", "twin"));
        }
    }
}
END
(cd "$resources" && "$JAVA_HOME/bin/jar" --create --file "$work/repository/one-1.jar" plain.txt)
cp "$work/repository/one-1.jar" "$work/repository/nd4j-native-1.jar"
cp "$work/repository/one-1.jar" "$work/repository/nd4j-cuda-11.6.jar"
cp "$work/repository/one-1.jar" "$work/repository/jocl-1.jar"
cat >"$work/bin/mvn" <<END
#!/bin/sh
echo "\$* in \$(pwd) with \$JAVA_HOME" >>"$work/asked"
echo chatter
[ ! -f "$work/broken" ] || { echo 'no such artifact'; exit 1; }
list="$work/repository/one-1.jar"
case \$* in *-Pnd4j*) list="\$list:$work/repository/nd4j-native-1.jar" ;; esac
case \$* in *,cuda*) list="\$list:$work/repository/nd4j-cuda-11.6.jar" ;; esac
case \$* in *opencl*) list="\$list:$work/repository/jocl-1.jar" ;; esac
[ "\$(cat target/noisebook.classpath 2>/dev/null)" = "\$list" ] || printf '%s' "\$list" >target/noisebook.classpath
END
chmod +x "$work/bin/mvn"
PATH=$work/bin:$PATH
asked() { # how often Maven was asked
    if [ -f "$work/asked" ]; then wc -l <"$work/asked" | tr -d ' '; else echo 0; fi
}
compiled() { # how often the last run compiled
    grep -c '^noisebook: compiling …$' "$work/err" || true
}

run() { # runs the launcher; sets code, out, err
    code=0
    "$launcher" "$@" >"$work/out" 2>"$work/err" || code=$?
    out=$(cat "$work/out" && printf .)
    err=$(cat "$work/err" && printf .)
}

# The first command on a bare checkout. Who builds it privately lets others run it all the same.
(umask 077 && exec "$launcher" exit 7) >"$work/out" 2>"$work/err" && code=0 || code=$?
check 'the first command builds, and runs' $'7:noisebook: finding the libraries …\nnoisebook: compiling …' \
    "$code:$(<"$work/err")"
check 'what Maven is asked' "-q -B dependency:build-classpath@class-path in $root with $JAVA_HOME" "$(<"$work/asked")"
check 'the jars are copied' same "$(cmp "$work/repository/one-1.jar" "$root/target/lib/one-1.jar" && echo same)"
run resource /org/noisebook/noisebook.properties
check 'the version is filled in' "version=$version"$'\n.' "$out"
run resource /org/noisebook/plain.txt
check 'nowhere else' $'${project.version}\n.' "$out"
run resource /org/noisebook/datasets/größe.csv
check 'the datasets are in the class path' $'a,b\n.' "$out"
run parameter
check 'parameters keep their names' $'args\n.' "$out"
for flag in '<maven.compiler.release>17<' '<parameters>true<' '<arg>--add-modules=jdk.incubator.vector<'; do
    check "Maven compiles with $flag" 1 "$(grep -c -e "$flag" "$root/pom.xml")"
done

# Every locale, also one that is not there.
run_in() { # locale, arguments
    local real=$launcher
    printf '#!/bin/sh\nLC_ALL=%s exec "%s" "$@"\n' "$1" "$real" >"$work/abroad"
    chmod +x "$work/abroad"
    launcher=$work/abroad
    shift
    run "$@"
    launcher=$real
}
for locale in C POSIX C.UTF-8 tr_TR.UTF-8 no_SUCH; do
    run_in "$locale" args 'größe 😀'
    check "LC_ALL=$locale: arguments" $'<args>\n<größe 😀>\n.' "$out"
    run_in "$locale" text
    check "LC_ALL=$locale: output" $'größe 😀\n.' "$out"
    run_in "$locale" create "$work/größe $locale"
    check "LC_ALL=$locale: names of files" 'größe 😀' "$(cat "$work/größe $locale" 2>&1)"
done

# Every user who can read the checkout.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null 2>&1; then
    chmod a+rx "$work"
    chmod -R go-rwx "$work/repository"
    real=$launcher
    printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups "%s" "$@"\n' "$real" >"$work/other"
    chmod +x "$work/other"
    launcher=$work/other
    run text
    check 'another user' $'0:größe 😀\n.:.' "$code:$out:$err"
    for locale in C POSIX; do
        printf '#!/bin/sh\nunset HOME\nLC_ALL=%s exec setpriv --reuid 65534 --regid 65534 --clear-groups "%s" "$@"\n' \
            "$locale" "$real" >"$work/other"
        run args 'größe 😀'
        check "another user without HOME, LC_ALL=$locale" $'0:<args>\n<größe 😀>\n.:.' "$code:$out:$err"
    done
    text new
    run text
    check 'another user cannot build' \
        "1:noisebook: $root must be built, and you cannot write in its folder target"$'\n.' "$code:$err"
    launcher=$real
    run text
    check 'its owner can' $'0:new\n.' "$code:$out"
fi

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
if [ -r /proc/meminfo ]; then
    run kernel start
    check "a kernel's heap" $'true\n.' "$out"
    NOISEBOOK_JAVA_OPTS='-Xmx64m' run kernel start
    check "the caller's heap stays" $'true\n.' "$out"
    bound=0
    [ "$(kernel_heap)" -lt 2731 ] || bound=1
    run figures network-tmax
    check 'quick figures get 4 GB, where as much is free' "$bound" "$(grep -c -- '-Xmx4g' <<<"$out")"
    run figures network-tmax --preset full
    check 'others are not bound' 0 "$(grep -c -- '-Xmx4g' <<<"$out")"
fi
system=$work/system
mkdir -p "$system/proc/self" "$system/sys/fs/cgroup/a/b"
check 'where the system does not say what is free' '' "$(kernel_heap "$system")"
echo 'MemAvailable:    8388608 kB' >"$system/proc/meminfo"
check 'half of what is free' 4096 "$(kernel_heap "$system")"
echo 0::/a/b >"$system/proc/self/cgroup"
echo max >"$system/sys/fs/cgroup/a/b/memory.max"
echo 3221225472 >"$system/sys/fs/cgroup/a/memory.max"
echo 2147483648 >"$system/sys/fs/cgroup/a/memory.current"
echo 'inactive_file 1073741824' >"$system/sys/fs/cgroup/a/memory.stat"
check 'half of what a control group leaves' 1024 "$(kernel_heap "$system")"
echo 1048576 >"$system/sys/fs/cgroup/a/b/memory.max"
check 'the least' 128 "$(kernel_heap "$system")"
run flags --shard 1/2
check 'a shard compiles later' 1 "$(grep -c -- -XX:CompileThresholdScaling=3 <<<"$out")"
run flags --shards
check 'others do not' 0 "$(grep -c CompileThreshold <<<"$out")"
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
    # Half an hour, against hanging only.
    local _
    for _ in $(seq 18000); do
        grep -q "$2" "$1" 2>/dev/null && return
        sleep 0.1
    done
    check "waiting for $2" "$2" "$(cat "$1")"
}
is_gone() { # process id
    local _
    for _ in $(seq 18000); do
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

# An edit.
run exit 0
check 'fresh classes are not compiled again' 0 "$(compiled)"
asked_before=$(asked)
text '1'
printf '   \n\tclass Untidy{ }   ' >>"$sources/Text.java"
mkdir -p "$root/target/maven-status"
run text
check 'an edited source is compiled, however untidy' $'0:1\n.' "$code:$out"
check 'the notice is one line' $'noisebook: compiling …\n.' "$err"
check 'what Maven knows of its own classes is forgotten' no "$([ -e "$root/target/maven-status" ] && echo yes || echo no)"
run exit 0
check 'and only once' 0 "$(compiled)"
sleep 0.02
rm "$sources/Text.java"
run text
check 'a removed source is gone' 1:1 "$(compiled):$(grep -c ClassNotFoundException "$work/err")"
echo 'public class Text { nonsense }' >"$sources/Text.java"
run exit 0
check 'a source that does not compile: exit code' 1 "$code"
check 'a source that does not compile: what javac says' 1 "$(grep -c 'src/main/java/org/noisebook/cli/Text.java:1: error' "$work/err")"
check 'a source that does not compile: nothing on standard output' '.' "$out"
text '2'
run text
check 'and is tried again' $'2\n.' "$out"
sleep 0.02
echo 'more=yes' >>"$resources/noisebook.properties"
run resource /org/noisebook/noisebook.properties
check 'an edited resource' "version=$version"$'\nmore=yes\n.' "$out"
sleep 0.02
echo 'c,d' >>"$root/datasets/größe.csv"
run resource /org/noisebook/datasets/größe.csv
check 'an edited dataset' $'a,b\nc,d\n.' "$out"
check 'none of it asks Maven' "$asked_before" "$(asked)"

# What is generated.
text 'größe'
mv "$sources/Text.java" "$sources/Twin"
sed -i 's/= false;/= true;/' "$root/environment/generate/FloatTwins.java"
run text
check 'generated sources' $'twin\n.' "$out"
sed -i 's/= true;/= false;/' "$root/environment/generate/FloatTwins.java"
rm -r "$sources/Twin" "$root/target/generated-sources"
text '3'

# A JVM that runs on while the kit is compiled anew.
"$launcher" late "$work/go" >"$work/late" 2>/dev/null &
late=$!
wait_for_text "$work/late" started
text '4'
run text
check 'a new command has the new classes' $'4\n.' "$out"
: >"$work/go"
wait "$late"
check 'a running one keeps its own' $'started\n3' "$(<"$work/late")"
text '5'
run text
check 'and what it used is used again' "5:$root/target/classes" "$(tail -n 1 "$work/out"):$(echo "$root"/target/classes*)"
text '6'
"$launcher" text >/dev/null 2>"$work/err1" &
first=$!
run text
wait "$first"
check 'two launchers at once compile once' 1 "$(cat "$work/err" "$work/err1" | grep -c compiling)"
check 'no lock is left' '' "$(find "$root/target" -name '*lock*')"
mkdir "$root/target/.lock"
sh -c 'echo $$' >"$root/target/.lock/builder"
text '7'
run text
check 'the lock of a killed launcher counts for nothing' $'0:7\n.' "$code:$out"
text 'x'
echo "\"" >>"$sources/Text.java"
run text
check 'no lock is left after a failure' '1:' "$code:$(find "$root/target" -name '*lock*')"

# Other shells, and tools that know only what POSIX and macOS know: without flock, setpriv, stat and date, and without the
# options of GNU's. Those of BusyBox are tools of their own; their find sees no difference below a second.
strict() { # folder, tool, pattern of words that it does not know, what runs it
    printf '#!%s\nfor word; do case $word in %s) echo "%s: unknown option $word" >&2; exit 64 ;; esac; done\nexec %s "$@"\n' \
        "$(command -v dash)" "$3" "$2" "$4" >"$1/$2"
    chmod +x "$1/$2"
}
strict_tools() { # folder, words before a tool's name to run it, if it is not the system's
    local tool
    mkdir "$1"
    for tool in cat chmod cp dirname find grep head ln ls mkdir mkfifo mktemp mv ps rm rmdir sed sh sleep touch tr; do
        strict "$1" "$tool" '--[a-z]*|-quit|-printf|-delete' "$("$2" "$tool")"
    done
    strict "$1" readlink '-*' "$("$2" readlink)"
    strict "$1" sed '--[a-z]*|-i*' "$("$2" sed)"
    strict "$1" env '-*' "$("$2" env)"
    ln -s "$(command -v locale)" "$work/bin/mvn" "$1/"
}
systems() { # tool
    command -v "$1"
}
busy() { # tool
    printf '%s %s' "$(command -v busybox)" "$1"
}
in_shell() { # name, words that start the shell
    local name=$1 real=$launcher tools=$work/tools-$1
    shift
    printf '#!/bin/sh\nPATH=%s exec %s "%s" "$@"\n' "$tools" "$*" "$real" >"$work/$name"
    printf '#!/bin/sh\nexec env --default-signal=INT,QUIT "%s" "$@"\n' "$work/$name" >"$work/$name-foreground"
    chmod +x "$work/$name" "$work/$name-foreground"
    launcher=$work/$name
    rm -rf "$root/target"
    text 'größe 😀'
    run exit 7
    check "$name: builds" $'7:noisebook: finding the libraries …\nnoisebook: compiling …\n.' "$code:$err"
    LC_ALL=POSIX run text
    check "$name: output" $'0:größe 😀\n.:.' "$code:$out:$err"
    run args 'two words' '' '*' 'größe 😀'
    check "$name: arguments" $'<args>\n<two words>\n<>\n<*>\n<größe 😀>\n.' "$out"
    run streams
    check "$name: standard output" 'out without newline.' "$out"
    if [ "$jdk_has_vector" = yes ]; then
        check "$name: only the first warning line is dropped" \
            $'WARNING: Using incubator modules: jdk.incubator.vector\nerr\rWARNING: other\nend.' "$err"
    fi
    check "$name: standard input" $'a\nb' "$(printf 'a\nb' | "$launcher" copy)"
    NOISEBOOK_JAVA_OPTS=' -Da.b=*  -Dd.e=f' run property a.b
    check "$name: NOISEBOOK_JAVA_OPTS" $'*\n.' "$out"
    code=0
    "$launcher" exit 3 <&- 2>&- || code=$?
    check "$name: closed standard streams" 3 "$code"
    sleep 1.1
    text new
    "$launcher" text >/dev/null 2>"$work/err1" &
    local first=$!
    run text
    wait "$first"
    check "$name: two launchers at once compile once" $'new\n.1' "$out$(cat "$work/err" "$work/err1" | grep -c compiling)"
    "$launcher" late "$work/go-$name" >"$work/late" 2>/dev/null &
    local late=$!
    wait_for_text "$work/late" started
    sleep 1.1
    text newer
    run text
    : >"$work/go-$name"
    wait "$late"
    check "$name: a running JVM keeps its classes" $'newer\n.started\nnew' "$out$(<"$work/late")"
    signal_test TERM 143 $'\rwaitinghook'
    if env --default-signal=INT true 2>/dev/null; then
        launcher=$work/$name-foreground
        signal_test INT 130 $'\rwaitinghook'
    fi
    launcher=$real
}
for shell in dash busybox; do
    command -v "$shell" >/dev/null 2>&1 || {
        echo "launcher-test: no $shell: run environment/setup.sh --with notebook-tests" >&2
        exit 1
    }
done
strict_tools "$work/tools-dash" systems
in_shell dash "$(command -v dash)"
strict_tools "$work/tools-busybox" busy
in_shell busybox "$(command -v busybox)" sh
text '8'

# The jars.
rm "$work/asked" "$root/target/lib/one-1.jar"
run exit 0
check 'a jar that is gone is copied again' 0:0:yes "$code:$(asked):$([ -f "$root/target/lib/one-1.jar" ] && echo yes)"
mv "$work/repository/one-1.jar" "$work/one"
run exit 0
check 'Maven may clear its repository' 0:0: "$code:$(asked):$(<"$work/err")"
mv "$work/one" "$work/repository/one-1.jar"
rm "$root/target/noisebook.classpath"
run exit 0
check 'a missing list is asked for' 0:1:0 "$code:$(asked):$(compiled)"
sleep 0.02
touch "$root/pom.xml"
run exit 0
check 'a newer pom' 0:2:1 "$code:$(asked):$(compiled)"
run exit 0
check 'and only once' 0:2:0 "$code:$(asked):$(compiled)"
# With ND4J: when asked for, and from then on.
rm "$work/asked"
has_tensor() {
    if [ -f "$root/target/classes/org/noisebook/tensor/TensorEngine.class" ] &&
        [ -f "$root/target/classes/tensor.txt" ]; then echo yes; else echo no; fi
}
for name in ND4J CUDA OPENCL; do
    printf '#!/bin/sh\nNOISEBOOK_%s=2 exec "%s" "$@"\n' $name "$launcher" >"$work/wrong"
    chmod +x "$work/wrong"
    code=0
    err=$("$work/wrong" exit 0 2>&1) || code=$?
    check "NOISEBOOK_$name is 0 or 1" "1:noisebook: NOISEBOOK_$name must be 0 or 1, got '2'" "$code:$err"
done
NOISEBOOK_ND4J=0 NOISEBOOK_CUDA=1 run exit 0
check 'no CUDA without ND4J' $'1:noisebook: NOISEBOOK_CUDA=1 needs ND4J, which NOISEBOOK_ND4J=0 leaves out\n.' "$code:$err"
NOISEBOOK_ND4J=0 NOISEBOOK_CUDA=0 run exit 0
check 'without both: nothing to do' 0 "$(asked)"
run args --engine exact engine nd4j --engines nd4j
check 'other words ask for nothing' 0:no "$(asked):$(has_tensor)"
NOISEBOOK_ND4J=0 run args --engine nd4j
check 'NOISEBOOK_ND4J=0 overrules the engine' $'0:<args>\n<--engine>\n<nd4j>\n.' "$(asked):$out"
run args --engine nd4j
check '--engine nd4j asks with the profile' \
    "-q -B -Pnd4j dependency:build-classpath@class-path in $root with $JAVA_HOME" "$(<"$work/asked")"
check 'and compiles what it has' \
    $'<args>\n<--engine>\n<nd4j>\n.noisebook: finding the libraries with ND4J …\nnoisebook: compiling …\n.yes' "$out$err$(has_tensor)"
run args --engine nd4j
check 'only once' 1:0 "$(asked):$(compiled)"
run exit 0
check 'the others stay with it' 1:0 "$(asked):$(compiled)"
sleep 0.02
touch "$tensor/java/org/noisebook/tensor/TensorEngine.java"
run exit 0
check 'an edit there counts' 1:1 "$(asked):$(compiled)"
NOISEBOOK_ND4J=0 run exit 0
check 'NOISEBOOK_ND4J=0 asks without' "2:dependency:build-classpath@class-path" \
    "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3)"
run exit 0
check 'and so it stays' 2 "$(asked)"
for words in '--engine=nd4j' '--engine ND4J' 'kernel start' 'kernel install'; do
    rm -rf "$root/target"
    : >"$work/asked"
    # shellcheck disable=SC2086 # words
    case $words in kernel*) run $words ;; *) run args $words ;; esac
    check "$words asks with the profile" 1:-Pnd4j:yes "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3):$(has_tensor)"
done
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null 2>&1; then
    NOISEBOOK_ND4J=0 run exit 0
    : >"$work/asked"
    printf '#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups "%s" "$@"\n' "$launcher" >"$work/other"
    chmod +x "$work/other"
    real=$launcher
    launcher=$work/other
    run args --engine nd4j
    launcher=$real
    check 'who cannot build runs what is there' $'0:0:<args>\n<--engine>\n<nd4j>\n.' "$code:$(asked):$out"
fi
# With its backend for cards.
NOISEBOOK_ND4J=0 run exit 0
: >"$work/asked"
NOISEBOOK_CUDA=1 run exit 0
check 'NOISEBOOK_CUDA=1 asks with both profiles' \
    "-q -B -Pnd4j,cuda dependency:build-classpath@class-path in $root with $JAVA_HOME" "$(<"$work/asked")"
NOISEBOOK_CUDA=1 run exit 0
check 'and only once' 1 "$(asked)"
run exit 0
check 'without the variable nothing is asked' 1 "$(asked)"
sleep 0.02
touch "$root/pom.xml"
run exit 0
check 'and the profiles stay' "2:-Pnd4j,cuda" "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3)"
NOISEBOOK_CUDA=0 run exit 0
check 'NOISEBOOK_CUDA=0 asks without' '3:-Pnd4j' \
    "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3)"
NOISEBOOK_ND4J=0 run exit 0
check 'NOISEBOOK_ND4J=0 asks without either' '4:dependency:build-classpath@class-path' \
    "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3)"
# With OpenCL, beside ND4J or alone.
: >"$work/asked"
has_opencl() {
    if [ -f "$root/target/classes/org/noisebook/opencl/OpenclEngine.class" ]; then echo yes; else echo no; fi
}
run args --engine opencl
check '--engine opencl asks with its profile' 1:-Popencl:yes \
    "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3):$(has_opencl)"
check 'and says so' $'noisebook: finding the libraries with OpenCL …\nnoisebook: compiling …\n.' "$err"
run exit 0
check 'the others stay with OpenCL' 1:0 "$(asked):$(compiled)"
run args --engine nd4j
check 'both' 2:-Pnd4j,opencl:yes:yes \
    "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3):$(has_opencl):$(has_tensor)"
NOISEBOOK_ND4J=0 run exit 0
check 'OpenCL stays without ND4J' 3:-Popencl "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3)"
NOISEBOOK_OPENCL=0 run exit 0
check 'NOISEBOOK_OPENCL=0 asks without' '4:dependency:build-classpath@class-path' \
    "$(asked):$(tail -n 1 "$work/asked" | cut -d ' ' -f 3)"

sleep 0.02
touch "$root/pom.xml" "$work/broken"
run exit 0
check 'Maven fails: exit code' 1 "$code"
check 'Maven fails: its output' 1 "$(grep -c 'no such artifact' "$work/err")"
check 'Maven fails: nothing on standard output' '.' "$out"
rm "$work/broken"
run exit 0
check 'and is asked again' 0 "$code"
PATH=${PATH#"$work/bin:"}

# The container.
check 'what a container engine would do' "set -e
mkdir -p '/opt/noisebook' && cd '/opt/noisebook'
cp -R '/the checkout'/. .
(environment/setup.sh --with notebooks)
(environment/noisebook kernel install)" "$(container_script "$environment/Containerfile" '/the checkout' trixie)"
check 'what Binder would do' "set -e
mkdir -p '/home/jovyan/noisebook' && cd '/home/jovyan/noisebook'
cp -R '/the checkout'/. .
(environment/setup.sh --with notebooks)
(useradd --uid 1000 --home-dir /home/jovyan jovyan && chown -R jovyan /home/jovyan)
su 'jovyan' -c 'environment/noisebook kernel install'" \
    "$(container_script "$environment/../.binder/Dockerfile" '/the checkout' trixie)"
for line in 'FROM fedora' 'FROM docker.io/library/debian:sid' 'COPY src .' 'ADD . .' 'ENV A=b' 'WORKDIR here'; do
    printf '%s\n' "$line" >"$work/Containerfile"
    check "no container from '$line'" "$work/Containerfile: cannot follow '$line'" \
        "$(container_script "$work/Containerfile" . trixie 2>&1 >/dev/null)"
done
check 'a suite that fresh-machine.sh makes' 1 "$(grep -c '^suite=trixie$' "$environment/fresh-machine.sh")"
check 'the development container is made of it' 1 \
    "$(grep -c '"dockerfile": "../environment/Containerfile"' "$environment/../.devcontainer/devcontainer.json")"

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
