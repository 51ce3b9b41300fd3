import { Failure } from '../failure.ts';
import { checkedTops, type Forward, type ForwardParams, type LayerFunction } from '../session/customLayer.ts';
import { createMat, readMat } from './mat.ts';
import type { Ncnn } from './ncnn.ts';
import type { Prepare } from './net.ts';

/** This bit is set in the type index of a custom layer. */
const customBit = 0x100;

/**
 * Layers computed by JavaScript, for `createSession(net, { customLayers })`. List them in the order in which their types first appear in
 * the net, because a `.param.bin` numbers them in that order. Layers with weights are not supported.
 */
export function customLayers(layers: readonly LayerFunction[]): Prepare {
  const callbacks = new WeakMap<Ncnn, Callbacks>();
  return (ncnn, net) => {
    const { create, destroy } = callbacks.get(ncnn) ?? addCallbacks(ncnn, layers);
    callbacks.set(ncnn, { create, destroy });
    layers.forEach((_, index) => {
      ncnn.call('net_register_custom_layer_by_typeindex', net, customBit | index, create, destroy, index);
    });
  };
}

/** Indices in the function table. */
interface Callbacks {
  readonly create: number;
  readonly destroy: number;
}

/** Offsets of function pointers in `__ncnn_layer_t`, in words. */
const loadParamField = 1;
const forwardField = 6;

function addCallbacks(ncnn: Ncnn, layers: readonly LayerFunction[]): Callbacks {
  const { call } = ncnn;
  const forwards = new Map<number, Forward>();
  const indexOf = new Map<number, number>();
  const words = (address: number, length: number): Uint32Array => new Uint32Array(ncnn.memory(), address, length);
  /** A failure is recorded, because an exception must not pass through ncnn; the returned code becomes the error. */
  const guarded = (layer: number, work: () => void): number => {
    ncnn.layerErrors.length = 0;
    try {
      work();
      return 0;
    } catch (error) {
      ncnn.layerErrors.push(`custom layer ${indexOf.get(layer)} failed: ${error}`);
      return -1;
    }
  };
  const create = (index: number): number => {
    const layer = call('layer_create');
    const fields = words(layer, 9);
    fields[loadParamField] = loadParam;
    fields[forwardField] = forward;
    indexOf.set(layer, index);
    return layer;
  };
  const destroy = (layer: number): number => {
    indexOf.delete(layer);
    forwards.delete(layer);
    return call('layer_destroy', layer);
  };
  const readParams = (layer: number, params: number): number =>
    guarded(layer, () => {
      const made = layers[indexOf.get(layer) ?? -1]?.(paramsOf(ncnn, params));
      if (made !== undefined) forwards.set(layer, made);
    });
  const compute = (layer: number, bottoms: number, bottomCount: number, tops: number, topCount: number): number =>
    guarded(layer, () => {
      // ncnn copies these handles, even if the layer failed.
      for (let top = 0; top < topCount; top++) words(tops, topCount)[top] = call('mat_create');
      const inputs = Array.from(words(bottoms, bottomCount), (mat) => readMat(ncnn, mat));
      const results = checkedTops(forwards.get(layer)?.(inputs) ?? [], topCount);
      results.forEach(({ shape, data }, top) => {
        call('mat_destroy', words(tops, topCount)[top] ?? 0);
        words(tops, topCount)[top] = createMat(ncnn, shape, data);
      });
    });
  const first = addFunctions(ncnn, [create, destroy, readParams, compute]);
  const [loadParam, forward] = [first + 2, first + 3];
  return { create: first, destroy: first + 1 };
}

function paramsOf({ call }: Ncnn, params: number): ForwardParams {
  // A `.param.bin` does not say which numbers are floats: ncnn returns the bits of either.
  const bits = (id: number): number | undefined =>
    call('paramdict_get_type', params, id) === 0 ? undefined : call('paramdict_get_int', params, id, 0);
  return {
    int: (id, fallback = 0) => (bits(id) ?? fallback) | 0,
    float: (id, fallback = 0) => {
      const word = bits(id);
      return word === undefined ? fallback : (new Float32Array(Uint32Array.of(word).buffer)[0] ?? fallback);
    },
  };
}

/** Adds functions of the four types to ncnn's table; returns the index of the first one. */
function addFunctions({ instance }: Ncnn, functions: readonly ((...words: readonly number[]) => number)[]): number {
  const table = instance.wasmTable ?? instance.__indirect_function_table;
  if (table === undefined) throw new Failure('wasm-table', []);
  const imports = Object.fromEntries(functions.map((run, index) => [index, run]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(forwarder()), { e: imports });
  const first = table.grow(functions.length);
  for (const index of functions.keys()) table.set(first + index, exports[index]);
  return first;
}

/**
 * A module that exports its imports with the types of a creator, a destroyer, `load_param` and `forward_n`, because a table accepts only
 * WebAssembly functions.
 */
function forwarder(): Uint8Array<ArrayBuffer> {
  const [typeSection, importSection, exportSection, functionType, i32, ofFunction, letterE, digit0] = [1, 2, 7, 0x60, 0x7f, 0, 0x65, 0x30];
  const four = [0, 1, 2, 3];
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[typeSection, 27, 4],
    ...[functionType, 1, i32, 1, i32],
    ...[functionType, 2, i32, i32, 0],
    ...[functionType, 2, i32, i32, 1, i32],
    ...[functionType, 6, i32, i32, i32, i32, i32, i32, 1, i32],
    ...[importSection, 25, 4, ...four.flatMap((index) => [1, letterE, 1, digit0 + index, ofFunction, index])],
    ...[exportSection, 17, 4, ...four.flatMap((index) => [1, digit0 + index, ofFunction, index])],
  );
}
