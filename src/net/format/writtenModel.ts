import { joinPieces } from '../../bytes/join.ts';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { isLayerType } from '../layers/layerTypes.ts';
import type { Model } from '../model.ts';
import { readParamText } from './paramRead.ts';
import { readWeights } from './weightsRead.ts';

/** The files that a model was written to. */
export interface WrittenModel {
  /** What the files do not hold: inputs, outputs and shapes. Its layers are not looked at. */
  readonly model: Model;
  readonly param: Uint8Array;
  readonly binLength: number;
  readonly bin: () => Iterable<Uint8Array>;
}

/** The model with its layers as they are read back from its files. Throws `NcnnError` where they are not read cleanly. */
export function readWrittenModel({ model, param, binLength, bin }: WrittenModel): Model {
  const text = new TextDecoder().decode(param);
  const parsed = readParamText(text, { customLayers: customTypes(text) });
  const { layers, diagnostics } = readWeights(parsed.layers, joinPieces(bin(), binLength));
  const errors = [...parsed.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new NcnnError(errors);
  return { ...model, net: { ...model.net, layers } };
}

/** In a file of ours, types that ncnn does not know are the user's. */
function customTypes(param: string): readonly string[] {
  const types = param
    .split('\n')
    .slice(2)
    .flatMap((line) => line.split(' ', 1));
  return types.filter((type) => !isLayerType(type));
}
