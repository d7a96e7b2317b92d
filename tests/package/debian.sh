#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: debian.sh [PACKAGES]
#
# Makes a bare Debian 12 of the mirrors of this machine's apt, installs the packages of the
# folder PACKAGES (build-deb, which tools/deb fills) there, uses each, purges them, and shows
# what is left behind. As root; it takes some minutes, and a quarter of an hour where the
# packages are for another processor, which emulated.sh then plays.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..

# What the packages say that they need, so that dpkg finds it there, and no more than that.
needs() {
    for package in "$1"/*.deb; do
        dpkg-deb -f "$package" Depends
    done | tr , '\n' | sed -E 's/^ *([^ ]+).*/\1/' | grep -vE 'entitle|^$' | sort -u | paste -sd ,
}

# Which processor they are for; those for all are for it, too.
architecture_of() {
    for package in "$1"/*.deb; do
        dpkg-deb -f "$package" Architecture
    done | sort -u | grep -vx all
}

# The system is nothing but the folder in which this hook is run.
if [ "${1-}" != --in ]; then
    packages=$(realpath -m "${1:-$root/build-deb}")
    compgen -G "$packages/*.deb" >/dev/null || {
        echo "debian.sh: there are no packages in $packages: tools/deb makes them" >&2
        exit 66
    }
    architecture=$(architecture_of "$packages")
    [[ $architecture != *$'\n'* ]] || {
        echo "debian.sh: in $packages are packages for ${architecture//$'\n'/ and }" >&2
        exit 65
    }
    "$root/tools/install-packages" deb cross
    exec "$here/emulated.sh" "$architecture" \
        mmdebstrap --quiet --mode=unshare --variant=minbase --architectures="$architecture" \
        --include="gcc,libc6-dev,cmake,make,pkg-config,$(needs "$packages")" \
        --customize-hook="\"$here/debian.sh\" --in \"\$1\" \"$packages\"" bookworm /dev/null
fi

system=$2 packages=$3
inside() {
    env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin "$(command -v chroot)" "$system" "$@"
}
quietly() {
    "$@" >"$system/tmp/log" 2>&1 || { tail -n 30 "$system/tmp/log"; exit 1; }
}
# Each file, but for what dpkg and the loader keep for themselves, and where we work.
files() {
    inside find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp \
        -o -path /var/lib/dpkg -o -path /var/cache -o -path /var/log \) -prune -o -print | sort
}

files >"$system/tmp/before"
mkdir "$system/tmp/packages"
cp "$packages"/*.deb "$system/tmp/packages"
cp -r "$root/examples" "$root/tests/support/sandbox.sh" "$here/use_packages.sh" "$system/tmp"

quietly inside sh -c 'dpkg --install /tmp/packages/*.deb'
mapfile -t names < <(inside dpkg-query -W -f '${Package}\n' '*entitle*')
echo "installed: ${names[*]}"

inside /tmp/use_packages.sh /tmp

quietly inside dpkg --purge "${names[@]}"
left=$(inside dpkg-query -W -f '${Package} ${db:Status-Status}\n' '*entitle*' 2>/dev/null || true)
left+=$(comm -13 "$system/tmp/before" <(files))
[ -z "$left" ] || { printf 'left behind:\n%s\n' "$left"; exit 1; }
echo "purged: nothing is left behind"
