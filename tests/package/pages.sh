#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: pages.sh PREFIX
#
# Each installed program has its man page and its completions at their places, and each
# public header its page, to which the pages of its functions lead.
set -euo pipefail
prefix=$1
status=0

wants() {
    [ -s "$prefix/$1" ] || { echo "$1 is not installed"; status=1; }
}

for program in "$prefix"/bin/entitle*; do
    name=${program##*/}
    wants "share/man/man1/$name.1"
    wants "share/bash-completion/completions/$name"
    wants "share/fish/vendor_completions.d/$name.fish"
    grep -qx "#compdef $name" "$prefix/share/zsh/site-functions/_$name" ||
        { echo "zsh does not complete $name"; status=1; }
done
for header in "$prefix"/include/entitle/*.h; do
    name=${header##*/}
    [ "$name" = export.h ] || wants "share/man/man3/entitle_${name%.h}.3"
done
wants share/man/man3/libentitle.3
wants share/man/man7/entitle.7
while IFS= read -r page; do
    wants "share/man/$page"
done < <(sed -n 's/^\.so //p' "$prefix"/share/man/man3/*.3 | sort -u)
exit "$status"
