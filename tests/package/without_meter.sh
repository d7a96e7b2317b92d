#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Usage: without_meter.sh ROOT WORK
#
# -DENTITLE_BUILD_METER=OFF, on a machine that has neither SQLite nor libpq: all else is built, installed and
# found.
set -euo pipefail
root=$1 work=$2
rm -rf "$work"
mkdir -p "$work/other"

cat >"$work/pkg-config" <<'HIDE'
#!/bin/sh
case " $* " in *sqlite3* | *libpq*) exit 1 ;; esac
exec pkg-config "$@"
HIDE
chmod +x "$work/pkg-config"

cmake -S "$root" -B "$work/build" -DPKG_CONFIG_EXECUTABLE="$work/pkg-config" \
    -DCMAKE_BUILD_TYPE=Debug -DBUILD_TESTING=OFF \
    -DENTITLE_BUILD_METER=OFF -DENTITLE_BUILD_SANDBOX=OFF
cmake --build "$work/build" --parallel 2
cmake --install "$work/build" --prefix "$work/prefix"

left=$(find "$work/prefix" -name '*meter.h' -o -name '*entitle-meter*' -o -name 'entitle-usage' -o -name 'entitle-agent')
[ -z "$left" ] || { echo "the meter was not built, but installed:" $left; exit 1; }
[ -x "$work/prefix/bin/entitle" ] || { echo "entitle was not built"; exit 1; }

loaded=$(readelf -d "$work"/prefix/bin/* "$work"/prefix/lib*/libentitle*.so | grep -E 'sqlite|libpq' || true)
[ -z "$loaded" ] || { echo "loaded all the same: $loaded"; exit 1; }

cat >"$work/other/CMakeLists.txt" <<'PROJECT'
cmake_minimum_required(VERSION 3.16)
project(other LANGUAGES C)
find_package(entitle 0.1 REQUIRED)
find_package(entitle 0.1 QUIET COMPONENTS meter)
if(entitle_FOUND OR TARGET entitle::meter)
    message(FATAL_ERROR "a meter is found that was not built")
endif()
PROJECT
cmake -S "$work/other" -B "$work/other/build" -DCMAKE_PREFIX_PATH="$work/prefix"
