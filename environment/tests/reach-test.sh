#!/usr/bin/env bash
# What a change reaches (Reach.java): three faults in a toy tree are caught by the tests that are chosen; here, scripts and notebooks declare what
# they call, and the sources reach all that the compiled classes name. And what environment/tests/verified is worth.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

fail() {
    printf 'reach-test: %s\n' "$1" >&2
    exit 1
}
find_java javac || fail 'no JDK: run environment/setup.sh'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$java_home/bin/javac" -J-XX:TieredStopAtLevel=1 -d "$work/reach" "$root/environment/tests/Reach.java"
reach=("$java_home/bin/java" -XX:TieredStopAtLevel=1 -Xmx500m -cp "$work/reach" Reach)

"${reach[@]}" declared "$root" >"$work/declared" || fail 'what scripts and notebooks declare (see above)'
"$root/environment/noisebook" --version >/dev/null
find_classes "$root"
"${reach[@]}" compiled "$root" "${classes%%:*}" >"$work/compiled" || fail 'classes that the sources do not reach (see above)'

export GIT_AUTHOR_NAME=toy GIT_AUTHOR_EMAIL=toy@example.org GIT_COMMITTER_NAME=toy GIT_COMMITTER_EMAIL=toy@example.org
toy=$work/toy
mkdir -p "$toy/environment/tests"
cd "$toy"
git init -q
class() { # file without .java, what follows the package
    mkdir -p "$(dirname "$1")"
    printf 'package org.noisebook.toy;\n%s\n' "$2" >"$1.java"
}
main=src/main/java/org/noisebook/toy
tests=src/test/java/org/noisebook/toy
class $main/Base 'final class Base { static final int LIMIT = 3; static int twice(int x) { return x + x; } }'
class $main/DoubleLimit '/** Copies a constant. */ final class DoubleLimit { static boolean allows(double x) { return x < Base.LIMIT; } }'
class $main/Walk '@StudyInfo(id = "walk", version = 1) final class Walk { int run() { return 2 + 2; } }'
class $main/StudyInfo '@interface StudyInfo { String id(); int version(); }'
class $main/Alone 'final class Alone { static int next(int x) { return x + 1; } }'
class $tests/FloatLimitTest 'class FloatLimitTest { public static void main(String[] x) { if (!DoubleLimit.allows(2.5)) throw new Error(); } }'
class $tests/BaseTest 'class BaseTest { public static void main(String[] x) { if (Base.twice(3) != 6) throw new Error(); } }'
class $tests/AloneTest 'class AloneTest { public static void main(String[] x) { if (Alone.next(1) != 2) throw new Error(); } }'
class $tests/NamedTest 'class NamedTest { public static void main(String[] x) throws Exception {
    String id = "walk";
    Object walk = Class.forName("org.noisebook.toy." + id.replace("w", "W")).getDeclaredConstructor().newInstance();
    java.lang.reflect.Method run = walk.getClass().getDeclaredMethod("run");
    if (!run.invoke(walk).equals(4)) throw new Error(); } }'
printf 'target\n' >.gitignore
git add -A
git commit -q -m toy
chosen() {
    "${reach[@]}" select "$toy" HEAD | awk -F '\t' '$4 != "-" { print $2 }' | sed 's|.*/||' | sort | paste -s -d ' '
}
expect() { # name, expected, got
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}
caught() { # file, what to replace, by what, tests that are chosen, test that fails
    local test failed=''
    sed -i "s/$2/$3/" "$1"
    ! git diff --quiet || fail "no fault was planted in $1"
    expect "chosen for $1" "$4" "$(chosen)"
    rm -rf target
    "$java_home/bin/javac" -J-XX:TieredStopAtLevel=1 -d target $main/*.java $tests/*.java
    for test in AloneTest BaseTest FloatLimitTest NamedTest; do
        "$java_home/bin/java" -XX:TieredStopAtLevel=1 -Xshare:auto -cp target "org.noisebook.toy.$test" 2>/dev/null || failed+=" $test"
    done
    expect "caught in $1" "$5" "${failed# }"
    git checkout -q .
}
caught $main/Base.java 'LIMIT = 3' 'LIMIT = 2' 'BaseTest FloatLimitTest' FloatLimitTest
caught $main/Walk.java '2 + 2' '2 - 2' NamedTest NamedTest
caught $main/Alone.java 'x + 1' 'x - 1' AloneTest AloneTest
sed -i 's/Copies a/Holds no/' $main/DoubleLimit.java
expect 'a comment' '' "$(chosen)"
git checkout -q .
touch unknown.bin
expect 'a file that nothing is known to read' 'AloneTest BaseTest FloatLimitTest NamedTest' "$(chosen)"
rm unknown.bin

verify() { # name, expected reason or nothing
    find_verified || true
    expect "verified, $1" "$2" "$void"
}
file=environment/tests/verified
record() { printf '%s %s\n' "$(git rev-parse HEAD)" "$(tree_hash HEAD)" >$file; }
verify 'without' "there is no $file"
record
verify 'uncommitted' "$file was not committed, alone"
git add -A
git commit -q -m verified
verify 'committed' ''
for ((number = 0; number < 59; number++)); do
    git update-ref HEAD "$(git commit-tree -p HEAD -m more 'HEAD^{tree}')"
done
verify '60 commits later' ''
git update-ref HEAD "$(git commit-tree -p HEAD -m more 'HEAD^{tree}')"
verify '61 commits later' "$file is older than 60 commits"
record
sed -i 's/.$/x/' $file
git commit -q -a -m wrong
verify 'with another hash' "$file holds another hash than that of its tree"
record
touch other
git add -A
git commit -q -m 'not alone'
verify 'with another file' "$file was not committed, alone"
printf '%040d 0\n' 0 >$file
git commit -q -a -m strange
verify 'of a strange commit' "the commit of $file is no ancestor"
printf 'reach-test: three faults caught; %s; %s\n' "$(sed 's/^reach: //' "$work/declared")" "$(sed 's/^reach: //' "$work/compiled")"
