import { layerRecord, layerTypes } from '../net/layers/layerTypes.ts';
import type { LayerType } from '../net/net.ts';
import { requiredLayers } from '../net/requiredLayers.ts';
import type { Artifact, Emitter } from './artifact.ts';
import { utf8 } from './cText.ts';
import { fileIdentifier } from './names.ts';

/** `<stem>.cmake`: a target with the bytes, from whichever form stands beside it, and what a small build of ncnn can leave out. */
export const cmakeFiles: Emitter = (artifact) => {
  const name = `${artifact.stem}.cmake`;
  return [{ name, chunks: () => [utf8(fragment(artifact))] }];
};

function fragment({ stem, model, minNcnnVersion }: Artifact): string {
  const prefix = fileIdentifier(stem);
  const target = `ncnn_model_${prefix}`;
  return [
    `# The net ${comment(stem)} for ncnn ${minNcnnVersion} or later, written by unplugin-ncnn.
#
#   include(${comment(stem)}.cmake)
#   ncnn_model_only_needed_layers()   # if ncnn is built by add_subdirectory, and in front of it
#   target_link_libraries(app PRIVATE ${target} ncnn)
`,
    layerVariables(prefix, requiredLayers(model.net)),
    leaveOutFunction,
    targetDefinition(target, stem),
  ].join('\n');
}

/** The layers of the net, and the flags for a build of ncnn that has only those. */
function layerVariables(prefix: string, required: readonly LayerType[]): string {
  const flags = layerTypes.flatMap((type) => {
    const isDefault = !layerRecord(type).offByDefault;
    if (isDefault === required.includes(type)) return [];
    return `-DWITH_LAYER_${type.toLowerCase()}=${isDefault ? 'OFF' : 'ON'}`;
  });
  return `# The layers that ncnn needs for this net, with those it makes inside of others.
set(${prefix}_NCNN_LAYERS
    ${optionNames(required)})
set_property(GLOBAL APPEND PROPERTY NCNN_MODEL_LAYERS \${${prefix}_NCNN_LAYERS})

# For a build of ncnn by itself: cmake with these has just these layers.
set(${prefix}_NCNN_CMAKE_ARGS
    ${flags.join('\n    ')})
`;
}

/** Layers as ncnn's options name them. */
function optionNames(types: readonly LayerType[]): string {
  return types.map((type) => type.toLowerCase()).join('\n    ');
}

const leaveOutFunction = `# Leaves out of ncnn the layers that no net included so far needs. Name further ones to keep: Mat::substract_mean_normalize takes
# bias and scale, resize_bilinear interp, copy_make_border padding, copy_cut_border crop.
function(ncnn_model_only_needed_layers)
    get_property(needed GLOBAL PROPERTY NCNN_MODEL_LAYERS)
    list(APPEND needed \${ARGN})
    foreach(layer
    ${optionNames(layerTypes)})
        list(FIND needed \${layer} found)
        if(found EQUAL -1)
            set(WITH_LAYER_\${layer} OFF CACHE BOOL "" FORCE)
        else()
            set(WITH_LAYER_\${layer} ON CACHE BOOL "" FORCE)
        endif()
    endforeach()
endfunction()
`;

/** A target with the bytes, from whichever form stands beside the file. */
function targetDefinition(target: string, stem: string): string {
  return `# The bytes, as \`--emit\` made them: taken in by the assembler or the compiler, or written out.
if(NOT TARGET ${target})
    set(_ncnn_model "\${CMAKE_CURRENT_LIST_DIR}/${quoted(stem)}")
    if(EXISTS "\${_ncnn_model}.incbin.S" AND NOT MSVC)
        enable_language(ASM)
        add_library(${target} STATIC "\${_ncnn_model}.incbin.S")
        set_source_files_properties("\${_ncnn_model}.incbin.S" PROPERTIES
            COMPILE_OPTIONS "-I\${CMAKE_CURRENT_LIST_DIR}"
            OBJECT_DEPENDS "\${_ncnn_model}.param.bin;\${_ncnn_model}.bin")
    elseif(EXISTS "\${_ncnn_model}.embed.c")
        add_library(${target} STATIC "\${_ncnn_model}.embed.c")
    elseif(EXISTS "\${_ncnn_model}.c")
        add_library(${target} STATIC "\${_ncnn_model}.c")
    else()
        # Headers that hold the bytes, or files to be read when running.
        add_library(${target} INTERFACE)
    endif()
    get_target_property(_ncnn_model_type ${target} TYPE)
    if(_ncnn_model_type STREQUAL "INTERFACE_LIBRARY")
        target_include_directories(${target} INTERFACE "\${CMAKE_CURRENT_LIST_DIR}")
    else()
        target_include_directories(${target} PUBLIC "\${CMAKE_CURRENT_LIST_DIR}")
        set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C POSITION_INDEPENDENT_CODE ON)
    endif()
    unset(_ncnn_model)
    unset(_ncnn_model_type)
endif()
`;
}

/** For the inside of a quoted argument. */
function quoted(text: string): string {
  return text.replace(/["\\$;]/g, (character) => `\\${character}`);
}

/** For a line of comment. */
function comment(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
