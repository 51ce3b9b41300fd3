import { customBit } from '../net/format/paramWrite.ts';
import { UniqueNames } from '../net/names.ts';
import type { Net } from '../net/net.ts';
import type { Artifact } from './artifact.ts';
import { commentName } from './cText.ts';
import { type NumberedName, numberedNames } from './description.ts';
import { manifestOf } from './manifest.ts';
import { customTypeIdentifiers, plainIdentifier } from './names.ts';

/** The C names of a net. */
export interface CNames {
  /** Prefix of all names: the stem as an identifier. */
  readonly prefix: string;
  /** The array with the `.param.bin`, and the array with the weights. Their lengths have the suffix `_len`. */
  readonly param: string;
  readonly bin: string;
}

export function cNames({ stem }: Artifact): CNames {
  const prefix = plainIdentifier(stem);
  return { prefix, param: `${prefix}_param_bin`, bin: `${prefix}_bin` };
}

/**
 * The C99 and C++ header of a net: declarations of arrays and lengths, which another file defines, and the ids as enums. It is the same for
 * every form that defines them, so the forms are interchangeable.
 */
export function cHeader(artifact: Artifact): string {
  const { prefix, param, bin } = cNames(artifact);
  const { layers, blobs } = numberedNames(artifact.model.net);
  const guard = `NCNN_MODEL_${prefix}_INCLUDED`;
  const types = new Map(layers.map(({ name, type }) => [name, type]));
  return [
    `/* The net ${commentName(artifact.stem)} for ncnn ${artifact.minNcnnVersion} or later, written by unplugin-ncnn.`,
    ' *',
    ' *   ncnn::Net net;',
    ' *   net.load_param(PARAM); net.load_model(BIN);'.replace('PARAM', param).replace('BIN', bin),
    ...portLines(artifact),
    ' */',
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    '#include <stddef.h>',
    '',
    '#ifdef __cplusplus',
    'extern "C" {',
    '#endif',
    '',
    '/* The .param.bin and the weights, both aligned to 16 bytes. */',
    `extern const unsigned char ${param}[];`,
    `extern const size_t ${param}_len;`,
    `extern const unsigned char ${bin}[];`,
    `extern const size_t ${bin}_len;`,
    '',
    ...enumOf(`${prefix}_LAYER_`, layers, (name) => types.get(name)),
    ...enumOf(`${prefix}_BLOB_`, blobs, () => undefined),
    ...customTypes(prefix, artifact.model.net),
    '#ifdef __cplusplus',
    '}',
    '#endif',
    '',
    '#endif',
    '',
  ].join('\n');
}

/** The inputs and outputs of the net, as comments. */
function portLines(artifact: Artifact): readonly string[] {
  const { inputs, outputs } = manifestOf(artifact);
  return [...inputs.map((port) => ['input', port] as const), ...outputs.map((port) => ['output', port] as const)].flatMap(
    ([kind, port]) => {
      if (port.blob === null) return [];
      const shape = port.ncnnShape.map((size) => (typeof size === 'number' ? size : commentName(size))).join(', ');
      const feed = port.feed === 'int32' ? ', int32 bits' : '';
      return ` *   ${kind} ${commentName(port.name)}: blob ${commentName(port.blob)}${shape === '' ? '' : `, [${shape}]`}${feed}`;
    },
  );
}

function enumOf(prefix: string, names: readonly NumberedName[], typeOf: (name: string) => string | undefined): readonly string[] {
  if (names.length === 0) return [];
  const unique = new UniqueNames();
  const lines = names.map(({ name, identifier, id }, index) => {
    const type = typeOf(name);
    const comma = index < names.length - 1 ? ',' : '';
    // The prefix ends with `_`, and C++ reserves names with `__`.
    const enumerator = unique.next(`${prefix}${identifier}`.replace(/_+/g, '_'));
    return `  ${enumerator} = ${id}${comma} /* ${type === undefined ? '' : `${commentName(type).slice(1, -1)} `}${commentName(name)} */`;
  });
  return ['enum {', ...lines, '};', ''];
}

/** The type numbers for registering custom layers. */
function customTypes(prefix: string, net: Net): readonly string[] {
  const lines = [...customTypeIdentifiers(net)].map(
    ([type, identifier], index) =>
      `#define ${`${prefix}_TYPEINDEX_${identifier}`.replace(/_+/g, '_')} ${customBit | index} /* ${commentName(type)} */`,
  );
  return lines.length === 0 ? [] : [...lines, ''];
}
