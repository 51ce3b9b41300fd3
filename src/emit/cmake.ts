import { layerRecord, layerTypes } from '../net/layers/layerTypes.ts';
import type { LayerType } from '../net/net.ts';
import { requiredLayers } from '../net/requiredLayers.ts';
import type { Artifact, Emitter } from './artifact.ts';
import { cFileStem } from './cSource.ts';
import { utf8 } from './cText.ts';
import { fileIdentifier } from './names.ts';

/**
 * `<stem>.cmake`: a target with the bytes, from whichever form is in the same folder, and the layers that a small build of ncnn can leave
 * out.
 */
export const cmakeFiles: Emitter = (artifact) => {
  const name = `${artifact.stem}.cmake`;
  return [{ name, chunks: () => [utf8(fragment(artifact))] }];
};

/**
 * `<stem>.cmake-args`: the flags for a build of ncnn with only the layers of the net, one flag per line: `cmake $(cat net.cmake-args) …`.
 */
export const cmakeArgsFiles: Emitter = (artifact) => {
  const text = `${layerFlags(layersToBuild(artifact)).join('\n')}\n`;
  return [{ name: `${artifact.stem}.cmake-args`, chunks: () => [utf8(text)] }];
};

/** Layers that ncnn creates for the inputs of any net: `Mat::substract_mean_normalize` uses Bias and Scale. */
const forInputs: readonly LayerType[] = ['Bias', 'Scale'];

function layersToBuild({ model }: Artifact): readonly LayerType[] {
  return [...new Set([...requiredLayers(model.net), ...forInputs])].sort();
}

function layerFlags(required: readonly LayerType[]): readonly string[] {
  return layerTypes.flatMap((type) => {
    const isDefault = !layerRecord(type).offByDefault;
    if (isDefault === required.includes(type)) return [];
    return [`-DWITH_LAYER_${type.toLowerCase()}=${isDefault ? 'OFF' : 'ON'}`];
  });
}

function fragment(artifact: Artifact): string {
  const { stem, minNcnnVersion } = artifact;
  const prefix = fileIdentifier(stem);
  const target = `ncnn_model_${prefix}`;
  return [
    `# The net ${comment(stem)} for ncnn ${minNcnnVersion} or later, written by unplugin-ncnn.
#
#   include(${comment(stem)}.cmake)
#   ncnn_model_only_needed_layers()   # only if ncnn is added by add_subdirectory; call it before that
#   target_link_libraries(app PRIVATE ${target} ncnn)
`,
    layerVariables(prefix, layersToBuild(artifact)),
    leaveOutFunction,
    targetDefinition(target, stem),
  ].join('\n');
}

/** The layers of the net, and the flags for a build of ncnn with only these. */
function layerVariables(prefix: string, required: readonly LayerType[]): string {
  const flags = layerFlags(required);
  return `# The layers that ncnn needs for this net, including those created by other layers, and Bias and Scale for the mean and norm of its inputs.
set(${prefix}_NCNN_LAYERS
    ${optionNames(required)})
set_property(GLOBAL APPEND PROPERTY NCNN_MODEL_LAYERS \${${prefix}_NCNN_LAYERS})

# CMake arguments for a separate build of ncnn with only these layers.
set(${prefix}_NCNN_CMAKE_ARGS
    ${flags.join('\n    ')})
`;
}

/** Layer names as in ncnn's CMake options. */
function optionNames(types: readonly LayerType[]): string {
  return types.map((type) => type.toLowerCase()).join('\n    ');
}

const leaveOutFunction = `# Disables the ncnn layers that no net included so far needs. The arguments are layers to keep: resize_bilinear needs interp,
# copy_make_border needs padding, copy_cut_border needs crop.
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

/** A target with the bytes, from whichever form is in the same folder. */
function targetDefinition(target: string, stem: string): string {
  const cEnding = cFileStem(stem).slice(stem.length);
  return `# The bytes, in the form that \`--emit\` wrote: embedded by the assembler or the compiler, or as C arrays.
if(NOT TARGET ${target})
    set(_ncnn_model "\${CMAKE_CURRENT_LIST_DIR}/${quoted(stem)}")
    if(EXISTS "\${_ncnn_model}.incbin.S" AND NOT MSVC)
        enable_language(ASM)
${library(target, stem, '.incbin.S')}
        set_source_files_properties("\${_ncnn_model_source}" PROPERTIES
            COMPILE_OPTIONS "-I\${CMAKE_CURRENT_LIST_DIR}"
            OBJECT_DEPENDS "\${_ncnn_model}.param.bin;\${_ncnn_model}.bin")
    elseif(EXISTS "\${_ncnn_model}.embed.c")
${library(target, stem, '.embed.c')}
    elseif(EXISTS "\${_ncnn_model}${cEnding}.c")
${library(target, stem, `${cEnding}.c`)}
    else()
        # Headers with the bytes, or files to load at run time.
        add_library(${target} INTERFACE)
    endif()
    get_target_property(_ncnn_model_type ${target} TYPE)
    if(_ncnn_model_type STREQUAL "INTERFACE_LIBRARY")
        target_include_directories(${target} INTERFACE "\${CMAKE_CURRENT_LIST_DIR}")
    else()
        target_include_directories(${target} PUBLIC "\${CMAKE_CURRENT_LIST_DIR}")
        # A project without C compiles them as C++.
        get_property(_ncnn_model_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
        if("C" IN_LIST _ncnn_model_languages)
            set(_ncnn_model_language C)
        else()
            set(_ncnn_model_language CXX)
            get_target_property(_ncnn_model_sources ${target} SOURCES)
            if(NOT _ncnn_model_sources MATCHES "[.]S$")
                set_source_files_properties(\${_ncnn_model_sources} PROPERTIES LANGUAGE CXX)
            endif()
            unset(_ncnn_model_sources)
        endif()
        set_target_properties(${target} PROPERTIES LINKER_LANGUAGE \${_ncnn_model_language} POSITION_INDEPENDENT_CODE ON)
        unset(_ncnn_model_language)
        unset(_ncnn_model_languages)
    endif()
    unset(_ncnn_model)
    unset(_ncnn_model_source)
    unset(_ncnn_model_type)
endif()
`;
}

/** Names that CMake accepts as source files. In other names it expands variables once more, or it fails. */
const plainStem = /^[\w .+-]+$/;

/** A library from the source file with an extension. If CMake does not accept the name, the source is a generated file that includes it. */
function library(target: string, stem: string, ending: string): string {
  const lines = plainStem.test(stem)
    ? [`set(_ncnn_model_source "\${_ncnn_model}${ending}")`]
    : [
        `set(_ncnn_model_source "\${CMAKE_CURRENT_BINARY_DIR}/${target}${ending}")`,
        `file(WRITE "\${_ncnn_model_source}.in" "#include \\"${quoted(`${stem}${ending}`)}\\"\\n")`,
        '# Only written if it differs.',
        `configure_file("\${_ncnn_model_source}.in" "\${_ncnn_model_source}" COPYONLY)`,
      ];
  return [...lines, `add_library(${target} STATIC "\${_ncnn_model_source}")`].map((line) => `        ${line}`).join('\n');
}

/** Escapes text for a quoted argument. */
function quoted(text: string): string {
  return text.replace(/["\\$;]/g, (character) => `\\${character}`);
}

/** Makes text fit on a comment line. */
function comment(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
