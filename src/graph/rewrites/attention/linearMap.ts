import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Tensor } from '../../ir/tensor.ts';

/** Rows times a constant matrix, plus an optional constant bias. */
export interface LinearMap {
  /** The value whose last axis is multiplied. */
  readonly x: string;
  /** Name of the weight, [inputs, outputs], or [outputs, inputs] if it is transposed. */
  readonly weight: string;
  readonly transposed: boolean;
  /** Name of the bias, which has one element per output; empty if there is none. */
  readonly bias: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** The linear map that ends at a node; for a MatMul, only if no bias is added after it. */
export function linearMap(node: Node | undefined, graph: GraphView): LinearMap | undefined {
  if (node === undefined) return undefined;
  if (node.operator === 'Gemm') return fromGemm(node, graph);
  if (node.operator === 'Add') {
    for (const [product, bias] of [node.inputs, [...node.inputs].reverse()]) {
      const map = product === undefined || bias === undefined ? undefined : fromMatMul(graph.producer(product, 'MatMul'), graph);
      if (map === undefined || product === undefined || !graph.isOnlyRead(product, node)) continue;
      if (isRow(graph.constantOf(bias), map.outputs)) return { ...map, bias: bias ?? '' };
    }
    return undefined;
  }
  const map = node.operator === 'MatMul' ? fromMatMul(node, graph) : undefined;
  const [only, ...others] = graph.readers(node.outputs[0] ?? '');
  return others.length === 0 && only?.operator === 'Add' && linearMap(only, graph) !== undefined ? undefined : map;
}

function fromGemm(node: Node, graph: GraphView): LinearMap | undefined {
  const view = graph.view(node);
  const [x = '', weight = '', bias = ''] = node.inputs;
  const [rows, columns] = graph.constantOf(weight)?.shape ?? [];
  if (rows === undefined || columns === undefined || view.int('transA', 0) !== 0) return undefined;
  if (view.float('alpha', 1) !== 1 || view.float('beta', 1) !== 1) return undefined;
  const transposed = view.int('transB', 0) !== 0;
  const [inputs, outputs] = transposed ? [columns, rows] : [rows, columns];
  return bias === '' || isRow(graph.constantOf(bias), outputs) ? { x, weight, transposed, bias, inputs, outputs } : undefined;
}

function fromMatMul(node: Node | undefined, graph: GraphView): LinearMap | undefined {
  const [x = '', weight = ''] = node?.inputs ?? [];
  const [inputs, outputs, ...others] = graph.constantOf(weight)?.shape ?? [];
  if (inputs === undefined || outputs === undefined || others.length > 0 || graph.constantOf(x) !== undefined) return undefined;
  return { x, weight, transposed: false, bias: '', inputs, outputs };
}

function isRow(bias: Tensor | undefined, outputs: number): boolean {
  return bias !== undefined && bias.size === outputs && (outputs === 1 || bias.shape.at(-1) === outputs);
}
