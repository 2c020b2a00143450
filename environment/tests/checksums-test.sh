#!/usr/bin/env bash
# Tests that Maven refuses a library whose bytes are not those that .mvn/checksums names.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/environment/tests}

fail() {
    printf 'checksums-test: %s\n' "$1" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kit="$work/a größe check out"
mkdir "$kit"
cp -R "$root/.mvn" "$root/pom.xml" "$kit/"
list=$kit/.mvn/checksums/checksums.sha256
# Of the artifacts that Maven fetched for the kit, whichever build came first; none of it is fetched anew.
resolve() {
    (cd "$kit" && mvn -o -q -B dependency:build-classpath@class-path >"$work/out" 2>&1 </dev/null)
}

grep -q 'commons-math3.*\.jar$' "$list" || fail "commons-math3 is not in $list"
if ! resolve; then
    # Maven before 3.9 does not know of it.
    cat "$work/out" >&2
    fail "the right checksums are refused (Maven's output is above)"
fi
grep -q commons-math3 "$kit/target/noisebook.classpath" || fail "Maven names no libraries"
case $(mvn -q --version | sed -n 's/^.*Apache Maven \([0-9.]*\).*/\1/p') in
    3.[0-8].*)
        echo 'checksums-test: Maven before 3.9 compares none'
        exit 0
        ;;
esac
sed 's/^[0-9a-f]\{64\}\(  .*commons-math3.*\.jar\)$/0000000000000000000000000000000000000000000000000000000000000000\1/' \
    "$list" >"$work/list"
mv "$work/list" "$list"
! resolve || fail "a wrong checksum passes"
grep -q 'commons-math3.*[Cc]hecksum\|[Cc]hecksum.*commons-math3' "$work/out" || {
    cat "$work/out" >&2
    fail "a wrong checksum fails without a word about it (Maven's output is above)"
}
echo 'checksums-test: a wrong checksum is refused'
