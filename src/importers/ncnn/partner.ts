import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { type ModelSource, openPartner, type PartnerFile } from '../source.ts';

/**
 * Finds the `.bin` of a net: the file joined with a plus, or the file with the same stem in the same folder. `net.param` and
 * `net.param.bin` have `net.bin`; pnnx's `net.ncnn.param` has `net.ncnn.bin`. If no name matches exactly, letter case is ignored.
 * Returns `undefined` if there is no such file. Throws `NcnnError`: `option-invalid` for more than one joined file, and any error of
 * reading it.
 */
export function findWeights(source: ModelSource): PartnerFile | undefined {
  const [joined, second] = source.partners;
  if (second !== undefined) {
    throw ncnnError('option-invalid', 'a net has one weights file, but several are joined', 'Write `net.param+net.bin`.', {
      file: source.file,
    });
  }
  const expected = weightsName(source.name);
  const siblings = source.siblings();
  const name =
    joined ?? (siblings.includes(expected) ? expected : siblings.find((sibling) => sibling.toLowerCase() === expected.toLowerCase()));
  return name === undefined ? undefined : openPartner(source, name);
}

/** Name of the `.bin` of a `.param` or `.param.bin`. */
export function weightsName(name: string): string {
  return `${name.replace(/\.param(\.bin)?$/i, '')}.bin`;
}
