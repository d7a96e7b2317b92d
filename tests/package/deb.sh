#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: deb.sh BUILD PREFIX LIBDIR WORK
#
# The Debian packages of a build: what each holds, needs and says of itself. Unpacked in one
# place, the programs run. tests/package/debian.sh installs them.
set -uo pipefail
build=$1 prefix=$2 libdir=$3 work=$4
for program in cpack dpkg-deb dpkg-shlibdeps file; do
    command -v "$program" >/dev/null || { echo "SKIPPED: no $program" >&2; exit 77; }
done
rm -rf "$work"
mkdir -p "$work/all"
SOURCE_DATE_EPOCH=1790000000 cpack --config "$build/CPackConfig.cmake" -B "$work/packages" \
    >"$work/log" 2>&1 || { tail -n 30 "$work/log"; exit 1; }
cd "$work/packages" || exit 1

status=0
complain() {
    echo "$*"
    status=1
}
# PACKAGE FIELD PATTERN
says() {
    local text
    text=$(dpkg-deb -f "$1"_*.deb "$2")
    [[ ${text%%$'\n'*} =~ $3 ]] || complain "$1 has no $2 with $3"
}
# PACKAGE FILE, which may be the beginning of its name.
holds() {
    local files
    files=$(dpkg-deb -c "$1"_*.deb)
    [[ $files == *" ./$2"* ]] || complain "$1 holds no $2"
}

for package in *.deb; do
    name=${package%%_*}
    dpkg-deb -x "$package" "$work/all"
    dpkg-deb -c "$package" | grep -v '^d' | awk '{ print $6 }' >"$name.list"
    for file in copyright changelog.gz; do
        holds "$name" "usr/share/doc/$name/$file"
    done
done

says entitle Depends 'libcurl4 .*libssl3'
says entitle Description '^Starts a program only where'
says entitle-meter Depends 'libmicrohttpd12 .*libpq5 .*libsqlite3-0'
says entitle-licence Depends 'libjwt0'
says entitle-doc Architecture '^all$'
says libentitle-dev Depends 'libentitle-licence0 \(= .*\), libentitle-meter0 \(= .*\), libentitle0 \(= '
says libentitle-meter0 Depends '^libentitle0 \(= '
says libentitle0 Multi-Arch '^same$'
! dpkg-deb -f entitle_*.deb Depends | grep -qE 'libjwt|sqlite|libpq|microhttpd' || complain "entitle needs too much"
for name in libentitle libentitle-meter libentitle-licence; do
    holds "${name}0" "usr/$libdir/$name.so.0 "
    dpkg-deb -I "${name}0"_*.deb shlibs | grep -q "^$name 0 ${name}0 (>= " || complain "${name}0: no shlibs"
    dpkg-deb -I "${name}0"_*.deb triggers | grep -q "ldconfig" || complain "${name}0: no ldconfig"
done
holds entitle-meter 'usr/lib/systemd/system/entitle-agent.service'
for list in *.list; do
    while read -r program; do
        holds "${list%.list}" "usr/share/bash-completion/completions/$program"
        holds "${list%.list}" "usr/share/fish/vendor_completions.d/$program.fish"
        zsh=usr/share/zsh/vendor-completions/_$program
        holds "${list%.list}" "$zsh"
        [ "$(head -n 1 "$work/all/$zsh")" = "#compdef $program" ] || complain "zsh does not take _$program for $program"
    done < <(sed -n 's|^\./usr/bin/||p' "$list")
done

# What the documents refer to is beside them, but for the headers, which have pages of their own.
documents=$work/all/usr/share/doc/entitle/docs
while read -r target; do
    [ -e "$documents/$target" ] || complain "entitle-doc: a document refers to $target"
done < <(grep -ohE '\]\(\.\./[^)#]+' "$documents"/*.md | sed 's/^](//' | grep -v '^\.\./include/' | sort -u)

signing=$(grep -lE '/bin/entitle-(sandbox|licence-issue)$' ./*.list | paste -sd ' ')
[ "$signing" = "./entitle-licence-issue.list ./entitle-sandbox.list" ] ||
    complain "what can sign is in other packages than its own: $signing"

# Whatever is installed is in a package, and in one only.
twice=$(sort ./*.list | uniq -d)
[ -z "$twice" ] || complain "in two packages: $twice"
lost=$(cd "$prefix" && find . ! -type d | grep -vE 'doc/entitle/LICENSE$|-targets-[a-z]+\.cmake$' |
    sed 's|^\.|./usr|; s|/zsh/site-functions/|/zsh/vendor-completions/|' |
    grep -vxFf <(cat "$work"/packages/*.list <(sed -n 's/\.gz$//p' "$work"/packages/*.list)))
[ -z "$lost" ] || complain "installed, but in no package: $lost"

for program in "$work"/all/usr/bin/*; do
    "$program" --version >/dev/null || complain "$program does not run"
    ! readelf -d "$program" | grep -qE 'R(UN)?PATH' || complain "$program looks for libraries in a folder of its own"
    ! readelf -S "$program" | grep -q '\.debug_info' || complain "$program is not stripped"
done
exit "$status"
