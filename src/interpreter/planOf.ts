import { readParamBin } from '../net/format/paramBinRead.ts';
import { readWeights } from '../net/format/weightsRead.ts';
import type { Kernel } from '../net/layers/kernels/call.ts';
import * as kernels from '../net/layers/kernels/index.ts';
import { layerRecord } from '../net/layers/layerTypes.ts';
import { typeName } from '../net/net.ts';
import { SessionError } from '../runtime/sessionError.ts';
import { weightPlaces } from './places.ts';
import type { Plan } from './plan.ts';

const kernelOf: Readonly<Record<string, Kernel | undefined>> = kernels;

/** The plan of any net, by the table of all layers. Throws {@link SessionError} for a net that the table does not know. */
export function planOf(name: string, param: Uint8Array, bin: Uint8Array): Plan {
  const parsed = readParamBin(param);
  const { layers, diagnostics } = parsed.diagnostics.length > 0 ? parsed : readWeights(parsed.layers, bin);
  const [problem] = diagnostics;
  if (problem !== undefined)
    throw new SessionError('support', `"${name}" cannot be interpreted: ${problem.message}. ${problem.hint ?? ''}`);
  const types = layers.map((layer) => {
    if (layer.type === 'Custom')
      throw new SessionError('support', `"${name}" has a custom layer ${typeName(layer)}. Run it with ncnn.wasm.`);
    const { index, params } = layerRecord(layer.type);
    const kernel = kernelOf[layer.type];
    return [index, { type: layer.type, params, ...(kernel === undefined ? {} : { kernel }) }] as const;
  });
  return { types: Object.fromEntries(types), weights: weightPlaces(layers, bin) };
}
