import { hexRows } from '../bytes/hex.ts';
import type { Emitter } from './artifact.ts';
import { fileIdentifier } from './names.ts';

/** `<stem>.mem.h`: `.param.bin` and weights as C arrays, in the format of ncnn2mem. */
export const memHeaderFiles: Emitter = ({ stem, paramBin, bin }) => {
  const name = `${stem}.mem.h`;
  return [
    {
      name,
      chunks: function* () {
        const guard = `NCNN_INCLUDE_GUARD_${fileIdentifier(name)}`;
        yield ascii(`#ifndef ${guard}\n#define ${guard}\n`);
        yield* array(fileIdentifier(`${stem}.param.bin`), [paramBin]);
        yield* array(fileIdentifier(`${stem}.bin`), bin());
        yield ascii(`#endif // ${guard}\n`);
      },
    },
  ];
};

function* array(identifier: string, chunks: Iterable<Uint8Array>): Generator<Uint8Array, void, undefined> {
  yield ascii(`
#ifdef _MSC_VER
__declspec(align(4))
#else
__attribute__((aligned(4)))
#endif
static const unsigned char ${identifier}[] = {
`);
  yield* hexRows(chunks);
  yield ascii('};\n');
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
