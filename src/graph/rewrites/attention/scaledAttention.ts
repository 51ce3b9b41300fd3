import { product, type Shape, sameShape } from '../../ir/dimension.ts';
import { float } from '../../ir/graph.ts';
import { eitherWay, type GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** `softmax(scale * Q Kᵀ + mask) V` is an `ncnn:ScaledAttention` if there is no mask or the mask is constant and finite. */
export const findScaledAttention: Rewrite = {
  name: 'find-scaled-attention',
  operators: ['MatMul'],
  match: (node, graph) => {
    const [weights = '', value = ''] = node.inputs;
    const softmax = graph.producer(weights, 'Softmax');
    const [scores = ''] = softmax?.inputs ?? [];
    const rank = graph.typeOf(scores)?.shape?.length ?? 0;
    if (softmax === undefined || rank < 3 || !graph.isOnlyRead(weights, node) || !graph.isOnlyRead(scores, softmax)) return undefined;
    const view = graph.view(softmax);
    const found = scoresOf(scores, graph);
    if (found === undefined || view.axis(view.int('axis', -1), rank) !== rank - 1) return undefined;
    const { query, transposedKey, mask, scale } = found;
    const shapes = [query, transposedKey, value].map((name) => graph.typeOf(name)?.shape);
    const [front] = shapes.map((shape) => shape?.slice(0, -2));
    const isDynamic = [query, transposedKey, value].every((name) => graph.constantOf(name) === undefined);
    // An operand that is broadcast over leading axes would have to be copied.
    const haveEqualBatch = shapes.every((shape) => shape?.length === rank && front !== undefined && sameShape(shape.slice(0, -2), front));
    if (!isDynamic || !haveEqualBatch || front === undefined || scale === 0 || !isMask(mask, graph.typeOf(scores)?.shape, graph))
      return undefined;
    const swapped = Array.from({ length: rank }, (_, axis) => axis)
      .with(rank - 2, rank - 1)
      .with(rank - 1, rank - 2);
    return (edit) => {
      const key = edit.emit('Transpose', [transposedKey], { perm: swapped }, 'key');
      return edit.emit('ncnn:ScaledAttention', [query, key, value, ...(mask === undefined ? [] : [mask])], { scale: float(scale) });
    };
  },
};

interface Scores {
  readonly query: string;
  readonly transposedKey: string;
  readonly mask: string | undefined;
  readonly scale: number;
}

function scoresOf(name: string, graph: GraphView): Scores | undefined {
  const sum = graph.producer(name, 'Add');
  if (sum !== undefined) {
    return eitherWay(sum, (product, mask) => {
      const found = graph.constantOf(mask) !== undefined && graph.isOnlyRead(product, sum) ? scoresOf(product, graph) : undefined;
      return found?.mask === undefined ? found && { ...found, mask } : undefined;
    });
  }
  const scaled = factorOf(name, graph);
  const matmul = graph.producer(scaled.value, 'MatMul');
  const [left = '', right = ''] = matmul?.inputs ?? [];
  if (matmul === undefined || graph.isOutput(scaled.value) || graph.readers(scaled.value).length !== 1) return undefined;
  const [query, key] = [factorOf(left, graph), factorOf(right, graph)];
  return { query: query.value, transposedKey: key.value, mask: undefined, scale: scaled.factor * query.factor * key.factor };
}

/** A value without the numbers that it is multiplied with or divided by. */
function factorOf(name: string, graph: GraphView): { readonly value: string; readonly factor: number } {
  const node = graph.producer(name);
  const [left = '', right = ''] = node?.inputs ?? [];
  const [leftNumber, rightNumber] = [graph.numberOf(left), graph.numberOf(right)];
  const shape = graph.typeOf(name)?.shape;
  const through = (value: string, factor: number) => {
    // The number may have a higher rank than the value.
    if (shape?.length !== graph.typeOf(value)?.shape?.length) return { value: name, factor: 1 };
    const inner = factorOf(value, graph);
    return { value: inner.value, factor: inner.factor * factor };
  };
  if (node?.operator === 'Mul' && rightNumber !== undefined) return through(left, rightNumber);
  if (node?.operator === 'Mul' && leftNumber !== undefined) return through(right, leftNumber);
  if (node?.operator === 'Div' && rightNumber !== undefined) return through(left, 1 / rightNumber);
  return { value: name, factor: 1 };
}

/**
 * Whether a constant is a mask that ncnn supports: one matrix for all heads or one per head, without -infinity, which could mask a whole
 * row.
 */
function isMask(name: string | undefined, scores: Shape | undefined, graph: GraphView): boolean {
  if (name === undefined) return true;
  const tensor = graph.constantOf(name);
  if (tensor === undefined || scores === undefined || tensor.shape.length < 2) return false;
  const front = product(tensor.shape.slice(0, -2));
  const matrices = sameShape(tensor.shape.slice(-2), scores.slice(-2)) && (front === 1 || front === product(scores.slice(0, -2)));
  return matrices && tensor.toFloat32().every((value) => Math.abs(value) < 1e30);
}
