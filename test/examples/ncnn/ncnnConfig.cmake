# Stands in for an installed ncnn: what a program calls, written down instead of computed.
add_library(ncnn INTERFACE)
target_include_directories(ncnn INTERFACE "${CMAKE_CURRENT_LIST_DIR}")
