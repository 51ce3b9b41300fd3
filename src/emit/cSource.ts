import { hexRows } from '../bytes/hex.ts';
import type { Artifact, Emitter } from './artifact.ts';
import { cHeader, cNames } from './cHeader.ts';
import { alignmentMacro, commentName, includeName, utf8 } from './cText.ts';

/** `<stem>.h` and `<stem>.c`: the header, and the bytes as arrays, for any compiler of C99 or C++. */
export const cFiles: Emitter = (artifact) => {
  const { stem } = artifact;
  const header = `${stem}.h`;
  const include = includeName(header);
  return [
    { name: header, chunks: () => [utf8(cHeader(artifact))] },
    {
      name: `${stem}.c`,
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
