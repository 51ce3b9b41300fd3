import { NcnnError } from '../diagnostics.ts';
import type { Shape } from '../graph/dimension.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { inferAndFold } from '../graph/infer.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Model } from '../net/model.ts';
import type { Layer } from '../net/net.ts';
import { lower } from './lower.ts';

/** For tests: infers, folds and lowers a few nodes over float32 inputs of the given shapes. Throws `NcnnError`. */
export function lowerNodes(
  inputs: Readonly<Record<string, Shape>>,
  nodes: readonly Node[],
  outputs: readonly string[],
  constants: Readonly<Record<string, Tensor>> = {},
): Model {
  const source: Graph = {
    name: 'test',
    inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: { dtype: 'float32', shape } })),
    outputs,
    nodes,
    constants: new Map(Object.entries(constants)),
    types: new Map(),
  };
  const { graph, diagnostics } = inferAndFold(source);
  if (diagnostics.length > 0) throw new NcnnError(diagnostics);
  const result = lower(graph);
  if (!result.ok) throw new NcnnError(result.diagnostics);
  return result.model;
}

/** For tests: the parameters of a layer; none where there is no such layer. */
export function paramsOf(layer: Layer | undefined): object | undefined {
  return layer === undefined || layer.type === 'Custom' ? undefined : layer.params;
}
