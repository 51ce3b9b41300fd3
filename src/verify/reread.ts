import { NcnnError } from '../diagnostics/diagnostic.ts';
import { readParamText } from '../net/format/paramRead.ts';
import { readWeights } from '../net/format/weightsRead.ts';
import type { Model } from '../net/model.ts';

/** A model and the files it was written to. */
export interface WrittenModel {
  readonly model: Model;
  readonly param: Uint8Array;
  readonly binLength: number;
  readonly bin: () => Iterable<Uint8Array>;
}

/** The model with its net as it is read back from the bytes of its files. Throws `NcnnError` where they are not read cleanly. */
export function rereadModel({ model, param, binLength, bin }: WrittenModel, customLayers: readonly string[] = []): Model {
  const weights = new Uint8Array(binLength);
  let offset = 0;
  for (const piece of bin()) {
    weights.set(piece, offset);
    offset += piece.byteLength;
  }
  const parsed = readParamText(new TextDecoder().decode(param), { customLayers });
  const { layers, diagnostics } = readWeights(parsed.layers, weights);
  const faults = [...parsed.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error');
  if (faults.length > 0) throw new NcnnError(faults);
  return { ...model, net: { ...model.net, layers } };
}
