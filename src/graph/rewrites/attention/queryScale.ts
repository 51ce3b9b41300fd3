import { type Dimension, product } from '../../ir/dimension.ts';
import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import { isFloat } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * The factor of attention scores, which is moved to the query:
 *
 *     Softmax(Mul(MatMul(q, k), c) + mask)     becomes     Softmax(MatMul(Mul(q, c), k) + mask)
 *
 * because (c q) k = c (q k). In fp16, products of unscaled queries and keys can exceed 65504. The factor goes through Transposes and Reshapes
 * up to a product with constants, whose weights it then becomes part of. It is moved only if it makes values smaller, if nothing else reads
 * what it passes, and if the query is not larger than the scores or the factor costs nothing.
 */
export const scaleQuery: Rewrite = {
  name: 'scale-query',
  operators: ['Mul', 'Div'],
  match: (node, graph) => {
    const [value = '', constant] =
      node.operator === 'Mul' && graph.numberOf(node.inputs[0]) !== undefined ? [...node.inputs].reverse() : node.inputs;
    const number = graph.numberOf(constant);
    const scores = graph.producer(value, 'MatMul');
    const [query = '', key = ''] = scores?.inputs ?? [];
    const type = graph.typeOf(query);
    if (scores === undefined || number === undefined || type === undefined || !isFloat(type.dtype)) return undefined;
    const factor = node.operator === 'Mul' ? number : 1 / number;
    const isDynamic = graph.constantOf(query) === undefined && graph.constantOf(key) === undefined;
    if (!(Math.abs(factor) < 1) || factor === 0 || !isDynamic || !graph.isOnlyRead(value, node) || !feedsSoftmax(node, graph))
      return undefined;
    const { passed, source, isFree } = sourceOf(query, scores, graph);
    if (!isFree && !isAtMost(type.shape, graph.typeOf(value)?.shape)) return undefined;
    return (edit) => {
      let scaled = edit.emit('Mul', [source, edit.scalar(factor, type.dtype, 'factor')], {}, 'scaled');
      for (const each of passed) [scaled = ''] = edit.emitLike(each, { inputs: [scaled, ...each.inputs.slice(1)] });
      return edit.emitLike(scores, { inputs: [scaled, key] });
    };
  },
};

/** Operators that keep the elements of their first input. */
const moving: ReadonlySet<string> = new Set(['Transpose', 'Reshape', 'Squeeze', 'Unsqueeze']);

interface QuerySource {
  /** The value to multiply, and the nodes between it and the scores, in order. */
  readonly source: string;
  readonly passed: readonly Node[];
  /** Whether the factor can become part of constant weights. */
  readonly isFree: boolean;
}

function sourceOf(query: string, reader: Node, graph: GraphView): QuerySource {
  const passed: Node[] = [];
  let source = query;
  for (let below = reader; graph.isOnlyRead(source, below); ) {
    const node = graph.producer(source);
    if (node === undefined || !moving.has(node.operator)) {
      if (node !== undefined && isLinear(node, graph)) return { source, passed: passed.reverse(), isFree: true };
      break;
    }
    passed.push(node);
    [source = ''] = node.inputs;
    below = node;
  }
  return { source: query, passed: [], isFree: false };
}

/** Whether a node is a product with constant weights, or adds a constant bias to one. */
function isLinear(node: Node, graph: GraphView): boolean {
  if (node.operator === 'Gemm' || node.operator === 'MatMul') return graph.constantOf(node.inputs[1]) !== undefined;
  const sum = node.operator === 'Add' ? node.inputs : [];
  return sum.some((name, index) => {
    const other = sum[1 - index];
    const inner = graph.producer(name, 'MatMul');
    return inner !== undefined && graph.constantOf(other) !== undefined && graph.isOnlyRead(name, node) && isLinear(inner, graph);
  });
}

function feedsSoftmax(node: Node, graph: GraphView): boolean {
  const readers = graph.readers(node.outputs[0] ?? '');
  const [reader] = readers;
  if (reader === undefined || readers.length !== 1 || graph.isOutput(node.outputs[0] ?? '')) return false;
  return reader.operator === 'Softmax' || (['Add', 'Where', 'Max'].includes(reader.operator) && feedsSoftmax(reader, graph));
}

function isAtMost(shape: readonly Dimension[] | undefined, limit: readonly Dimension[] | undefined): boolean {
  const [size, most] = [shape, limit].map((each) => each && product(each));
  return typeof size === 'number' && typeof most === 'number' && size <= most;
}
