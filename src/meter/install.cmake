# SPDX-License-Identifier: Apache-2.0
# Sets of their own, as for libentitle: who links the shared library needs no database to build.

set_target_properties(entitle_meter PROPERTIES EXPORT_NAME meter)
set_target_properties(entitle_meter_static PROPERTIES EXPORT_NAME meter_static)

install(TARGETS entitle_meter EXPORT entitle-meter-targets FILE_SET HEADERS)
install(TARGETS entitle_meter_static EXPORT entitle-meter-static-targets FILE_SET HEADERS)
foreach(set meter meter-static)
    install(EXPORT entitle-${set}-targets NAMESPACE entitle::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/entitle)
endforeach()

file(RELATIVE_PATH entitle_pc_to_prefix
    /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
set(entitle_pc_postgres "")
if(ENTITLE_POSTGRES)
    set(entitle_pc_postgres " -lpq")
endif()
configure_file(src/entitle-meter.pc.in entitle-meter.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/entitle-meter.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
