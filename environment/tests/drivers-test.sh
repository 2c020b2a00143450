#!/usr/bin/env bash
# Commands that list or pick devices say in one line what is wrong with an OpenCL driver that aborts, crashes, hangs or has no
# memory, and end by themselves. The drivers are stubs, made by a C compiler.
set -euo pipefail
unset CDPATH
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${here%/tests}
# shellcheck source=environment/common.sh
. "$environment/common.sh"
PATH=$PATH:/usr/sbin:/sbin
command -v cc >/dev/null 2>&1 || { echo 'drivers-test: skipped: no C compiler (apt-get install gcc libc6-dev)' && exit; }
ldconfig -p | grep -q 'libOpenCL\.so\.1 ' || { echo 'drivers-test: skipped: no loader of OpenCL drivers' && exit; }

work_until_the_end
export NOISEBOOK_OPENCL=1 NOISEBOOK_CACHE=$work/cache XDG_CACHE_HOME=$work
fail() {
    printf 'drivers-test: %s\n' "$1" >&2
    exit 1
}

# A driver that does this when the loader asks it for platforms.
make_driver() { # name, statement
    mkdir "$work/$1"
    cat >"$work/$1/driver.c" <<END
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int clIcdGetPlatformIDsKHR(unsigned n, void **platforms, unsigned *count) { $2 }
void *clGetExtensionFunctionAddress(const char *name) {
    return strcmp(name, "clIcdGetPlatformIDsKHR") ? 0 : (void *)clIcdGetPlatformIDsKHR;
}
int clGetPlatformInfo(void) { return -30; }
END
    cc -w -shared -fPIC -o "$work/$1/driver.so" "$work/$1/driver.c" || fail "no driver that $1 (the compiler's words are above)"
    printf '%s\n' "$work/$1/driver.so" >"$work/$1/driver.icd"
}
make_driver aborts 'fputs("driver: out of luck\n", stderr); abort();'
make_driver crashes 'return *(volatile int *)0;'
make_driver hangs 'sleep(3600); return 0;'
make_driver refuses 'return -6;'

tried='OpenCL failed in a trial process, with exit code'
# Side by side: a driver that hangs is waited for a minute.
check() { # name, what the line says
    local code=0 line
    export OCL_ICD_VENDORS=$work/$1
    "$environment/noisebook" info >"$work/$1/info" 2>"$work/$1/error" || fail "info, a driver that $1: exit code $?"
    line=$(grep '^opencl ' "$work/$1/info")
    [[ "$line" =~ $2 ]] || fail "info, a driver that $1: $line"
    [ "$1" != hangs ] || return 0
    "$environment/noisebook" run perceptron --set trainSize=32 --replicas 1 --engine opencl --out "$work/$1/runs.csv" \
        >"$work/$1/out" 2>"$work/$1/error" || code=$?
    line=$(tail -n 1 "$work/$1/error")
    [ "$code" = 1 ] && [[ "$line" =~ $2 ]] || fail "run, a driver that $1: exit code $code: $line"
}
"$environment/noisebook" --version >/dev/null 2>&1
jobs=()
check aborts "$tried 134: driver: out of luck" & jobs+=($!)
check crashes "$tried 1: SIGSEGV" & jobs+=($!)
check hangs 'OpenCL did not answer within 60 s in a trial process' & jobs+=($!)
check refuses 'no device' & jobs+=($!)
for job in "${jobs[@]}"; do
    wait "$job"
done
grep -q "^OCL_ICD_VENDORS=$work/refuses$" "$work/noisebook/drivers/OpenclTrial" || fail 'a driver that failed is remembered'
echo 'drivers-test: a driver that aborts, crashes, hangs or has no memory is one line of info and of run'
