# SPDX-License-Identifier: Apache-2.0

set(entitle_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/entitle)
file(RELATIVE_PATH entitle_pc_to_prefix
    /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)

# NAME: the library of that name, and what it takes to build with it. Shared and static are
# sets of their own, so that a program on the shared library needs none of our dependencies'
# development files.
function(entitle_install_library name)
    string(REPLACE - _ target ${name})
    install(TARGETS ${target} EXPORT ${name}-targets
        LIBRARY COMPONENT lib${name} NAMELINK_COMPONENT libentitle-dev
        FILE_SET HEADERS COMPONENT libentitle-dev)
    install(TARGETS ${target}_static EXPORT ${name}-static-targets
        ARCHIVE COMPONENT libentitle-dev
        FILE_SET HEADERS COMPONENT libentitle-dev)
    foreach(set ${name} ${name}-static)
        install(EXPORT ${set}-targets NAMESPACE entitle::
            DESTINATION ${entitle_package_dir} COMPONENT libentitle-dev)
    endforeach()

    configure_file(src/${name}.pc.in ${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libentitle-dev)
endfunction()
