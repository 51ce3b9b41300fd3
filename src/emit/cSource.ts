import { literalRows, numberRows } from '../bytes/cRows.ts';
import type { Artifact, Emitter } from './artifact.ts';
import { cHeader, cNames } from './cHeader.ts';
import { alignmentMacro, commentName, includeName, utf8 } from './cText.ts';
import { isTakenHeader } from './headerNames.ts';

/** File name of the form `c`, without its extension. ncnn has a header `net.h`, so a model `net` becomes `net.ncnn.h`. */
export function cFileStem(stem: string): string {
  return isTakenHeader(stem) ? `${stem}.ncnn` : stem;
}

/**
 * `<stem>.h` and `<stem>.c`: the header, and the bytes as arrays for any C or C++ compiler. If ncnn or the system has a header of that
 * name, they are `<stem>.ncnn.h` and `<stem>.ncnn.c`.
 */
export const cFiles: Emitter = (artifact) => {
  const { stem } = artifact;
  const file = cFileStem(stem);
  const header = `${file}.h`;
  const include = includeName(header);
  return [
    { name: header, chunks: () => [utf8(cHeader(artifact))] },
    {
      name: `${file}.c`,
      chunks: function* () {
        yield utf8(`/* The bytes of ${commentName(stem)}, written by unplugin-ncnn. */\n#include ${include}\n\n`);
        yield utf8(alignmentMacro(alignmentOf(artifact)));
        yield* byteArrays(artifact);
      },
    },
  ];
};

/** Name of the alignment macro. */
export function alignmentOf(artifact: Artifact): string {
  return `NCNN_MODEL_${cNames(artifact).prefix}_ALIGNED`;
}

/**
 * Definitions of the arrays in the header, with the bytes as text. gcc, clang and compatible compilers get string literals, which they
 * parse thirty times as fast as numbers, provided that the execution character set is ASCII. Other compilers limit the length of literals
 * and get numbers.
 */
export function* byteArrays(artifact: Artifact): Generator<Uint8Array, void, undefined> {
  yield utf8(`
#if defined(__GNUC__) && 'A' == 65 && 'z' == 122
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
`);
  for (const { name, length, chunks } of arraysOf(artifact)) {
    yield utf8(`\n${alignmentOf(artifact)} const unsigned char ${name}[] =\n`);
    yield* length === 0 ? [utf8('""\n')] : literalRows(chunks());
    // One more for the terminating zero. Any other size means that some characters were encoded as several bytes.
    yield utf8(`;\ntypedef char ${name}_has_the_length_it_should[sizeof(${name}) == ${length + 1} ? 1 : -1];\n`);
  }
  yield utf8('\n#pragma GCC diagnostic pop\n#else\n');
  for (const { name, length, chunks } of arraysOf(artifact)) {
    yield utf8(`\n${alignmentOf(artifact)} const unsigned char ${name}[] = {\n`);
    // An array needs at least one element.
    yield* length === 0 ? [utf8('0\n')] : numberRows(chunks());
    yield utf8('};\n');
  }
  yield utf8('\n#endif\n\n');
  for (const { name, length } of arraysOf(artifact)) yield utf8(`const size_t ${name}_len = ${length};\n`);
}

interface ByteArray {
  readonly name: string;
  readonly length: number;
  readonly chunks: () => Iterable<Uint8Array>;
}

function arraysOf(artifact: Artifact): readonly ByteArray[] {
  const { param, bin } = cNames(artifact);
  return [
    { name: param, length: artifact.paramBin.byteLength, chunks: () => [artifact.paramBin] },
    { name: bin, length: artifact.binLength, chunks: artifact.bin },
  ];
}
