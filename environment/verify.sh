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
Usage: environment/verify.sh [--quick|--slow|--compile|--changed [COMMIT] [--list]]
Installs what is missing and runs all tests; installs the kit's jar in the local Maven repository on the way. The tests see an
empty home folder, not yours.
  --quick  only what answers within five minutes: the build without Error Prone, and the tests that are not tagged slow or long
  --slow   also the tests tagged slow
  --compile  no tests: only compiles all, with Error Prone, and checks the form
  --changed  without Error Prone, only the tests, scripts and notebooks that a change since COMMIT reaches, what is not committed included.
             COMMIT is else that of environment/tests/verified, else where this branch left the one it follows, else the last but one
  --list   with --changed: only shows them, each with the file for which it runs
Exit codes: 0 all passed, 1 a test failed or something is missing, 2 usage error.
END
}

maven=(mvn -B -ntp)
# With all that a build may have; what needs none of it is compiled without by the launcher, and tested for needing none.
profiles=-Pnd4j,opencl,sbom
quick=no
changed=no
commit=''
only_lists=no
only_compiles=no
goal=install
while [ $# -gt 0 ]; do
    case $1 in
        --quick) quick=yes ;;
        --compile) only_compiles=yes ;;
        --slow) maven+=(-Dslow) ;;
        --changed)
            changed=yes
            case ${2--} in
                -*) ;;
                *)
                    commit=$2
                    shift
                    ;;
            esac
            ;;
        --list) only_lists=yes ;;
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

[ $only_lists = no ] || [ $changed = yes ] || {
    echo 'verify: --list shows what --changed chooses (see --help)' >&2
    exit 2
}

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
# What did not run, and why: items with "; " between them.
skipped=''
skip() { # what, why
    skipped+="${skipped:+; }$1 ($2)"
}
skips_of() { # file with the output of a test, which may say what it skipped
    local line
    while IFS= read -r line; do
        skipped+="${skipped:+; }${line#notebooks-run: }"
    done < <(grep -E '(^|: )skipped(:|,|$)' "$1")
}
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
elif [ $only_lists = yes ]; then
    :
else
    "$root/environment/setup.sh" --with notebook-tests
fi
[ $only_lists = yes ] || "$root/environment/setup.sh" --with opencl || skip 'tests of OpenCL' 'there is none'
find_java javac || fail "no JDK 17 or newer"
export JAVA_HOME=$java_home
version=$(kit_version "$root")
cd "$root"

# Lines of kind, name, seconds and the reason, "-" for what does not run.
selection=$logs/selection
chosen() { # kind
    awk -F '\t' -v kind="$1" '$1 == kind && $4 != "-" { print $2 }' "$selection"
}
runs() { # name of a script, notebook or class of tests
    [ $changed = no ] || cut -f 2,4 "$selection" | grep -v -x "$1"$'\t-' | grep -q "^$1"$'\t'
}
if [ $changed = yes ]; then
    [ -n "$commit" ] || if find_verified; then
        commit=$verified
    else
        commit=$(git merge-base HEAD '@{upstream}' 2>/dev/null) || commit=HEAD^
    fi
    git rev-parse -q --verify "$commit^{commit}" >/dev/null || fail "there is no commit $commit"
    "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 environment/tests/Reach.java select . "$commit" ${NOISEBOOK_THIRD-} >"$selection" ||
        fail 'choosing the tests (its output is above)'
    printf 'verify: since %.9s, %s\n' "$(git rev-parse "$commit")" "$(git diff --shortstat "$commit" | sed 's/^ //;s/^$/nothing changed/')"
    awk -F '\t' '$1 != "figure" { all[$1]++; every += $3 } $1 != "figure" && $4 != "-" { runs[$1]++; own += $3; why[$4]++ }
        END { printf "verify: run are %d of %d classes of tests, %d of %d studies under contract, %d of %d scripts, %d of %d notebooks: %.0f of %.0f CPU seconds\n",
            runs["test"], all["test"], runs["study"], all["study"], runs["script"], all["script"], runs["notebook"], all["notebook"], own, every
            for (file in why) print "verify:   " why[file] " for " file | "sort -k 2 -n -r | head -n 5" }' "$selection"
    if [ $only_lists = yes ]; then
        awk -F '\t' '$4 != "-" { printf "  %s %s: %s\n", $1, $2, $4 }' "$selection"
        exit 0
    fi
    awk -F '\t' '$1 == "test" && $4 == "-" { print $2 ".java" }' "$selection" >"$logs/left-out"
    maven+=("-Dsurefire.excludesFile=$logs/left-out")
    NOISEBOOK_STUDIES=$(chosen sweep | paste -s -d ' ')
    studies=$(chosen study | paste -s -d ,)
    NOISEBOOK_WEB_FIGURES=$(chosen figure | paste -s -d ' ')
    export NOISEBOOK_STUDIES NOISEBOOK_WEB_FIGURES
    [ -z "$studies" ] || maven+=("-Dstudy=$studies")
    [ -s "$logs/left-out" ] || changed=no
    left=$(awk -F '\t' '$1 != "figure" && $4 == "-" { left[$1]++ }
        END { for (kind in left) printf "%s%d of kind %s", n++ ? ", " : "", left[kind], kind }' "$selection")
    [ -z "$left" ] || skip "$left" "no change since $(git rev-parse --short "$commit") reaches them"
fi

maven_failed() { # what, file of its output
    # Surefire's detail stands before the first error line or after it: show all but the chatter.
    grep -v -E '^\[INFO\] *(-*|(Download|Progress).*)$' "$2" >&2 || true
    fail "$1 (its output is above)"
}

! in_use "$root/target/classes:" || printf 'verify: note: Maven replaces target/classes, where a noisebook command still runs\n' >&2
# What has compiled and is as it was needs no second look.
compiled=target/.compiled
up_to_date=no
[ ! -f $compiled ] || [ -n "$(find pom.xml src environment/generate -newer $compiled | head -n 1)" ] || up_to_date=yes
if [ $up_to_date = no ] && [ $changed = yes ]; then
    maven+=(-Dchecks.of.sources=-Xdiags:compact)
    skip 'Error Prone and the form of the sources' '--compile checks both'
elif [ $up_to_date = no ] && [ "$quick" = no ]; then
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
: >"$logs/began"
# Shown are the counts of each test class and their total at once.
if ! "${maven[@]}" "$profiles" -Dsandbox="$NOISEBOOK_HOME/tests" "$goal" 2>&1 </dev/null | tee "$log" |
    { grep --line-buffered 'Tests run:' || true; } | sed -u -E 's/^\[[A-Z]+\] +/  /'; then
    maven_failed "the Maven build" "$log"
fi
if [ "$quick" = yes ]; then
    end_stage Maven
    skip 'tests tagged slow or long, scripts, notebooks, Error Prone and the form of the sources' '--quick'
    printf 'verify: the quick tests passed in %d s\nverify: skipped: %s\n' "$SECONDS" "$skipped"
    exit 0
fi
[[ " ${maven[*]} " = *' -Dslow '* ]] || skip 'tests tagged slow' '--slow runs them'
# A test that was skipped says why.
while IFS= read -r line; do
    skipped+="${skipped:+; }$line"
done < <(find target/surefire-reports -name 'TEST-*.xml' -newer "$logs/began" -exec grep -h -B 1 '<skipped' {} + |
    sed -n -E 's/.*<testcase [^>]*classname="([^"]*\.)?([^".]*)".*/\2/; /<skipped/! h; /<skipped/ { s/.*message="([^"]*)".*/\1/; s/^Assumption failed: //; H; x; s/\n(.*)/ (\1)/p; }' |
    sort -u)
"$JAVA_HOME/bin/jar" --list --file "target/noisebook-$version.jar" >"$log"
for file in META-INF/LICENSE META-INF/NOTICE META-INF/sbom/noisebook.cdx.json; do
    grep -q -x "$file" "$log" || fail "there is no $file in the jar"
done
"$JAVA_HOME/bin/java" -jar "target/noisebook-$version.jar" --version >"$log" 2>&1 || {
    cat "$log" >&2
    fail "java -jar target/noisebook-$version.jar (its output is above)"
}
end_stage Maven

if runs environment/library-example; then
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
        [ "${#jars[@]}" -le 3 ] && [ "$bytes" -le 14000000 ] || {
            printf 'at most 3 jars of 14000 kB together, got: %s\n' "${jars[*]##*/}"
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
fi

if [ $changed = no ] || ! git diff --quiet "$commit" -- pom.xml src; then
    start_stage javadoc
    "${maven[@]}" -q javadoc:javadoc >"$log" 2>&1 </dev/null || maven_failed "the Javadoc" "$log"
    end_stage javadoc
fi

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
        skips_of "$output"
    done
    pids=()
}
# Those that start many processes come when the kernel, whose client waits a tenth of a second, has had its turn.
few=() many=()
for test in environment/tests/*-test.sh; do
    runs "$test" || continue
    case ${test##*/} in
        checksums-* | determinism-* | exporter-* | reach-* | release-* | shards-* | site-* | web-* | slurm-* | spark-*) many+=("$test") ;;
        *) few+=("$test") ;;
    esac
done
side_by_side ${few[@]+"${few[@]}"}
side_by_side ${many[@]+"${many[@]}"}
end_stage scripts

# They show the committed figures, which .ci/run and figures/regenerate.sh draw anew.
start_stage "notebooks"
export NOISEBOOK_COMMITTED=$root/figures
notebooks=()
for notebook in notebooks/*.ipynb; do
    ! runs "$notebook" || notebooks+=("$notebook")
done
run_and_say() { # what, command
    local what=$1 code=0
    shift
    "$@" >"$log" || code=$?
    sed 's/^/  /' "$log"
    [ $code = 0 ] || fail "$what (their output is above)"
    skips_of "$log"
}
if [ ${#notebooks[@]} != 0 ]; then
    run_and_say 'the notebooks' environment/tests/notebooks-run.sh "${notebooks[@]}"
    run_and_say 'the notebooks in other kernels' environment/tests/notebooks-run.sh --kernel others "${notebooks[@]}"
fi
end_stage notebooks

# Their packages (setup.sh --with front-ends) are many and not everywhere to be had: what is missing is said to be skipped.
if runs environment/tests/front-ends-run.sh; then
    start_stage "front ends"
    run_and_say 'the front ends' environment/tests/front-ends-run.sh
    end_stage "front ends"
fi

printf 'verify: all passed in %d s (%s)\n' "$SECONDS" "$times"
printf 'verify: skipped: %s\n' "${skipped:-nothing}"
