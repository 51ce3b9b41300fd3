import { joinPieces } from '../../bytes/join.ts';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { isLayerType } from '../layers/layerTypes.ts';
import type { Model } from '../model.ts';
import { readParamText } from './paramRead.ts';
import { readWeights } from './weightsRead.ts';

/** A model and its written files. */
export interface WrittenModel {
  /** What the files do not contain: inputs, outputs and shapes. Its layers are ignored. */
  readonly model: Model;
  readonly param: Uint8Array;
  readonly binLength: number;
  readonly bin: () => Iterable<Uint8Array>;
}

/** The model with the layers that are read back from its files. Throws `NcnnError` if reading them reports a diagnostic. */
export function readWrittenModel({ model, param, binLength, bin }: WrittenModel): Model {
  const text = new TextDecoder().decode(param);
  const parsed = readParamText(text, { customLayers: customTypes(text) });
  const { layers, diagnostics } = readWeights(parsed.layers, joinPieces(bin(), binLength));
  const errors = [...parsed.diagnostics, ...diagnostics].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new NcnnError(errors);
  return { ...model, net: { ...model.net, layers } };
}

/** In a file that this package wrote, types unknown to ncnn are custom layers. */
function customTypes(param: string): readonly string[] {
  const types = param
    .split('\n')
    .slice(2)
    .flatMap((line) => line.split(' ', 1));
  return types.filter((type) => !isLayerType(type));
}
