import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import { type Decomposition, reshaped, reshapeTarget, sliced, type Writer } from '../decomposition.ts';

/**
 * `RotaryEmbedding` of ONNX and of com.microsoft: pairs of elements of each head are turned by an angle that depends
 * on the position. Of [batch, heads, sequence, size], or of [batch, sequence, heads * size], which is not transposed for it.
 */
export const rotaryEmbedding: Decomposition = {
  name: 'rotary-embedding',
  operators: ['RotaryEmbedding', 'com.microsoft:RotaryEmbedding'],
  decompose: (node, write) => {
    const shape = node.shape(0);
    const packed = shape.length === 3;
    const layout = packed ? packedLayout(node) : { shape, value: node.input(0).name };
    const size = layout.shape[3];
    if (typeof size !== 'number') throw new OperatorError('shape', 'the size of a head is free', 'Fix it with `shape=NAME:…`.');
    const value = packed ? reshaped(write, layout.value, reshapeTarget(layout.shape, shape) ?? []) : layout.value;
    const turned = node.int('rotary_embedding_dim', 0) || size;
    const half = turned / 2;
    const [cosine, sine] = angles(node, write, packed ? 2 : 1);
    const interleaved = node.int('interleaved', 0) === 1;
    const first = interleaved ? sliced(write, value, 3, 0, turned, 2) : sliced(write, value, 3, 0, half);
    const second = interleaved ? sliced(write, value, 3, 1, turned, 2) : sliced(write, value, 3, half, turned);
    const product = (left: string, right: string): string => write.node('Mul', [left, right]);
    const real = write.node('Sub', [product(cosine, first), product(sine, second)]);
    const imaginary = write.node('Add', [product(sine, first), product(cosine, second)]);
    const rest = turned < size ? [sliced(write, value, 3, turned, size)] : [];
    const parts = interleaved ? [paired(write, real, imaginary, turned), ...rest] : [real, imaginary, ...rest];
    const whole = parts.length === 1 ? (parts[0] ?? '') : write.node('Concat', parts, { axis: 3 });
    if (packed) write.result(0, 'Reshape', [whole, write.integers([0, 0, -1])]);
    else write.result(0, 'Identity', [whole]);
    return true;
  },
};

/** The packed heads as an axis of their own, behind that of the positions. */
function packedLayout(node: OperatorNode): { shape: readonly (number | string)[]; value: string } {
  const [batch = 0, sequence = 0, hidden] = node.shape(0);
  const given = node.int('num_heads', 0);
  const table = cacheShape(node);
  const heads = given > 0 || typeof hidden !== 'number' ? given : hidden / (2 * table);
  if (typeof hidden !== 'number' || !(heads > 0) || hidden % heads !== 0) {
    throw new OperatorError('invalid', `the last axis, ${hidden}, does not hold ${heads} heads`);
  }
  return { shape: [batch, sequence, heads, hidden / heads], value: node.input(0).name };
}

/** Entries of a row of the cosines. */
function cacheShape(node: OperatorNode): number {
  const size = node.shape(isMicrosoft(node) ? 2 : 1).at(-1);
  return typeof size === 'number' ? size : 0;
}

/** Cosines and sines of every position, with an axis of 1 for the heads put in. */
function angles(node: OperatorNode, write: Writer, headAxis: number): readonly [string, string] {
  const [cosines, sines, positions] = isMicrosoft(node) ? [2, 3, 1] : [1, 2, 3];
  const places = node.optionalInput(positions);
  if (isMicrosoft(node) && places?.shape?.length !== 2) {
    throw new OperatorError('unsupported', 'positions that are told by the first one only are not supported');
  }
  const of = (index: number): string => {
    const { name } = node.input(index);
    const rows = places === undefined ? name : write.node('Gather', [name, places.name], { axis: 0 });
    return write.node('Unsqueeze', [rows, write.integers([headAxis])]);
  };
  if (isMicrosoft(node) && (node.float('scale', 1) !== 1 || node.int('is_packed_batching', 0) !== 0)) {
    throw new OperatorError('unsupported', 'a scale or packed batches of com.microsoft:RotaryEmbedding are not supported');
  }
  return [of(cosines), of(sines)];
}

function isMicrosoft(node: OperatorNode): boolean {
  return node.operator.startsWith('com.microsoft:');
}

/** Two values element after element: [a0, b0, a1, b1 …]. */
function paired(write: Writer, left: string, right: string, size: number): string {
  const columns = [left, right].map((value) => write.node('Unsqueeze', [value, write.integers([4])]));
  return reshaped(write, write.node('Concat', columns, { axis: 4 }), [0, 0, 0, size]);
}
