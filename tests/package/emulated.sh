#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: emulated.sh ARCHITECTURE COMMAND…
#
# Runs COMMAND, as root, where programs of ARCHITECTURE can be started: on this machine, or
# where this cannot start them, in namespaces of COMMAND's own in which qemu-user does
# (Linux 6.7). Nothing of it is left when COMMAND ends.
set -euo pipefail

# Nobody until it has been mapped, and root again from the next program on.
if [ "$1" = --unmapped ]; then
    read -r _ <"$2"
    exec "$0" --mapped "${@:3}"
fi
if [ "$1" = --mapped ]; then
    mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
    cat "/usr/lib/binfmt.d/qemu-$2.conf" >/proc/sys/fs/binfmt_misc/register
    exec "${@:3}"
fi

architecture=$1
shift
! arch-test "$architecture" >/dev/null || exec "$@"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/mapped"
unshare --user --mount --pid --fork --kill-child "$0" --unmapped "$work/mapped" \
    "$(dpkg-architecture -A "$architecture" -q DEB_TARGET_GNU_CPU)" "$@" &
unshared=$!
# Opened when the other side reads, which is then in its namespace.
exec 3>"$work/mapped"
echo 0 0 65536 >"/proc/$unshared/uid_map"
echo 0 0 65536 >"/proc/$unshared/gid_map"
echo >&3
wait "$unshared"
