# SPDX-License-Identifier: Apache-2.0

# NAME THIRD_PARTY…: libentitle-NAME upon libentitle, shared and static, of the objects
# entitle_NAME_objects. What is public comes from libentitle; of the bricks that it does not
# export, such as src/base, each such library has its own copy.
function(entitle_add_brick name)
    set(shared entitle_${name})
    set(static entitle_${name}_static)
    set(map ${PROJECT_SOURCE_DIR}/src/${name}/entitle-${name}.map)

    add_library(${shared} SHARED $<TARGET_OBJECTS:entitle_${name}_objects>)
    add_library(${static} STATIC $<TARGET_OBJECTS:entitle_${name}_objects>)
    add_library(entitle::${name} ALIAS ${shared})
    add_library(entitle::${name}_static ALIAS ${static})
    foreach(library ${shared} ${static})
        target_sources(${library} PUBLIC
            FILE_SET HEADERS BASE_DIRS include FILES include/entitle/${name}.h)
        set_target_properties(${library} PROPERTIES OUTPUT_NAME entitle-${name})
    endforeach()

    target_link_libraries(${shared}
        PUBLIC entitle
        PRIVATE $<BUILD_INTERFACE:entitle_flags> $<BUILD_INTERFACE:entitle_static> ${ARGN})
    target_link_libraries(${static}
        PUBLIC entitle_static
        PRIVATE $<BUILD_INTERFACE:entitle_flags> ${ARGN})
    set_target_properties(${shared} PROPERTIES
        EXPORT_NAME ${name}
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR}
        LINK_DEPENDS ${map})
    set_target_properties(${static} PROPERTIES EXPORT_NAME ${name}_static)
    target_link_options(${shared} PRIVATE -Wl,--version-script=${map})
    entitle_install_library(entitle-${name})
endfunction()
