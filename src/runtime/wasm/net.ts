import { Failure } from '../failure.ts';
import type { Backend, ExtractedBlob, Feed, Observe } from '../session/backend.ts';
import type { NcnnModel } from '../types.ts';
import { createMat, readMat } from './mat.ts';
import type { Ncnn } from './ncnn.ts';

/** Prepares a net before it is loaded. */
export type Prepare = (ncnn: Ncnn, net: number) => void;

/** Loads a net into an instance of ncnn. Throws {@link Failure} if this ncnn cannot load it. */
export function loadNet(ncnn: Ncnn, model: NcnnModel, weights: Uint8Array, threads = 1, prepare?: Prepare): Backend {
  const { call } = ncnn;
  const version = call('version_number');
  if (version < Number(model.minNcnnVersion)) throw new Failure('support-release', [model.name, model.minNcnnVersion, version]);
  const net = call('net_create');
  const freed: (() => void)[] = [];
  const dispose = (): void => {
    call('net_destroy', net);
    for (const free of freed) free();
  };
  /** Loads bytes, which ncnn references in place; returns the number of bytes read. */
  const load = (name: string, bytes: Uint8Array): number => {
    const address = ncnn.allocate(bytes.length);
    freed.push(() => ncnn.free(address));
    new Uint8Array(ncnn.memory()).set(bytes, address);
    return call(name, net, address);
  };
  try {
    call('option_set_num_threads', call('net_get_option', net), threads);
    ncnn.takeLog();
    prepare?.(ncnn, net);
    const param = load('net_load_param_bin_memory', model.param);
    if (param !== model.param.length) throw new Failure('support-param', [model, version, param, ncnn.takeLog()]);
    const bin = load('net_load_model_memory', weights);
    if (bin !== weights.length) throw new Failure('support-weights', [model, version, bin, ncnn.takeLog()]);
  } catch (error) {
    if (!ncnn.hasCrashed()) dispose();
    throw error;
  }
  return { run: (feeds, blobIds, observe) => run(ncnn, net, feeds, blobIds, observe), dispose };
}

function run(
  ncnn: Ncnn,
  net: number,
  feeds: readonly Feed[],
  blobIds: readonly number[],
  observe: Observe | undefined,
): readonly ExtractedBlob[] {
  const { call } = ncnn;
  const extractor = call('extractor_create', net);
  const handle = ncnn.allocate(4);
  const freed = [() => ncnn.free(handle), () => call('extractor_destroy', extractor)];
  const check = (code: number, name: string): void => {
    // The error code for exhausted memory.
    if (code === -100 >>> 0) throw new Failure('memory-blob', [name]);
    if (code !== 0) throw new Failure('layer-code', [code | 0, name, ncnn.takeLog()]);
  };
  try {
    for (const { blobId, shape, data } of feeds) {
      const mat = createMat(ncnn, shape, data);
      freed.push(() => call('mat_destroy', mat));
      check(call('extractor_input_index', extractor, blobId, mat), `input blob ${blobId}`);
    }
    return blobIds.map((blobId) => {
      const end = observe?.(blobId);
      const code = call('extractor_extract_index', extractor, blobId, handle);
      end?.();
      const mat = new Uint32Array(ncnn.memory(), handle)[0] ?? 0;
      freed.push(() => call('mat_destroy', mat));
      check(code, `output blob ${blobId}`);
      return readMat(ncnn, mat);
    });
  } finally {
    if (!ncnn.hasCrashed()) for (const free of freed.reverse()) free();
  }
}
