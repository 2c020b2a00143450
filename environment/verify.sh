#!/usr/bin/env bash
# Runs all tests: the Maven build, the library example against the installed jar, the tests of the scripts, and the
# notebooks.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

usage() {
    cat <<'END'
Usage: environment/verify.sh [--quick|--slow|--compile]
Installs what is missing and runs all tests; installs the kit's jar in the local Maven repository on the way. The tests see an
empty home folder, not yours.
  --quick  only what answers within five minutes: the build without Error Prone, and the tests that are not tagged slow or long
  --slow   also the tests tagged slow
  --compile  no tests: only compiles all, with Error Prone, and checks the form
Exit codes: 0 all passed, 1 a test failed or something is missing, 2 usage error.
END
}

maven=(mvn -B -ntp)
# With all that a build may have; what needs none of it is compiled without by the launcher, and tested for needing none.
profiles=-Pnd4j,opencl,sbom
quick=no
only_compiles=no
goal=install
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=yes ;;
        --compile) only_compiles=yes ;;
        --slow) maven+=(-Dslow) ;;
        -h | --help)
            usage
            exit 0
            ;;
        *)
            printf "verify: unknown argument '%s' (see --help)\n" "$1" >&2
            exit 2
            ;;
    esac
    shift
done

fail() {
    printf 'verify: failed: %s\n' "$1" >&2
    exit 1
}

enter_sandbox "$root"
mkdir -p "$NOISEBOOK_HOME/tests"
logs=$(mktemp -d)
log=$logs/log
pids=()
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
    rm -rf "$logs" ${sandbox:+"$sandbox"}
}
trap clean_up EXIT
times=''
start_stage() {
    started=$SECONDS
    printf 'verify: %s\n' "$1"
}
end_stage() {
    times+="${times:+, }$1 $((SECONDS - started)) s"
}

if [ "$quick" = yes ]; then
    profiles=-Pnd4j,opencl,quick
    goal=test
    "$root/environment/setup.sh"
else
    "$root/environment/setup.sh" --with notebook-tests
fi
"$root/environment/setup.sh" --with opencl || printf 'verify: no OpenCL here: its tests are skipped\n'
find_java javac || fail "no JDK 17 or newer"
export JAVA_HOME=$java_home
version=$(kit_version "$root")
cd "$root"

maven_failed() { # what, file of its output
    # Surefire's detail stands before the first error line or after it: show all but the chatter.
    grep -v -E '^\[INFO\] *(-*|(Download|Progress).*)$' "$2" >&2 || true
    fail "$1 (its output is above)"
}

! in_use "$root/target/classes:" || printf 'verify: note: Maven replaces target/classes, where a noisebook command still runs\n' >&2
# What has compiled and is as it was needs no second look.
compiled=target/.compiled
if [ "$quick" = no ] && { [ ! -f $compiled ] || [ -n "$(find pom.xml src environment/generate -newer $compiled | head -n 1)" ]; }; then
    start_stage "compiling (JDK $jdk_feature), and beside it the form"
    : >"$logs/started"
    "${maven[@]}" "$profiles" test-compile >"$log" 2>&1 </dev/null &
    pids=($!)
    # Until it compiles it may fetch the same files.
    until grep -q -E 'compiler(-plugin)?:[^ ]+:compile ' "$log" || ! kill -0 "${pids[0]}" 2>/dev/null; do
        sleep 0.5
    done
    "${maven[@]}" spotless:check >"$logs/form" 2>&1 </dev/null &
    pids+=($!)
    wait "${pids[0]}" || maven_failed compiling "$log"
    wait "${pids[1]}" || maven_failed "the form of the sources" "$logs/form"
    pids=()
    touch -r "$logs/started" $compiled
    end_stage compiling
fi
maven+=(-Dspotless.check.skip)
if [ "$only_compiles" = yes ]; then
    printf 'verify: all compiles\n'
    exit 0
fi

start_stage "Maven build and tests (JDK $jdk_feature)"
# Shown are the counts of each test class and their total at once.
if ! "${maven[@]}" "$profiles" -Dsandbox="$NOISEBOOK_HOME/tests" "$goal" 2>&1 </dev/null | tee "$log" |
    { grep --line-buffered 'Tests run:' || true; } | sed -u -E 's/^\[[A-Z]+\] +/  /'; then
    maven_failed "the Maven build" "$log"
fi
if [ "$quick" = yes ]; then
    end_stage Maven
    printf 'verify: the quick tests passed in %d s\n' "$SECONDS"
    exit 0
fi
"$JAVA_HOME/bin/jar" --list --file "target/noisebook-$version.jar" >"$log"
for file in META-INF/LICENSE META-INF/NOTICE META-INF/sbom/noisebook.cdx.json; do
    grep -q -x "$file" "$log" || fail "there is no $file in the jar"
done
"$JAVA_HOME/bin/java" -jar "target/noisebook-$version.jar" --version >"$log" 2>&1 || {
    cat "$log" >&2
    fail "java -jar target/noisebook-$version.jar (its output is above)"
}
end_stage Maven

start_stage "library example"
# Beside this shell, as errors in a list before || would not end it.
(
    cd environment/library-example
    rm -rf target
    # With nothing but what the kit brings, itself counted.
    "${maven[@]}" -q -Dnoisebook.version="$version" package </dev/null
    IFS=: read -r -a jars < <(cat target/example.classpath && echo)
    bytes=$(cat "${jars[@]}" | wc -c)
    printf 'an importer gets %d jars, %d kB\n' "${#jars[@]}" "$((bytes / 1000))"
    [ "${#jars[@]}" -le 6 ] && [ "$bytes" -le 14000000 ] || {
        printf 'at most 6 jars of 14000 kB together, got: %s\n' "${jars[*]##*/}"
        exit 1
    }
    example=("$JAVA_HOME/bin/java" -Djava.awt.headless=true -cp "target/classes:$(<target/example.classpath)")
    "${example[@]}" Example target | tee target/said
    grep -q '^PDF: add de.rototor.pdfbox:graphics2d:' target/said
    grep -q '^Fashion-MNIST: .*add org.noisebook:noisebook, classifier data' target/said
    "${example[@]}" org.example.Urn target
    ! "${example[@]}" org.noisebook.cli.Main figures urn >target/said 2>&1 || exit 1
    grep '^noisebook: add info.picocli:picocli:' target/said
    # With the optional libraries.
    "${maven[@]}" -q -Poptional -Dnoisebook.version="$version" package </dev/null
    example[3]=target/classes:$(<target/example.classpath)
    "${example[@]}" Example target | tee target/said
    grep -q -x 'PDF: there' target/said
    grep -q -x 'Fashion-MNIST: there' target/said
    "${example[@]}" WithOptions target
    cd target
    example[3]=classes:${example[3]#*:}
    "${example[@]}" org.noisebook.cli.Main figures urn
    "${example[@]}" org.noisebook.cli.Main claims --figure urn
) >"$log" 2>&1 &
pids=($!)
wait "${pids[0]}" || {
    cat "$log" >&2
    fail "the library example (its output is above)"
}
pids=()
sed 's/^/  /' "$log"
end_stage "library example"

start_stage javadoc
"${maven[@]}" -q javadoc:javadoc >"$log" 2>&1 </dev/null || maven_failed "the Javadoc" "$log"
end_stage javadoc

start_stage "scripts"
# Side by side: most of them wait more than they compute. The first start builds, and so says nothing of its own.
environment/noisebook --version >/dev/null 2>&1
side_by_side() { # tests
    local number output test
    pids=()
    for test; do
        "$test" >"$logs/${test##*/}" 2>&1 </dev/null &
        pids+=($!)
    done
    for ((number = 1; number <= $#; number++)); do
        test=${!number}
        output=$logs/${test##*/}
        wait "${pids[number - 1]}" || {
            cat "$output" >&2
            fail "$test (its output is above)"
        }
        sed 's/^/  /' "$output"
    done
    pids=()
}
# Those that start many processes come when the kernel, whose client waits a tenth of a second, has had its turn.
many=(environment/tests/{checksums,determinism,exporter,shards,slurm,spark}-test.sh)
few=()
for test in environment/tests/*-test.sh; do
    [[ " ${many[*]} " = *" $test "* ]] || few+=("$test")
done
side_by_side "${few[@]}"
side_by_side "${many[@]}"
end_stage scripts

# They show the committed figures, which .ci/run and figures/regenerate.sh draw anew.
start_stage "notebooks"
export NOISEBOOK_COMMITTED=$root/figures
environment/tests/notebooks-run.sh | sed 's/^/  /' || fail "the notebooks (their output is above)"
environment/tests/notebooks-run.sh --kernel others | sed 's/^/  /' || fail "the notebooks in other kernels (their output is above)"
end_stage notebooks

# Their packages (setup.sh --with front-ends) are many and not everywhere to be had: what is missing is said to be skipped.
start_stage "front ends"
environment/tests/front-ends-run.sh | sed 's/^/  /' || fail "the front ends (their output is above)"
end_stage "front ends"

printf 'verify: all passed in %d s (%s)\n' "$SECONDS" "$times"
