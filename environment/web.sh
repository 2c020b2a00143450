#!/usr/bin/env bash
# Compiles the kit to WebAssembly for the site's pages.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=environment/portable.sh
. "$root/environment/portable.sh"

usage() {
    cat <<'TEXT'
Usage: environment/web.sh [FIGURE]...
Compiles the kit's own classes to a WebAssembly module in target/web/page, with the scripts that run figures in a page;
environment/site.sh puts them into the site. Does nothing when they are newer than the sources. About a minute on two cores.
  FIGURE  compile these figures only, into target/web/some (default: all that src/web/figures.tsv lists)
Needs a JDK 21 or newer beside the one that builds, for StrictMath's functions in Java: NOISEBOOK_WEB_JDK, JAVA_HOME or one in
/usr/lib/jvm; and TeaVM, which Maven fetches. Where one of them lacks, it says skipped and ends with 3.
Exit codes: 0 all there, 1 it could not be compiled, 2 usage error, 3 skipped.
TEXT
}
case ${1-} in
    -h | --help)
        usage
        exit 0
        ;;
esac
for id; do
    [ -f "$root/figures/$id.json" ] || {
        printf "web: no figure '%s' (see --help)\n" "$id" >&2
        exit 2
    }
done
fail() {
    printf 'web: %s\n' "$1" >&2
    exit 1
}
skip() {
    printf 'web: skipped, %s\n' "$1" >&2
    exit 3
}

# Sets newer to the home of a JDK 21 or newer with the classes of java.desktop.
find_newer() {
    for newer in "${NOISEBOOK_WEB_JDK-}" "${JAVA_HOME-}" /usr/lib/jvm/*; do
        newer=${newer%/}
        if is_java_home "$newer" java && [ "$jdk_feature" -ge 21 ] && [ -f "$newer/lib/modules" ]; then return 0; fi
    done
    return 1
}

web=$root/target/web
page=$web/page
[ $# = 0 ] || page=$web/some
find_newer || skip 'no JDK 21 or newer beside the one that builds (NOISEBOOK_WEB_JDK names one)'
"$root/environment/noisebook" --version >/dev/null
find_classes "$root" || fail 'the kit has no classes'
some=$#
# Is anything newer than the page?
is_new() {
    [ "$some" != 0 ] || [ ! -f "$page/run.js" ] ||
        [ -n "$(find "$classes/org/noisebook/cli/Main.class" "$root/src/web" "$root/figures" "$root/pom.xml" -newer "$page/run.js" -print -quit)" ]
}
is_new || exit 0
find_java javac || fail 'no JDK 17 or newer'
export JAVA_HOME=$java_home
mkdir -p "$web/tool" "$page"
# One at a time, where the system can.
exec 9>"$web/.lock"
! command -v flock >/dev/null 2>&1 || flock 9
is_new || exit 0
list=$web/classpath
if [ ! -f "$list" ] || [ "$root/pom.xml" -nt "$list" ]; then
    printf 'web: finding TeaVM …\n' >&2
    (cd "$root" && mvn -q -B -ntp -Pweb dependency:build-classpath "-Dmdep.outputFile=$list.new") >"$web/maven.log" 2>&1 ||
        skip "Maven found no TeaVM (target/web/maven.log says why)"
    mv "$list.new" "$list"
fi
libraries=$(cat "$list")
math=$(tr : '\n' <"$list" | grep '/commons-math3-')
printf 'web: compiling the kit for pages …\n' >&2
find "$root/src/web/java" -name '*.java' >"$web/sources"
"$java_home/bin/javac" -J-XX:TieredStopAtLevel=1 -encoding UTF-8 --release 17 -g -proc:none -nowarn -cp "$classes:$libraries" -d "$web/tool" \
    "@$web/sources" || fail 'src/web does not compile'
rm -f "$page/run.js"
"$java_home/bin/java" -Xmx3g -cp "$web/tool:$classes:$libraries" org.noisebook.web.build.WebBuild "$root" "$web" "$page" "$classes" \
    "$web/tool" "$newer" "$math" "$@" >"$web/log" 2>&1 || {
    tail -n 20 "$web/log" >&2
    fail 'TeaVM did not compile the kit (its log is target/web/log)'
}
# What the licence of the JDK's classes asks for, where that JDK has it.
cat "$newer/legal/java.base/LICENSE" "$newer/legal/java.base/ASSEMBLY_EXCEPTION" >"$page/jdk-LICENSE.txt" 2>/dev/null || rm -f "$page/jdk-LICENSE.txt"
if [ -f "$newer/lib/src.zip" ]; then
    rm -rf "$web/source"
    mkdir "$web/source"
    mapfile -t sources < <(sed -E '/^(java|sun).awt/ s#^#java.desktop/#; /^java.desktop/! s#^#java.base/#; s#$#.java#' "$page/jdk-classes.txt")
    (cd "$web/source" && "$newer/bin/jar" --extract --file "$newer/lib/src.zip" "${sources[@]}" &&
        "$newer/bin/jar" --create --no-manifest --date 2026-01-01T00:00:00Z --file "$page/jdk-source.zip" *)
fi
# The last, as what is newer than it is missing here.
cp "$root"/src/web/js/*.js "$page/"
