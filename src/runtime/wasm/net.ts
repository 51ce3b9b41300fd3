import type { Backend, ExtractedBlob, Feed, Observe } from '../session/backend.ts';
import { countElements } from '../session/sizes.ts';
import { SessionError } from '../sessionError.ts';
import type { NcnnModel } from '../types.ts';
import type { Ncnn } from './ncnn.ts';

const alignment = 64;

/** Loads a net into an instance of ncnn. Throws {@link SessionError} where this ncnn cannot load it. */
export function loadNet(ncnn: Ncnn, model: NcnnModel, weights: Uint8Array, threads = 1): Backend {
  const { call } = ncnn;
  const available = call('ncnn_version_number');
  const needed = `"${model.name}" needs ncnn ${model.minNcnnVersion}`;
  if (available < Number(model.minNcnnVersion)) {
    throw new SessionError('support', `${needed} or later, the wasm is ${available}. Use a newer ncnn.wasm.`);
  }
  const allocated = [copyIn(ncnn, model.param), copyIn(ncnn, weights)];
  const [param = 0, bin = 0] = allocated;
  const net = call('ncnn_net_create');
  call('ncnn_option_set_num_threads', call('ncnn_net_get_option', net), threads);
  const dispose = (): void => {
    call('ncnn_net_destroy', net);
    for (const address of allocated) call('free', address);
  };
  const load = (name: string, address: number, length: number, what: string): void => {
    const read = call(name, net, address);
    if (read === length) return;
    const log = ncnn.takeLog();
    dispose();
    throw new SessionError(
      'support',
      `ncnn ${available} read ${read} of ${length} bytes of the ${what} of "${model.name}": ${log}. Use an ncnn.wasm with all its layers, and a .bin of the same conversion.`,
    );
  };
  ncnn.takeLog();
  load('ncnn_net_load_param_bin_memory', param, model.param.length, 'param');
  load('ncnn_net_load_model_memory', bin, weights.length, 'weights');
  return { run: (feeds, blobIds, observe) => run(ncnn, net, feeds, blobIds, observe), dispose };
}

function copyIn(ncnn: Ncnn, bytes: Uint8Array): number {
  const address = allocate(ncnn, bytes.length);
  ncnn.bytes().set(bytes, address);
  return address;
}

/** Throws {@link SessionError} where there is no memory left. */
function allocate({ call }: Ncnn, length: number): number {
  const address = call('malloc', length + alignment);
  if (address === 0)
    throw new SessionError('memory', `ncnn has no memory for ${length} bytes. Dispose of sessions, or use smaller inputs.`);
  return address >>> 0;
}

function run(
  ncnn: Ncnn,
  net: number,
  feeds: readonly Feed[],
  blobIds: readonly number[],
  observe: Observe | undefined,
): readonly ExtractedBlob[] {
  const { call } = ncnn;
  const extractor = call('ncnn_extractor_create', net);
  const handle = allocate(ncnn, 4);
  const freed: (() => void)[] = [() => call('free', handle), () => call('ncnn_extractor_destroy', extractor)];
  const check = (code: number, name: string): void => {
    if (code === 0) return;
    const isMemory = code === -100;
    throw new SessionError(
      isMemory ? 'memory' : 'layer',
      `ncnn gave ${code} for ${name}: ${isMemory ? 'it is out of memory' : ncnn.takeLog()}. Check the shapes of the inputs.`,
    );
  };
  try {
    for (const { blobId, shape, data } of feeds) {
      const mat = createMat(ncnn, shape, data);
      freed.push(() => call('ncnn_mat_destroy', mat));
      check(call('ncnn_extractor_input_index', extractor, blobId, mat), `input blob ${blobId}`);
    }
    return blobIds.map((blobId) => {
      const end = observe?.(blobId);
      const code = call('ncnn_extractor_extract_index', extractor, blobId, handle);
      end?.();
      const mat = ncnn.words()[handle >>> 2] ?? 0;
      freed.push(() => call('ncnn_mat_destroy', mat));
      check(code, `output blob ${blobId}`);
      return readMat(ncnn, mat);
    });
  } finally {
    for (const free of freed.reverse()) free();
  }
}

/** A Mat of the values. ncnn aligns its planes, so they are copied one by one. */
function createMat(ncnn: Ncnn, shape: readonly number[], { buffer, byteOffset, byteLength }: Feed['data']): number {
  const mat = ncnn.call(`ncnn_mat_create_${shape.length}d`, ...[...shape].reverse(), 0);
  const address = ncnn.call('ncnn_mat_get_data', mat) >>> 0;
  if (address === 0) throw new SessionError('memory', `ncnn has no memory for an input of [${shape}]. Use smaller inputs.`);
  const [planes, step] = planesOf(ncnn, mat, shape);
  const length = byteLength / planes;
  const memory = ncnn.bytes();
  for (let plane = 0; plane < planes; plane++)
    memory.set(new Uint8Array(buffer, byteOffset + plane * length, length), address + plane * step);
  return mat;
}

function readMat(ncnn: Ncnn, mat: number): ExtractedBlob {
  const get = (name: string): number => ncnn.call(`ncnn_mat_get_${name}`, mat);
  const dims = get('dims');
  const shape = [['w'], ['h', 'w'], ['c', 'h', 'w'], ['c', 'd', 'h', 'w']][dims - 1]?.map(get) ?? [];
  const length = dims === 0 ? 0 : countElements(shape);
  const data = new Float32Array(length);
  if (length === 0) return { shape: [], data };
  if (get('elemsize') !== 4)
    throw new SessionError('layer', `ncnn gave elements of ${get('elemsize')} bytes, expected 4. Convert the model with float outputs.`);
  const [planes, step] = planesOf(ncnn, mat, shape);
  const start = get('data') >>> 0;
  const memory = ncnn.bytes();
  const bytes = new Uint8Array(data.buffer);
  const size = bytes.length / planes;
  for (let plane = 0; plane < planes; plane++) bytes.set(memory.subarray(start + plane * step, start + plane * step + size), plane * size);
  return { shape, data };
}

/** How many planes lie apart, and how many bytes. */
function planesOf(ncnn: Ncnn, mat: number, shape: readonly number[]): readonly [planes: number, step: number] {
  return shape.length < 3 ? [1, 0] : [shape[0] ?? 1, 4 * ncnn.call('ncnn_mat_get_cstep', mat)];
}
