#!/usr/bin/env bash
# Tests what environment/release.sh refuses, and that its check of a bundle finds each fault. Builds no release.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/environment/tests}
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"
fail() {
    printf 'release-test: %s\n' "$1" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
find_java javac || fail "no JDK 17 or newer"

refuses() { # status, words, arguments
    local status=$1 words=$2 code=0
    shift 2
    "$root/environment/release.sh" "$@" >"$work/out" 2>&1 || code=$?
    [ "$code" = "$status" ] && grep -q -F -- "$words" "$work/out" || {
        cat "$work/out" >&2
        fail "'$*' gives status $code, not $status with '$words'"
    }
}
refuses 2 '--home must name the address of the project' --dry-run
refuses 2 "--home must be an address that begins with https://, without blanks, quotes or queries, got 'x|y'" --dry-run --home 'x|y'
refuses 2 'a release needs --key' --home https://example.org/kit
refuses 2 "unknown argument '--frob'" --frob
refuses 2 '--key must have a value' --key
refuses 2 '--check stands alone' --check x --dry-run
refuses 1 'no such file' --check "$work/none.zip"

stem=files/org/example/toy/1.0/toy-1.0
bundle() {
    "$java_home/bin/java" -XX:TieredStopAtLevel=1 "$root/environment/CentralBundle.java" "$@"
}
mkdir -p "$work/${stem%/*}"
cd "$work"
for ending in '' -sources -javadoc -data; do printf 'PK toy' >"$stem$ending.jar"; done
cat >"$stem.pom" <<'END'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId>
  <artifactId>toy</artifactId>
  <version>1.0</version>
  <name>Toy</name>
  <description>A toy.</description>
  <url>https://example.org/toy</url>
  <licenses><license><name>Apache-2.0</name><url>https://www.apache.org/licenses/LICENSE-2.0.txt</url></license></licenses>
  <developers><developer><name>Nobody</name></developer></developers>
  <scm>
    <connection>scm:git:https://example.org/toy</connection>
    <developerConnection>scm:git:https://example.org/toy</developerConnection>
    <url>https://example.org/toy</url>
  </scm>
</project>
END
bundle pack files good.zip
bundle check good.zip unsigned || fail "a sound bundle is refused"
refuses 1 '5 faults' --check good.zip
grep -q 'toy-1.0-javadoc.jar.asc must be there' out || fail "a missing signature is not told"

sed -i.bak -e 's|<url>.*toy</url>|<url>${kit.home}</url>|' -e '/<license/d' -e '/<developers/d' -e '/<description/d' \
    -e 's|<connection>.*</connection>||' -e 's|<version>1.0<|<version>1.0-SNAPSHOT<|' -e 's|org.example|example|' "$stem.pom"
rm "$stem.pom.bak" "$stem-javadoc.jar"
echo text >"$stem-sources.jar"
echo no signature >"$stem.jar.asc"
bundle pack files bad.zip
mkdir -p "wrong/${stem%/*}"
echo 00 >"wrong/$stem.jar.md5"
"$java_home/bin/jar" --update --file bad.zip -C wrong/files org
if bundle check bad.zip unsigned >out; then fail "a bundle full of faults passes"; fi
while IFS= read -r fault; do
    grep -q -F -- "$fault" out || {
        cat out >&2
        fail "the check does not say '$fault'"
    }
done <<'END'
groupId must be a domain backwards, such as org.example, got 'example'
version must not be a snapshot, got '1.0-SNAPSHOT'
description must be there
url must be an address such as https://example.org/x, got '${kit.home}'
licenses must name a licence
developers must have names
scm url must be an address
scm connection must be scm:KIND:ADDRESS, got ''
the pom must be example/toy/1.0-SNAPSHOT/toy-1.0-SNAPSHOT.pom, got org/example/toy/1.0/toy-1.0.pom
toy-1.0-SNAPSHOT-javadoc.jar must be there
toy-1.0-sources.jar must be a jar
toy-1.0.jar.md5 must be that of the file
toy-1.0.jar.asc must be a signature in ASCII armour
END
echo 'release-test: releases are refused for what is amiss, and a bundle for each of its faults'
