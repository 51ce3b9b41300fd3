import { joinPieces } from '../bytes/join.ts';
import type { Artifact } from '../emit/artifact.ts';
import { describeModel } from '../emit/description.ts';
import type { NcnnModel } from '../runtime/types.ts';

/** A converted model in the form of its imported module. */
export function importedModel(artifact: Artifact): NcnnModel {
  const { inputs, outputs, layers, blobs, ...description } = describeModel(artifact);
  return {
    ...description,
    param: artifact.paramBin,
    loadBin: async () => joinPieces(artifact.bin(), artifact.binLength),
    inputs: Object.fromEntries(inputs.map((tensor) => [tensor.name, tensor])),
    outputs: Object.fromEntries(outputs.map((tensor) => [tensor.name, tensor])),
    layers: Object.fromEntries(layers.map(({ name, id }) => [name, id])),
    blobs: Object.fromEntries(blobs.map(({ name, id }) => [name, id])),
  };
}
