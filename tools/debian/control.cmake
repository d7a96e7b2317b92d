# SPDX-License-Identifier: Apache-2.0
# After CPack has packed them: what CPack cannot say. Which architectures may be installed
# together, and that the loader's cache is brought up to date by a trigger: CPack's own way is
# two scripts that call ldconfig.

set(tree ${CPACK_TEMPORARY_DIRECTORY}/control)
foreach(package ${CPACK_PACKAGE_FILES})
    file(REMOVE_RECURSE ${tree})
    execute_process(COMMAND dpkg-deb --raw-extract ${package} ${tree}
        COMMAND_ERROR_IS_FATAL ANY)

    set(together foreign)
    if(package MATCHES "/libentitle[^/]*$")
        set(together same)
    endif()
    file(READ ${tree}/DEBIAN/control control)
    string(STRIP "${control}" control)
    file(WRITE ${tree}/DEBIAN/control "${control}\nMulti-Arch: ${together}\n")

    if(EXISTS ${tree}/DEBIAN/shlibs)
        file(REMOVE ${tree}/DEBIAN/postinst ${tree}/DEBIAN/postrm)
        file(WRITE ${tree}/DEBIAN/triggers "activate-noawait ldconfig\n")
    endif()

    execute_process(COMMAND dpkg-deb --root-owner-group -Zxz --build ${tree} ${package}
        OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(REMOVE_RECURSE ${tree})
