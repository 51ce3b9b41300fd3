import { readParamBin } from '../net/format/paramBinRead.ts';
import { readWeights } from '../net/format/weightsRead.ts';
import type { Kernel } from '../net/layers/kernels/call.ts';
import * as kernels from '../net/layers/kernels/index.ts';
import { layerRecord } from '../net/layers/layerTypes.ts';
import { typeName } from '../net/net.ts';
import { Failure } from '../runtime/failure.ts';
import { weightPlaces } from './places.ts';
import type { Plan } from './plan.ts';

const kernelOf: Readonly<Record<string, Kernel | undefined>> = kernels;

/** The plan of any net, from the table of all layers. Throws {@link Failure} for a net with an unknown layer. */
export function planOf(name: string, param: Uint8Array, bin: Uint8Array): Plan {
  const parsed = readParamBin(param);
  const { layers, diagnostics } = parsed.diagnostics.length > 0 ? parsed : readWeights(parsed.layers, bin);
  const [problem] = diagnostics;
  if (problem !== undefined) throw new Failure('support-net', [name, problem.message, problem.hint ?? '']);
  const types = layers.map((layer) => {
    if (layer.type === 'Custom') throw new Failure('support-custom', [name, typeName(layer)]);
    const { index, params } = layerRecord(layer.type);
    const kernel = kernelOf[layer.type];
    return [index, { type: layer.type, params, ...(kernel === undefined ? {} : { kernel }) }] as const;
  });
  return { types: Object.fromEntries(types), weights: weightPlaces(layers, bin) };
}
