import { readWrittenModel } from '../net/format/writtenModel.ts';
import type { Binding } from '../net/model.ts';
import type { Artifact } from './artifact.ts';
import type { ModelDescription } from './description.ts';
import type { ManifestBinding } from './manifest.ts';

/** The parts of a converted model that must be cached to create any of its files later. */
export interface CachedModel {
  readonly description: ModelDescription;
  /** Format of the source, such as `onnx`. */
  readonly format: string;
  /** Names of the source that no blob of the net has. */
  readonly lostBlobs: readonly string[];
  /** Optimizer passes that changed the net. */
  readonly passes: Artifact['passes'];
  /** Savings of the passes. */
  readonly saved?: Artifact['saved'];
  /** The `.param` text. */
  readonly param: string;
  /** The `.param.bin`. */
  readonly paramBin: Uint8Array;
  readonly bin: Uint8Array;
}

/** Restores the emitters' input from a cached model. The net is parsed again. */
export function restoreArtifact({ description, param, paramBin, bin, format, lostBlobs, passes, saved }: CachedModel): Artifact {
  const inputs = description.inputs.map(bindingOf);
  const outputs = description.outputs.map(bindingOf);
  const files = { param: new TextEncoder().encode(param), binLength: bin.byteLength, bin: () => [bin] };
  const net = { layers: [], shapes: new Map(), outputs: outputs.flatMap(({ blob }) => blob ?? []) };
  return {
    ...files,
    stem: description.name,
    format,
    model: readWrittenModel({ ...files, model: { net, inputs, outputs } }),
    paramBin,
    hash: () => description.hash,
    minNcnnVersion: description.minNcnnVersion,
    lostBlobs,
    passes,
    saved,
  };
}

function bindingOf({ blobId: _id, ncnnShape, ...binding }: ManifestBinding): Binding {
  return { ...binding, blobShape: ncnnShape };
}
