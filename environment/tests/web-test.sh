#!/usr/bin/env bash
# Tests in Node that figures which pages offer have their committed bytes; skipped where TeaVM, a newer JDK or Node lacks.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/environment/tests}
# shellcheck source=environment/portable.sh
. "$root/environment/portable.sh"
case ${1-} in
    -h | --help)
        cat <<'TEXT'
Usage: environment/tests/web-test.sh [--write] [FIGURE]...
  --write  writes how long each took, and the files that it read, to src/web/figures.tsv; leaves out what takes more than 40 s
  FIGURE   of those that pages offer; others are passed over (default: all of them; with --write any figure)
TEXT
        exit 0
        ;;
esac
write=()
if [ "${1-}" = --write ]; then
    write=(--write)
    shift
fi
# verify.sh names those that a change reaches, and of the rest a third.
[ $# != 0 ] || [ -z "${NOISEBOOK_WEB_FIGURES-}" ] || read -r -a named <<<"$NOISEBOOK_WEB_FIGURES"
[ -z "${named-}" ] || set -- "${named[@]}"
code=0
some=()
[ ${#write[@]} = 0 ] || some=("$@")
"$root/environment/web.sh" ${some[@]+"${some[@]}"} || code=$?
if [ $code != 0 ]; then
    [ $code = 3 ] || exit 1
    printf 'web-test: skipped, the kit was not compiled for pages (the reason is above)\n'
    exit 0
fi
page=$root/target/web/page
[ ${#some[@]} = 0 ] || page=$root/target/web/some
# Debian's Node is too old; npm has others.
has_gc='WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 3, 1, 0x5f, 0)) || process.exit(1)'
node=(node)
if ! node -e "$has_gc" 2>/dev/null; then
    node=(npx --yes node@24)
    "${node[@]}" -e "$has_gc" >/dev/null 2>&1 || {
        printf 'web-test: skipped, no Node 22 or newer, and npm gave none\n'
        exit 0
    }
fi
find_java java
find_classes "$root"
"$java_home/bin/java" -cp "$root/target/web/tool:$classes:$(cat "$root/target/web/classpath")" org.noisebook.web.Bits >"$root/target/web/bits"
offered=$(awk -F '\t' '!/^#/ { print $1 }' "$root/src/web/figures.tsv")
chosen=()
for id in ${1+"$@"}; do
    if [ ${#write[@]} != 0 ] || grep -q -x "$id" <<<"$offered"; then chosen+=("$id"); fi
done
[ $# != 0 ] || mapfile -t chosen <<<"$offered"
"${node[@]}" "$here/web_check.mjs" "$root" "$page" "$root/target/web/bits" ${write[@]+"${write[@]}"} ${chosen[@]+"${chosen[@]}"}
