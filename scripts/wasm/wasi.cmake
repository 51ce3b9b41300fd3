# Compiles ncnn for WebAssembly with the C++ compiler of Zig. ZIG is its path, NCNN_INCLUDE the folder of our headers.
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ZIG NCNN_INCLUDE)

set(CMAKE_C_COMPILER "${ZIG}" cc)
set(CMAKE_CXX_COMPILER "${ZIG}" c++)
set(target "-target wasm32-wasi -mcpu=generic+simd128+bulk_memory+nontrapping_fptoint+sign_ext+mutable_globals")
# ncnn's x86 layers, which use SSE, are the ones that suit WebAssembly SIMD.
set(sse "-D__SSE__=1 -D__SSE2__=1 -D__SSSE3__=1 -D__SSE4_1__=1 -I${NCNN_INCLUDE}")
# Nothing of this machine may be in the result.
set(reproducible "-g0 -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${NCNN_INCLUDE}=.")
set(CMAKE_C_FLAGS_INIT "${target} ${sse} ${reproducible}")
set(CMAKE_CXX_FLAGS_INIT "${target} ${sse} ${reproducible}")

# An archive without dates.
foreach(language C CXX)
    set(CMAKE_${language}_ARCHIVE_CREATE "${ZIG} ar qcD <TARGET> <OBJECTS>")
    set(CMAKE_${language}_ARCHIVE_APPEND "${ZIG} ar qD <TARGET> <OBJECTS>")
    set(CMAKE_${language}_ARCHIVE_FINISH "${ZIG} ar s <TARGET>")
endforeach()
