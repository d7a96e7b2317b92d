# SPDX-License-Identifier: Apache-2.0

# Debian's compiler for arm64. Libraries and headers come from the folder
# ENTITLE_SYSROOT, which tools/sysroot fills, and nothing from this machine; programs run
# under qemu-user.
set(ENTITLE_SYSROOT "" CACHE PATH "Libraries and headers of arm64")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ENTITLE_SYSROOT)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_SYSROOT ${ENTITLE_SYSROOT})
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${ENTITLE_SYSROOT})

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${ENTITLE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR}
    ${ENTITLE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${ENTITLE_SYSROOT}/usr/share/pkgconfig)
