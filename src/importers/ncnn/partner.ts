import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { type ModelSource, openPartner, type PartnerFile } from '../source.ts';

/**
 * The `.bin` of a net: the one joined with a plus, or the one beside it of the same stem. `net.param` and `net.param.bin` have
 * `net.bin`, the `net.ncnn.param` of pnnx has `net.ncnn.bin`. Letter case may differ where no exact name is there.
 * `undefined` where there is none. Throws `NcnnError`: `option-invalid` for more than one partner, and what reading it throws.
 */
export function findWeights(source: ModelSource): PartnerFile | undefined {
  const [joined, second] = source.partners;
  if (second !== undefined) {
    throw ncnnError('option-invalid', 'a net has one file of weights, but several are joined', 'Write `net.param+net.bin`.', {
      file: source.file,
    });
  }
  const expected = weightsName(source.name);
  const siblings = source.siblings();
  const name =
    joined ?? (siblings.includes(expected) ? expected : siblings.find((sibling) => sibling.toLowerCase() === expected.toLowerCase()));
  return name === undefined ? undefined : openPartner(source, name);
}

/** Name of the `.bin` that belongs to a `.param` or `.param.bin`. */
export function weightsName(name: string): string {
  return `${name.replace(/\.param(\.bin)?$/i, '')}.bin`;
}
