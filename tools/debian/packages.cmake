# SPDX-License-Identifier: Apache-2.0
# The Debian packages that tools/deb makes: one of each installation component.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME entitle)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_PACKAGE_CONTACT "entitle maintainers <maintainers@entitle.invalid>"
    CACHE STRING "Whom the Debian packages name as their maintainer")
mark_as_advanced(CPACK_PACKAGE_CONTACT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/files.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/control.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE none) # control.cmake compresses
set(CPACK_DEBIAN_PACKAGE_SOURCE entitle)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Of one another they depend on the very version; of others on what dpkg-shlibdeps finds.
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR})
if(ENTITLE_SYSROOT) # those of another processor, of which tools/sysroot has kept what is said
    list(APPEND CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
        ${ENTITLE_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}
        ${ENTITLE_SYSROOT}/lib/${CMAKE_LIBRARY_ARCHITECTURE})
endif()
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY >=)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)

# COMPONENT DESCRIPTION [WITH COMPONENT...] [FIELD VALUE]...
macro(entitle_package component description)
    cmake_parse_arguments(package "" "NAME;SECTION;ARCHITECTURE;DEPENDS;RECOMMENDS;SUGGESTS"
        "WITH" ${ARGN})
    string(TOUPPER ${component} upper)
    list(APPEND entitle_packages ${component})
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${component})
    foreach(field NAME SECTION ARCHITECTURE DEPENDS RECOMMENDS SUGGESTS)
        if(package_${field})
            set(CPACK_DEBIAN_${upper}_PACKAGE_${field} ${package_${field}})
        endif()
    endforeach()
    set(CPACK_COMPONENT_${upper}_DEPENDS ${package_WITH})
    set(CPACK_DEBIAN_${upper}_DESCRIPTION "${description}")
endmacro()

include(${CMAKE_CURRENT_LIST_DIR}/descriptions.cmake)
set(CPACK_COMPONENTS_ALL ${entitle_packages})
foreach(script postinst prerm postrm)
    list(APPEND CPACK_DEBIAN_ENTITLE-METER_PACKAGE_CONTROL_EXTRA
        ${CMAKE_CURRENT_LIST_DIR}/entitle-meter/${script})
endforeach()

string(TIMESTAMP entitle_date "%a, %d %b %Y %H:%M:%S +0000" UTC) # of SOURCE_DATE_EPOCH
configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in debian/changelog @ONLY)
set(CPACK_ENTITLE_CHANGELOG ${PROJECT_BINARY_DIR}/debian/changelog)
set(CPACK_ENTITLE_STRIP ${CMAKE_STRIP})
include(CPack)
