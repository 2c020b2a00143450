#!/usr/bin/env bash
# Counts the lines of the kit that are written by hand and fails above the budgets of weight.tsv. Lines of a paper are a row
# of their own.
set -euo pipefail
unset CDPATH
shopt -s globstar nullglob
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LC_ALL=C

# Prints the lines of every budget; returns 1 if one is exceeded, 2 if the table makes no sense.
weigh() { # root of the checkout, table
    local name most files word path share file there lines longest where total over=0
    cd "$1" || return 2
    while IFS=$'\t' read -r name most files; do
        [[ $name != '' && $name != '#'* ]] || continue
        [[ $most =~ ^[1-9][0-9]*$ && $files != '' ]] || { printf 'weight: a bad row: %s\n' "$name" >&2; return 2; }
        # In units that every share divides.
        total=0 longest=0 where=''
        for word in $files; do
            path=${word%:*}
            share=1
            [ "$path" = "$word" ] || share=${word##*:}
            [[ $share =~ ^[1-9]$ ]] || { printf 'weight: %s: a share is in [1, 9], got %s\n' "$name" "$word" >&2; return 2; }
            # shellcheck disable=SC2206 # globs
            path=($path)
            [ ! -d "${path[0]-}" ] || path=("${path[0]}"/**)
            there=()
            for file in "${path[@]}"; do
                [ ! -f "$file" ] || there+=("$file")
            done
            while read -r lines file; do
                total=$((total + 2520 * lines / share))
                [ "$lines" -le "$longest" ] || { longest=$lines where=" (${file##*/})"; }
            done < <(wc -l /dev/null ${there[@]+"${there[@]}"} | sed '$d')
            # Papers and generators come and go; a row for nothing is a mistake.
            [ ${#there[@]} != 0 ] || [ "$word" = environment/generate ] ||
                { printf 'weight: %s: no lines in %s\n' "$name" "$word" >&2; return 2; }
        done
        total=$(((total + 2519) / 2520))
        if [[ $name = longest* ]]; then total=$longest; else where=''; fi
        printf 'weight: %s: %d of %d lines%s\n' "$name" "$total" "$most" "$where"
        [ "$total" -le "$most" ] || { printf 'weight: %s: %d lines too many\n' "$name" $((total - most)) >&2; over=1; }
    done <"$2"
    return $over
}

# A budget that is planted and exceeded must be found.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
expect() { # name, expected exit code and lines, table
    local code=0
    printf '%b' "$3" >"$work/table"
    (weigh "$work" "$work/table") >"$work/out" 2>&1 || code=$?
    [ "$code:$(<"$work/out")" = "$2" ] || {
        printf 'weight: %s\n  expected: %q\n  got:      %q\n' "$1" "$2" "$code:$(<"$work/out")" >&2
        exit 1
    }
}
mkdir -p "$work/a/b"
printf '1\n2\n3\n' >"$work/a/Three.java"
printf '1\n2\n3\n4\n' >"$work/a/b/Four.java"
expect 'as many as there are' '0:weight: all: 7 of 7 lines' 'all\t7\ta\n'
expect 'one too many' $'1:weight: all: 7 of 6 lines\nweight: all: 1 lines too many' '# a comment\n\nall\t6\ta\n'
expect 'the longest' $'1:weight: longest x: 4 of 3 lines (Four.java)\nweight: longest x: 1 lines too many' 'longest x\t3\ta\n'
expect 'shares and globs' '0:weight: paper: 6 of 6 lines' 'paper\t6\ta/**/F*.java a/Three.java:2\n'
expect 'an old name' $'2:weight: paper: no lines in a/Gone.java' 'paper\t6\ta/Gone.java\n'
expect 'no number' $'2:weight: a bad row: paper' 'paper\tsix\ta\n'
expect 'no share' $'2:weight: paper: a share is in [1, 9], got a:x' 'paper\t6\ta:x\n'

weigh "${here%/environment/tests}" "$here/weight.tsv"
