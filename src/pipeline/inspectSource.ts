import { Budget } from '../budget/budget.ts';
import { formatShape } from '../graph/ir/dimension.ts';
import type { Graph } from '../graph/ir/graph.ts';
import { byteSize } from '../graph/ir/tensor.ts';
import type { Imported } from '../importers/importer.ts';
import type { ModelSource } from '../importers/source.ts';
import type { Model } from '../net/model.ts';
import { typeName } from '../net/net.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { failureIn } from './failure.ts';
import { importModel } from './importModel.ts';

/** The contents of a model file before any conversion. */
export interface Inspection {
  readonly format: string;
  /** What the file says about itself: operator sets, producer. */
  readonly about: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** How often each operator (or, in a net, each layer type) occurs, by name. */
  readonly operators: readonly { readonly name: string; readonly times: number }[];
  readonly weights: readonly { readonly dtype: string; readonly tensors: number; readonly bytes: number }[];
}

/** An input or output as the file declares it; the shape as text, `[1,3,h,w]`, or `?` if it is not declared. */
export interface Port {
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
  /** Its sizes, with a dynamic axis as its name; absent if no shape is declared. */
  readonly axes?: readonly (number | string)[];
}

/** Reads a model and lists its contents. Throws `NcnnError` if it cannot be read. */
export async function inspectSource(source: ModelSource, options: ConvertOptions = {}): Promise<Inspection> {
  try {
    const { format, imported } = await importModel(source, options, new Budget(options));
    return { format, about: imported.about ?? '', ...list(imported) };
  } catch (error) {
    throw failureIn(source.file, [], error);
  }
}

type Listed = Omit<Inspection, 'format' | 'about'>;

function list(imported: Imported): Listed {
  switch (imported.kind) {
    case 'graph':
      return listGraph(imported.graph);
    case 'model':
      return listModel(imported.model);
    case 'weights':
      return { inputs: [], outputs: [], operators: [], weights: sumUp(imported.tensors) };
  }
}

function listGraph(graph: Graph): Listed {
  const weights = [...graph.constants.values()].map(({ dtype, size }) => ({
    dtype,
    bytes: dtype === 'string' ? 0 : size * byteSize(dtype),
  }));
  return {
    inputs: graph.inputs.map(({ name, type }) => port(name, type.dtype, type.shape)),
    outputs: graph.outputs.map((name) => {
      const type = graph.types.get(name);
      return port(name, type?.dtype ?? '?', type?.shape);
    }),
    operators: count(graph.nodes.map((node) => node.operator)),
    weights: sumUp(weights),
  };
}

function listModel({ net, inputs, outputs }: Model): Listed {
  const weights = net.layers
    .flatMap((layer) => layer.weights)
    .map((weight) => ({ dtype: weight.storage, bytes: weight.read().byteLength }));
  return {
    inputs: inputs.map(({ name, dtype, shape }) => port(name, dtype, shape)),
    outputs: outputs.map(({ name, dtype, shape }) => port(name, dtype, shape)),
    operators: count(net.layers.map(typeName)),
    weights: sumUp(weights),
  };
}

function port(name: string, dtype: string, axes: Port['axes']): Port {
  return { name, dtype, shape: formatShape(axes), ...(axes === undefined ? {} : { axes }) };
}

function count(names: readonly string[]): Inspection['operators'] {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].map(([name, number]) => ({ name, times: number })).sort((left, right) => (left.name < right.name ? -1 : 1));
}

function sumUp(weights: readonly { readonly dtype: string; readonly bytes: number }[]): Inspection['weights'] {
  const sums = new Map<string, { readonly tensors: number; readonly bytes: number }>();
  for (const { dtype, bytes } of weights) {
    const sum = sums.get(dtype) ?? { tensors: 0, bytes: 0 };
    sums.set(dtype, { tensors: sum.tensors + 1, bytes: sum.bytes + bytes });
  }
  return [...sums].map(([dtype, sum]) => ({ dtype, ...sum })).sort((left, right) => right.bytes - left.bytes);
}
