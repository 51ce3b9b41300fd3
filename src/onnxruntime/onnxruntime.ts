import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { halfToNumber, numberToBfloat16, numberToHalf } from '../bytes/half.ts';
import { ncnnError } from '../diagnostics/diagnostic.ts';
import { cutBehind } from '../diagnostics/remedies.ts';
import { undefinedOn } from '../files/errorCodes.ts';
import type { Tensor } from '../graph/ir/tensor.ts';
import type { ComputeTensors } from '../verify/verify.ts';

/**
 * The part of onnxruntime's API that is used here, the same in all its packages. The user installs them, so their types are not required.
 */
interface Runtime {
  readonly InferenceSession: {
    readonly create: (model: Uint8Array, options: object) => Promise<Session>;
  };
  readonly Tensor: new (type: string, data: ArrayLike<number | bigint>, dims: readonly number[]) => unknown;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly run: (feeds: Readonly<Record<string, unknown>>, outputs: readonly string[]) => Promise<Readonly<Record<string, unknown>>>;
  readonly release: () => Promise<void>;
}

/** In order of preference: the first one is faster, the second one is plain WebAssembly. */
const packages = ['onnxruntime-node', 'onnxruntime-web'];

/** An ONNX file, and its side files by their names in the model. */
export interface OnnxFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly sideFiles: ReadonlyMap<string, Uint8Array>;
}

/**
 * Opens the model in onnxruntime, in whichever of its packages is installed beside this package or in the working directory. Throws
 * `NcnnError` (`package-missing`) if there is none; the returned function throws `layer-not-run` if onnxruntime rejects the model.
 *
 * @param places files from which packages are resolved, as paths or URLs
 */
export async function openOnnxRuntime(
  { file, bytes, sideFiles }: OnnxFile,
  places: readonly string[] = [import.meta.url, path.resolve('index.js')],
): Promise<ComputeTensors> {
  const runtime = await loadRuntime(places);
  const externalData = [...sideFiles].map(([name, data]) => ({ path: name, data }));
  return async (feeds, outputs) => {
    const model = withOutputs(bytes, outputs);
    // Warnings are about what onnxruntime does to the graph, and go to standard error.
    const options = { logSeverityLevel: 3, graphOptimizationLevel: 'basic', ...(externalData.length > 0 ? { externalData } : {}) };
    const session = await asRefusal(file, () => runtime.InferenceSession.create(model, options));
    try {
      const inputs = session.inputNames.flatMap((name) => {
        const tensor = feeds.get(name);
        return tensor === undefined ? [] : [{ name, tensor, data: dataOf(tensor) }];
      });
      const results = await asRefusal(file, () => {
        const tensors = inputs.map(({ name, tensor, data }) => [name, new runtime.Tensor(tensor.dtype, data, tensor.shape)]);
        return session.run(Object.fromEntries(tensors), outputs);
      });
      return new Map(outputs.map((name) => [name, valuesOf(Object.hasOwn(results, name) ? results[name] : undefined)]));
    } finally {
      await session.release();
    }
  };
}

/** Runs a call of onnxruntime; its exceptions become errors about the model. */
async function asRefusal<T>(file: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw ncnnError(
      'layer-not-run',
      `onnxruntime does not run the model: ${reason.trim()}`,
      'Verify without onnxruntime: the model is then computed with our own operators.',
      { file },
    );
  }
}

async function loadRuntime(places: readonly string[]): Promise<Runtime> {
  for (const name of packages) {
    const file = locate(name, places);
    if (file === undefined) continue;
    try {
      const loaded: unknown = await import(pathToFileURL(file).href);
      const runtime = isRuntime(loaded) ? loaded : fieldOf(loaded, 'default');
      if (isRuntime(runtime)) return runtime;
    } catch (error) {
      throw brokenPackage(name, error);
    }
  }
  throw ncnnError(
    'package-missing',
    'verifying against onnxruntime needs onnxruntime-web or onnxruntime-node, and neither is installed',
    'Run `npm install -D onnxruntime-web` (WebAssembly) or `npm install -D onnxruntime-node` (native; where its download after the install is blocked, put `onnxruntime-node-install=skip` in .npmrc).',
  );
}

/** The location of a package, resolved from here or from the working directory, because this tool may be installed elsewhere. */
function locate(name: string, places: readonly string[]): string | undefined {
  const notThere = ['MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'];
  const files = places.map((from) => undefinedOn(notThere, () => createRequire(from).resolve(name)));
  return files.find((file) => file !== undefined);
}

function brokenPackage(name: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return ncnnError(
    'package-missing',
    `the package ${name} is installed, but cannot be loaded: ${reason}`,
    name === 'onnxruntime-node'
      ? 'Install it again, or remove it and run `npm install -D onnxruntime-web`, which is plain WebAssembly.'
      : 'Install it again.',
  );
}

function isRuntime(value: unknown): value is Runtime {
  return typeof fieldOf(fieldOf(value, 'InferenceSession'), 'create') === 'function' && typeof fieldOf(value, 'Tensor') === 'function';
}

function fieldOf(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  return Reflect.get(value, name);
}

/**
 * The model with additional outputs. Concatenated protobuf messages are merged, and their lists are concatenated: a second `graph` that
 * contains only outputs is appended to the file, which is not decoded. (Fields: 7 of ModelProto, 12 of GraphProto, 1 of ValueInfoProto.)
 */
export function withOutputs(model: Uint8Array, names: readonly string[]): Uint8Array {
  const outputs = names.map((name) => field(12, field(1, new TextEncoder().encode(name))));
  return outputs.length === 0 ? model : Buffer.concat([model, field(7, Buffer.concat(outputs))]);
}

function field(number: number, content: Uint8Array): Uint8Array {
  const head = [number * 8 + 2];
  let remaining = content.byteLength;
  for (; remaining > 127; remaining = Math.floor(remaining / 128)) head.push((remaining % 128) + 128);
  return Buffer.concat([Uint8Array.from([...head, remaining]), content]);
}

/** Elements in the form that onnxruntime expects: float16 as bits. */
function dataOf(tensor: Tensor): ArrayLike<number | bigint> {
  if (tensor.dtype === 'float16') return Uint16Array.from(tensor.toFloat64(), numberToHalf);
  if (tensor.dtype === 'bfloat16') return Uint16Array.from(tensor.toFloat64(), numberToBfloat16);
  const values = tensor.values();
  if (isNumeric(values)) return values;
  throw ncnnError('type-unsupported', 'an input contains strings, which ncnn does not support', cutBehind);
}

function isNumeric(values: ArrayLike<unknown>): values is ArrayLike<number | bigint> {
  return !Array.isArray(values);
}

function valuesOf(result: unknown): Float64Array {
  const data = fieldOf(result, 'data');
  if (data instanceof Uint16Array && fieldOf(result, 'type') === 'float16') return Float64Array.from(data, halfToNumber);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array.from(data, Number);
  return numberArrays.some((type) => data instanceof type) ? Float64Array.from(data as Iterable<number>) : new Float64Array();
}

const numberArrays = [Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Uint32Array];
