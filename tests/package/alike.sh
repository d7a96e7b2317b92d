#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: alike.sh PACKAGES OTHERS
#
# Two folders of Debian packages, of one commit and for two processors: each package has to
# be in both and to say the same of itself, of what it needs too, and to hold the same files,
# with the same in them where that is not for a processor.
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# FOLDER: all that has to be alike.
describe() {
    local package name
    for package in "$1"/*.deb; do
        name=$(dpkg-deb -f "$package" Package)
        {
            dpkg-deb -f "$package" | grep -vE '^(Architecture|Installed-Size):'
            # Modes, owners and names; sizes are not alike, nor are dates that builds make.
            dpkg-deb -c "$package" | awk '{ $3 = $4 = $5 = ""; print }'
            for control in shlibs triggers conffiles postinst prerm postrm; do
                dpkg-deb -I "$package" "$control" 2>/dev/null
            done
            dpkg-deb -I "$package" md5sums |
                grep -vE '  usr/(bin/|lib/.*(\.a|\.so[.0-9]*|\.pc|\.cmake)$)'
        } | sed -E "s/[a-z0-9_]+-linux-gnu/MACHINE/g; s/^/$name: /"
    done
}

describe "$1" >"$work/packages"
describe "$2" >"$work/others"
grep -q ': Depends:' "$work/packages" || { echo "there are no packages in $1"; exit 66; }
diff "$work/packages" "$work/others" || exit 1
echo "alike: $(grep -c ': Package:' "$work/packages") packages"
