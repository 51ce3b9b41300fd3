import { sha256 } from '../bytes/sha256.ts';
import type { EncodedModel } from '../net/encode.ts';

/** SHA-256 of concatenated chunks, in hexadecimal. */
export type HashPieces = (pieces: Iterable<Uint8Array>) => string;

/** 16 hexadecimal digits for the files of a model, computed on first use. */
export function contentHash({ paramBin, bin }: Pick<EncodedModel, 'paramBin' | 'bin'>, hash: HashPieces = sha256): () => string {
  let digits: string | undefined;
  return () => {
    digits ??= hash(pieces()).slice(0, 16);
    return digits;
  };

  function* pieces(): Generator<Uint8Array> {
    yield paramBin;
    yield* bin();
  }
}
