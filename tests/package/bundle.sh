#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: bundle.sh ROOT BUILD WORK
#
# What tools/bundle makes, in images that are not this machine: an empty one, one of
# musl's, one whose CAs lie elsewhere. The root is read-only, the user has no name. Needs
# the right to make a mount namespace and to change the root.
set -uo pipefail
root=$1 build=$2 folder=$3

if [ -z "${BUNDLE_INSIDE-}" ]; then
    for how in "unshare -m" "unshare -rm"; do
        if $how chroot / true 2>/dev/null; then
            BUNDLE_INSIDE=1 exec $how "$0" "$@"
        fi
    done
    echo "SKIPPED: namespaces are not allowed here; no bundle was tried" >&2
    exit 77
fi
command -v musl-gcc >/dev/null || { echo "SKIPPED: no musl-gcc" >&2; exit 77; }
. "$root/tests/support/sandbox.sh"

rm -rf "$folder"
mkdir -p "$folder"
image=$folder/image
mkdir "$image"
bundle() {
    "$root/tools/bundle" --from "$build" "$@" 2>&1
}
expect "made from what was built" 0 "MB in" bundle "$image/entitle"
expect "a folder that is in use" 73 "has something in it" bundle "$image/entitle"
expect "a program that there is not" 64 "no program 'entitled'" bundle "$folder/other" entitled

# What a seller's image has of its own: one program that tells what it was given.
cat >"$folder/program.c" <<'PROGRAM'
#include <stdio.h>
extern char **environ;
int
main(int count, char **arguments)
{
    for (int i = 0; i < count; i++) {
        printf("argument %s\n", arguments[i]);
    }
    for (char **variable = environ; *variable != NULL; variable++) {
        printf("variable %s\n", *variable);
    }
    return 0;
}
PROGRAM
"${CC:-cc}" -static -o "$image/program" "$folder/program.c" || exit 1

start_sandbox "$build/bin/entitle-sandbox" --tls
mkdir "$image/keys"
cp "$work"/state/keys/*.pem "$image/keys"
mount --bind "$image" "$image"
trap 'umount -l "$image"; clean_up' EXIT

user=()
[ "$(cat /proc/self/uid_map | awk 'NR == 1 { print $3 }')" -lt 2 ] || user=(--userspec=23456:34567)
# In the image, which nobody can write to, with these variables and no others.
in_image() {
    local status=0
    mount -o remount,ro,bind "$image"
    env -i AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_MAX_ATTEMPTS=1 \
        AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY \
        ENTITLE_PRODUCT_CODE="$product_code" ENTITLE_KEYS=/keys ${more+"${more[@]}"} \
        "$(command -v chroot)" "${user[@]}" "$image" "$@" 2>&1 || status=$?
    mount -o remount,rw,bind "$image"
    return $status
}
ask=(/entitle/entitle check --endpoint "$url")

expect "--version in an empty image" 0 "entitle 0" in_image /entitle/entitle --version
expect "the CAs that are carried" 69 "install ca-certificates" in_image "${ask[@]}"
cp "$work/state/ca.pem" "$image/entitle/ca-certificates.crt"
expect "the sandbox's among them" 0 "entitled" in_image "${ask[@]}"
mkdir -p "$image/etc/pki/tls/certs"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/pki/tls/certs/ca-bundle.crt"
expect "the image's own come first" 69 "install ca-certificates" in_image "${ask[@]}"
cp "$work/state/ca.pem" "$image/etc/pki/tls/certs/ca-bundle.crt"
expect "the sandbox's where Amazon Linux has them" 0 "entitled" in_image "${ask[@]}"

become=(/entitle/entitle run --endpoint "$url" -- /program one two)
expect "becoming the program" 0 "argument two" in_image "${become[@]}"
in_image "${become[@]}" | sed -n 's/^variable \([^=]*\)=.*/\1/p' | sort >"$folder/variables"
expect "none of the loader's among its variables" 1 0 grep -c '^LD_' "$folder/variables"
expect "those that it was given" 0 "AWS_MAX_ATTEMPTS" cat "$folder/variables"

# Whatever the image makes its own programs load, these load what is their own.
mkdir -p "$image/lib" "$image/trap"
for library in libc.so.6 libcurl.so.4 libcrypto.so.3; do
    echo "no library" >"$image/trap/$library"
done
more=(LD_LIBRARY_PATH=/trap)
expect "with other libraries on the path" 0 "entitled" in_image "${ask[@]}"
expect "which the program keeps" 0 "variable LD_LIBRARY_PATH=/trap" in_image "${become[@]}"
unset more

# As Alpine is: its C library is not ours.
musl-gcc -o "$image/program" "$folder/program.c" || exit 1
loader=$(sed -n 's/.*interpreter: \(.*\)\]/\1/p' <(readelf -l "$image/program"))
mkdir -p "$image$(dirname "$loader")"
cp -L "$loader" "$image$loader"
expect "becoming a program of musl's" 0 "argument two" in_image "${become[@]}"

conclude
