import type { Shape } from './dimension.ts';
import type { Graph, Node } from './graph.ts';
import type { Tensor } from './tensor.ts';

/** For tests: a graph of a few nodes over float32 inputs of the given shapes. */
export function graphOf(
  inputs: Readonly<Record<string, Shape>>,
  nodes: readonly Node[],
  outputs: readonly string[],
  constants: Readonly<Record<string, Tensor>> = {},
): Graph {
  return {
    name: 'test',
    inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: { dtype: 'float32', shape } })),
    outputs,
    nodes,
    constants: new Map(Object.entries(constants)),
    types: new Map(),
  };
}
