#!/usr/bin/env bash
# Builds what a release uploads to Maven Central, twice, and checks it. Uploads nothing.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=environment/common.sh
. "$root/environment/common.sh"

usage() {
    cat <<'END'
Usage: environment/release.sh --home URL [--key ID] [--dry-run] [--out FILE.zip]
       environment/release.sh --check FILE.zip
Builds the bundle of a release: pom, jar, sources, Javadoc and larger data, with checksums, and with signatures if there is a key; from
two copies of this checkout, whose files must have the same bytes. Then checks it against what Maven Central asks for. Nothing is
uploaded: that is done by hand at https://central.sonatype.com, where the namespace of the groupId must have been verified.
Also writes the site, with figures that run in its pages, as a folder for any static host, beside the bundle: noisebook-VERSION-site, with
the checksums of its files in SHA256SUMS.
  --home URL    the address of the project: url, scm and developers of the pom name it
  --key ID      signs with this key of GnuPG; a release needs one
  --dry-run     also from a checkout with changes, and without a key
  --out FILE    where the bundle goes (default: target/release/noisebook-VERSION-bundle.zip)
  --check FILE  only checks a bundle
Exit codes: 0 done, 1 it cannot be built or Central would refuse it, 2 usage error.
END
}

misused() {
    printf 'release: %s (see --help)\n' "$1" >&2
    exit 2
}
fail() {
    printf 'release: failed: %s\n' "$1" >&2
    exit 1
}

home=''
key=''
dry=no
out=''
checked=''
while [ $# -gt 0 ]; do
    case $1 in
        --home | --key | --out | --check)
            [ -n "${2-}" ] || misused "$1 must have a value"
            case $1 in
                --home) home=$2 ;;
                --key) key=$2 ;;
                --out) out=$2 ;;
                --check) checked=$2 ;;
            esac
            shift
            ;;
        --dry-run) dry=yes ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) misused "unknown argument '$1'" ;;
    esac
    shift
done

find_java javac || fail "no JDK 17 or newer: run environment/setup.sh"
export JAVA_HOME=$java_home
bundle() { # arguments of CentralBundle.java
    "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 "$root/environment/CentralBundle.java" "$@"
}
check() { # bundle, unsigned or nothing
    bundle check "$@" >"$work/amiss" || {
        sed 's/^/  /' "$work/amiss" >&2
        fail "Maven Central would refuse $1: $(wc -l <"$work/amiss") faults, above"
    }
}
work_until_the_end
if [ -n "$checked" ]; then
    [ -z "$home$key$out" ] && [ "$dry" = no ] || misused "--check stands alone"
    check "$checked"
    printf 'release: %s has what Maven Central asks for\n' "$checked"
    exit 0
fi

[ -n "$home" ] || misused "--home must name the address of the project, such as https://example.org/noisebook: the pom's url, scm and developers come from it"
[[ $home =~ ^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/[A-Za-z0-9._~/-]*)?$ ]] ||
    misused "--home must be an address that begins with https://, without blanks, quotes or queries, got '$home'"
cd "$root"
version=$(kit_version "$root")
case $version in
    *-SNAPSHOT) fail "the version must not be a snapshot, got $version: set it in pom.xml" ;;
esac
commit=$(git rev-parse --short=12 HEAD 2>/dev/null) || fail "$root is no checkout of git"
changes=$(git status --porcelain)
if [ "$dry" = no ]; then
    [ -n "$key" ] || misused "a release needs --key, as Maven Central takes only signed files; --dry-run does without"
    [ -z "$changes" ] || fail "the checkout has changes that no commit holds: $(head -n 3 <<<"$changes" | tr '\n' ';') --dry-run builds it all the same"
fi
if [ -n "$key" ]; then
    command -v gpg >/dev/null 2>&1 || fail "no gpg to sign with"
    gpg --batch --list-secret-keys "$key" >/dev/null 2>&1 || fail "gpg has no secret key '$key'"
fi
command -v mvn >/dev/null 2>&1 || fail "no mvn to build with: run environment/setup.sh"
[ -n "$out" ] || out=$root/target/release/noisebook-$version-bundle.zip
mkdir -p "$(dirname "$out")" 2>/dev/null && [ -w "$(dirname "$out")" ] || fail "cannot write to $(dirname "$out")"

# Of files that git knows or would take, as they are; with the address in place of the property.
build() { # folder
    local stem file
    mkdir -p "$1/kit"
    git ls-files -z -co --exclude-standard -- pom.xml .mvn src datasets environment/generate LICENSE NOTICE |
        while IFS= read -r -d '' file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done | tar -c --null -T - | tar -x -C "$1/kit"
    sed -i.as-committed -e "s|<kit.home/>|<kit.home>$home</kit.home>|" -e "s|\${kit.home}|$home|g" "$1/kit/pom.xml"
    # The sources have passed Error Prone and the tests in verify.sh; the classes are the same without.
    # The Javadoc first: beside the jar, which names a module, the tool would look for sources of that module.
    (cd "$1/kit" && mvn -q -B -ntp -Psbom,quick -Dmaven.test.skip -Dspotless.check.skip generate-sources javadoc:jar package) >"$work/log" 2>&1 </dev/null || {
        cat "$work/log" >&2
        fail "the build (its output is above)"
    }
    stem=$1/files/org/noisebook/noisebook/$version/noisebook-$version
    mkdir -p "${stem%/*}"
    cp "$1/kit/pom.xml" "$stem.pom"
    cp "$1/kit/target/noisebook-$version.jar" "$stem.jar"
    for file in sources javadoc; do
        cp "$1/kit/target/noisebook-$version-$file.jar" "$stem-$file.jar"
    done
    cp "$1/kit/target/lib/noisebook-$version-data.jar" "$stem-data.jar"
    bundle pack "$1/files" "$1/bundle.zip"
}
printf 'release: building noisebook %s of %s%s with JDK %s, twice\n' "$version" "$commit" "${changes:+, changed,}" "$jdk_feature"
# In folders of different names, and one after the other.
build "$work/one"
rm -rf "$work/one/kit"
build "$work/the other copy"
cmp -s "$work/one/bundle.zip" "$work/the other copy/bundle.zip" || {
    diff -rq "$work/one/files" "$work/the other copy/files" >&2 || true
    fail "two builds differ (above)"
}
files=$work/one/files
if [ -n "$key" ]; then
    while IFS= read -r file; do
        gpg --batch --yes --local-user "$key" --armor --detach-sign --output "$file.asc" "$file" || fail "gpg cannot sign"
        gpg --batch --verify "$file.asc" "$file" >/dev/null 2>&1 || fail "gpg refuses its own signature of $file"
    done < <(find "$files" -type f | sort)
fi
bundle pack "$files" "$work/bundle.zip"
if [ -n "$key" ]; then check "$work/bundle.zip"; else check "$work/bundle.zip" unsigned; fi
cp "$work/bundle.zip" "$out"
find "$files" -type f ! -name '*.asc' -exec wc -c {} + | sed -e "s|$files/.*/||" -e 's/^/ /'
printf 'release: %s: two builds gave the same bytes, with all that Maven Central asks for%s\n' "$out" \
    "$([ -n "$key" ] || echo ' but signatures (--key)')"

# The site for a static host. Classes of the JDK are in its module: their licence and source must be beside it.
site=$(dirname "$out")/noisebook-$version-site
code=0
environment/web.sh || code=$?
if [ $code = 0 ] && [ -f target/web/page/jdk-source.zip ] && [ -f target/web/page/jdk-LICENSE.txt ]; then
    with='figures run in its pages'
else
    rm -rf target/web/page
    with="no figure runs in its pages: $([ $code = 0 ] && echo 'the JDK 21 or newer has no lib/src.zip, which the licence of its classes asks for' ||
        echo 'environment/web.sh says why above')"
fi
rm -rf "$site"
environment/noisebook site --out "$site" --base "${home%/}/" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "the site (its output is above)"
}
(cd "$site" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum) >"$work/sums"
mv "$work/sums" "$site/SHA256SUMS"
printf 'release: %s: %d files for a static host; %s\n' "$site" "$(wc -l <"$site/SHA256SUMS")" "$with"
