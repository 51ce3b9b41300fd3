import { hexRows } from '../bytes/hex.ts';
import type { Artifact, Emitter } from './artifact.ts';
import { cHeader, cNames } from './cHeader.ts';
import { alignmentMacro, commentName, includeName, utf8 } from './cText.ts';
import { isTakenHeader } from './headerNames.ts';

/** What the files of the form `c` are called, without their endings: `net.h` is one of ncnn, and so the model's is `net.ncnn.h`. */
export function cFileStem(stem: string): string {
  return isTakenHeader(stem) ? `${stem}.ncnn` : stem;
}

/**
 * `<stem>.h` and `<stem>.c`: the header, and the bytes as arrays, for any compiler of C or C++. They are `<stem>.ncnn.h` and `<stem>.ncnn.c`
 * where ncnn or the system has a header of that name.
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
        yield* hexArrays(artifact);
      },
    },
  ];
};

/** Name of the macro for alignment. */
export function alignmentOf(artifact: Artifact): string {
  return `NCNN_MODEL_${cNames(artifact).prefix}_ALIGNED`;
}

/** Definitions of what the header declares, the bytes written out. */
export function* hexArrays(artifact: Artifact): Generator<Uint8Array, void, undefined> {
  const { param, bin } = cNames(artifact);
  const parts: readonly (readonly [name: string, length: number, chunks: Iterable<Uint8Array>])[] = [
    [param, artifact.paramBin.byteLength, [artifact.paramBin]],
    [bin, artifact.binLength, artifact.bin()],
  ];
  for (const [name, length, chunks] of parts) {
    yield utf8(`\n${alignmentOf(artifact)} const unsigned char ${name}[] = {\n`);
    yield* hexRows(length === 0 ? [Uint8Array.of(0)] : chunks);
    // An array has at least one element, so the size is not that of the array where there is nothing.
    yield utf8(`};\nconst size_t ${name}_len = ${length === 0 ? '0' : `sizeof(${name})`};\n`);
  }
}
