#!/usr/bin/env bash
# Regenerates the figures of this folder.
set -euo pipefail
unset CDPATH
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

for argument in "$@"; do
    case $argument in
        -h | --help)
            cat <<'END'
Usage: figures/regenerate.sh [ID...] [--first] [--preset quick|full]
Installs what is missing, builds the kit and regenerates the named figures (default: all, the quickest first) as CSV, SVG,
PNG and JSON: figures/ID.* for the quick preset (the default), figures/full/ID.* for the full one. All quick ones take about
16 minutes of CPU time; --first stops after four. Finished runs come from the cache (NOISEBOOK_CACHE, else the user's
cache folder). environment/site.sh shows all.
  figures/regenerate.sh
  figures/regenerate.sh --first
  figures/regenerate.sh perceptron-exponents
  figures/regenerate.sh perceptron-exponents perceptron-density --preset full
END
            exit 0
            ;;
    esac
done

"$root/environment/setup.sh"
"$root/environment/noisebook" figures "$@"
named=0
for argument in "$@"; do
    [ ! -f "$root/figures/$argument.json" ] || named=$((named + 1))
done
all=$(find "$root/figures" -maxdepth 1 -name '*.json' | wc -l)
case " $* " in
    *' --list '*) exit ;;
    *' --first '*) skipped='all but the four that are drawn first (--first), ' ;;
    *) [ $named = 0 ] && skipped='' || skipped="$((all - named)) figures (not named), " ;;
esac
case " $* " in
    *' full '*) skipped+='the quick editions (--preset full)' ;;
    *) skipped+='the full editions (--preset full draws them)' ;;
esac
printf 'regenerate: skipped: %s\n' "$skipped"
