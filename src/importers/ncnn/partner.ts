import path from 'node:path';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { ModelSource } from '../importer.ts';

/** The weight file of a net. */
export interface WeightFile {
  /** Path as the user would write it, for diagnostics. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The `.bin` of a net: the one joined with a plus, or the one beside it of the same stem. `net.param` and `net.param.bin` have
 * `net.bin`, the `net.ncnn.param` of pnnx has `net.ncnn.bin`. Letter case may differ where no exact name is there.
 * `undefined` where there is none. Throws `NcnnError`: `option-invalid` for more than one partner, and what reading it throws.
 */
export function findWeights(source: ModelSource): WeightFile | undefined {
  const [joined, second] = source.partners;
  if (second !== undefined) {
    throw ncnnError('option-invalid', 'a net has one file of weights, but several are joined', 'Write `net.param+net.bin`.', {
      file: source.file,
    });
  }
  const expected = weightsName(source.file);
  const siblings = source.siblings();
  const name =
    joined ?? (siblings.includes(expected) ? expected : siblings.find((sibling) => sibling.toLowerCase() === expected.toLowerCase()));
  return name === undefined ? undefined : { path: path.join(path.dirname(source.file), name), bytes: source.side(name) };
}

/** Name of the `.bin` that belongs to a `.param` or `.param.bin`. */
export function weightsName(file: string): string {
  return `${path.basename(file).replace(/\.param(\.bin)?$/i, '')}.bin`;
}
