import { Failure } from '../failure.ts';
import type { Backend, ExtractedBlob, Feed } from '../session/backend.ts';
import type { NcnnModel } from '../types.ts';
import { createMat, readMat } from './mat.ts';
import type { Ncnn } from './ncnn.ts';

/** Prepares a net before it is loaded. */
export type Prepare = (ncnn: Ncnn, net: number) => void;

/** Loads a net into an instance of ncnn. Throws {@link Failure} if this ncnn cannot load it. */
export function loadNet(ncnn: Ncnn, model: NcnnModel, weights: Uint8Array, threads = 1, prepare?: Prepare): Backend {
  const { call } = ncnn;
  const version = call('version_number');
  if (version < Number(model.minNcnnVersion)) throw new Failure('support-release', [model, version]);
  const net = call('net_create');
  const result = ncnn.allocate(4);
  const addresses = [result];
  const dispose = (): void => {
    if (ncnn.hasCrashed()) return;
    call('net_destroy', net);
    addresses.forEach(ncnn.free);
  };
  /** Loads bytes, which ncnn references in place. */
  const load = (part: 'param_bin' | 'model', bytes: Uint8Array): void => {
    const address = ncnn.allocate(bytes.length);
    addresses.push(address);
    new Uint8Array(ncnn.memory()).set(bytes, address);
    const read = call(`net_load_${part}_memory`, net, address);
    if (read !== bytes.length) throw new Failure('support-load', [model, part, version, read, ncnn]);
  };
  try {
    call('option_set_num_threads', call('net_get_option', net), threads);
    prepare?.(ncnn, net);
    load('param_bin', model.param);
    load('model', weights);
  } catch (error) {
    dispose();
    throw error;
  }
  return { run: (feeds, blobIds) => run(ncnn, net, result, feeds, blobIds), dispose };
}

/** Runs a net. `result` is the address of a word for the Mat that ncnn returns. */
function run(ncnn: Ncnn, net: number, result: number, feeds: readonly Feed[], blobIds: readonly number[]): readonly ExtractedBlob[] {
  const { call } = ncnn;
  const extractor = call('extractor_create', net);
  const mats: number[] = [];
  const check = (code: number, blobId: number): void => {
    if (code === outOfMemory) throw new Failure('memory-full', [`blob ${blobId}`]);
    if (code !== 0) throw new Failure('layer-code', [blobId, code | 0, ncnn]);
  };
  try {
    for (const { blobId, shape, data } of feeds) {
      const mat = createMat(ncnn, shape, data);
      mats.push(mat);
      check(call('extractor_input_index', extractor, blobId, mat), blobId);
    }
    return blobIds.map((blobId) => {
      const code = call('extractor_extract_index', extractor, blobId, result);
      const mat = new Uint32Array(ncnn.memory(), result)[0] ?? 0;
      mats.push(mat);
      check(code, blobId);
      return readMat(ncnn, mat);
    });
  } finally {
    // After a crash, the first call throws the same error again.
    for (const mat of mats) call('mat_destroy', mat);
    call('extractor_destroy', extractor);
  }
}

/** The code -100 as a word. */
const outOfMemory = -100 >>> 0;
