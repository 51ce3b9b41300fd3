import { readParamText } from '../net/format/paramRead.ts';
import { readWeights } from '../net/format/weightsRead.ts';
import { isLayerType } from '../net/layers/layerTypes.ts';
import type { Binding } from '../net/model.ts';
import type { Artifact } from './artifact.ts';
import type { ModelDescription } from './description.ts';
import type { ManifestBinding } from './manifest.ts';

/** What has to be kept of a converted model to make any of its files later. */
export interface KeptModel {
  readonly description: ModelDescription;
  /** Format of the source, `onnx`. */
  readonly format: string;
  /** Optimizer passes that changed something. */
  readonly passes: Artifact['passes'];
  /** What they saved. */
  readonly saved?: Artifact['saved'];
  /** The `.param` text. */
  readonly param: string;
  /** The `.param.bin`. */
  readonly paramBin: Uint8Array;
  readonly bin: Uint8Array;
}

/** All about a model that the emitters need, from what was kept of it: the net is read again. */
export function restoreArtifact({ description, param, paramBin, bin, format, passes, saved }: KeptModel): Artifact {
  // Types that ncnn does not know can only be the user's.
  const types = param
    .split('\n')
    .slice(2)
    .flatMap((line) => line.split(' ', 1));
  const { layers } = readParamText(param, { customLayers: types.filter((type) => !isLayerType(type)) });
  const inputs = description.inputs.map(bindingOf);
  const outputs = description.outputs.map(bindingOf);
  const net = { layers: readWeights(layers, bin).layers, shapes: new Map(), outputs: outputs.flatMap(({ blob }) => blob ?? []) };
  return {
    stem: description.name,
    format,
    model: { net, inputs, outputs },
    param: new TextEncoder().encode(param),
    paramBin,
    binLength: bin.byteLength,
    bin: () => [bin],
    hash: () => description.hash,
    minNcnnVersion: description.minNcnnVersion,
    passes,
    saved,
  };
}

function bindingOf({ blobId: _id, ncnnShape, ...binding }: ManifestBinding): Binding {
  return { ...binding, blobShape: ncnnShape };
}
