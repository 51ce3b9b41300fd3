import { Budget } from '../../../budget/budget.ts';
import { bytesInMemory } from '../../../bytes/byteSource.ts';
import { NcnnError } from '../../../diagnostics/diagnostic.ts';
import { numericTensor } from '../../../graph/ir/numericTensor.ts';
import { evaluate } from '../../../graph/stages/evaluate.ts';
import type { ConvertOptions } from '../../../options/convertOptions.ts';
import { openArchive } from '../archive/archive.ts';
import { type PickleSource, pickleBytes, zipArchive } from '../archive/testing.ts';
import type { TorchValues } from '../trace/testing.ts';
import { importScript } from './importScript.ts';

/** A module of a test. */
export interface ScriptSource {
  /** The methods of the class, indented as in a class body, or the whole file if it starts with `class`. */
  readonly code: string;
  /** Attributes of the module. */
  readonly attributes?: Readonly<Record<string, PickleSource>>;
  readonly constants?: readonly PickleSource[];
  /** Further entries of the archive. */
  readonly entries?: Readonly<Record<string, string | Uint8Array>>;
  readonly version?: number;
}

/** An archive as torch.jit.save writes it, with a module of the class `__torch__.Net`. */
export function scriptBytes({ code, attributes = {}, constants = [], entries = {}, version = 10 }: ScriptSource): Uint8Array {
  const storages: Record<string, Uint8Array> = {};
  const pickle = (value: PickleSource, folder: string): Uint8Array => {
    const { bytes, tensors } = pickleBytes(value);
    tensors.forEach((contents, index) => {
      storages[`net/${folder}/${index}`] = contents;
    });
    return bytes;
  };
  const root = pickle({ className: '__torch__.Net', attributes }, 'data');
  const list = pickle({ tuple: constants }, 'constants');
  const text = code.trimStart().startsWith('class') ? code : `class Net(Module):\n${code}`;
  return zipArchive({
    'net/data.pkl': root,
    'net/constants.pkl': list,
    'net/code/__torch__.py': text,
    ...storages,
    'net/.data/version': String(version),
    ...Object.fromEntries(Object.entries(entries).map(([name, contents]) => [`net/${name}`, contents])),
  });
}

/** The results of a module by name. Inputs without a shape in `options` get that of their values. */
export function runScript(
  source: ScriptSource,
  inputs: Readonly<Record<string, TorchValues>> = {},
  options: ConvertOptions = {},
): Readonly<Record<string, TorchValues>> {
  const shape = Object.fromEntries(Object.entries(inputs).map(([name, values]) => [name, values.shape]));
  const imported = importScript(openArchive(bytesInMemory(scriptBytes(source)), { file: 'net.pt' }), {
    ...options,
    shape: { ...shape, ...options.shape },
  });
  if (imported.kind !== 'graph') throw new TypeError('expected a graph');
  const { graph } = imported;
  const feeds = Object.entries(inputs).map(
    ([name, { dtype = 'float32', shape: sizes, values }]) => [name, numericTensor(dtype, sizes, values)] as const,
  );
  const results = evaluate(graph, new Map(feeds));
  return Object.fromEntries(
    graph.outputs.map((name) => {
      const result = results.get(name) ?? graph.constants.get(name);
      const { dtype = 'float32', shape: sizes = [] } = result ?? {};
      return [name, { dtype: dtype === 'string' ? 'float32' : dtype, shape: sizes, values: [...(result?.toFloat64() ?? [])] }];
    }),
  );
}

/** The diagnostics of a module that is rejected, as `code: message (source)`. */
export function scriptRefusals(source: ScriptSource, options: ConvertOptions = {}): readonly string[] {
  try {
    const bytes = scriptBytes(source);
    importScript(openArchive(bytesInMemory(bytes), { file: 'net.pt', budget: new Budget(options, bytes.length) }), options);
  } catch (error) {
    if (!(error instanceof NcnnError)) throw error;
    return error.diagnostics.map(
      ({ code, message, place }) => `${code}: ${message}${place.source === undefined ? '' : ` (${place.source})`}`,
    );
  }
  return [];
}
