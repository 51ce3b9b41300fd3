import type { GraphBuilder } from '../../ir/builder.ts';
import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';
import { reshapeTarget } from '../reshapeTarget.ts';

/**
 * `RotaryEmbedding` of ONNX and of com.microsoft: rotates pairs of elements of each head by an angle that depends on the position. The
 * input is [batch, heads, sequence, size], or [batch, sequence, heads * size], which is not transposed.
 */
export const rotaryEmbedding: Decomposition = {
  name: 'rotary-embedding',
  operators: ['RotaryEmbedding', 'com.microsoft:RotaryEmbedding'],
  decompose: (node, edit) => {
    const shape = node.shape(0);
    const packed = shape.length === 3;
    const layout = packed ? packedLayout(node) : { shape, value: node.input(0).name };
    const size = layout.shape[3];
    if (typeof size !== 'number') throw new OperatorError('shape', 'the size of a head is dynamic');
    const value = packed ? edit.reshape(layout.value, reshapeTarget(layout.shape, shape) ?? []) : layout.value;
    const rotated = node.int('rotary_embedding_dim', 0) || size;
    if (rotated % 2 !== 0 || rotated < 0 || rotated > size)
      throw new OperatorError('invalid', `${rotated} of the ${size} elements of a head cannot be rotated in pairs`);
    const half = rotated / 2;
    const [cosine, sine] = angles(node, edit, packed ? 2 : 1);
    const interleaved = node.int('interleaved', 0) === 1;
    const first = interleaved ? edit.slice(value, 3, 0, rotated, 2) : edit.slice(value, 3, 0, half);
    const second = interleaved ? edit.slice(value, 3, 1, rotated, 2) : edit.slice(value, 3, half, rotated);
    const product = (left: string, right: string): string => edit.emit('Mul', [left, right]);
    const real = edit.emit('Sub', [product(cosine, first), product(sine, second)]);
    const imaginary = edit.emit('Add', [product(sine, first), product(cosine, second)]);
    const unrotated = rotated < size ? [edit.slice(value, 3, rotated, size)] : [];
    const parts = interleaved ? [paired(edit, real, imaginary, rotated), ...unrotated] : [real, imaginary, ...unrotated];
    const whole = parts.length === 1 ? (parts[0] ?? '') : edit.emit('Concat', parts, { axis: 3 });
    return packed ? edit.reshape(whole, [0, 0, -1]) : whole;
  },
};

/** The packed heads as a separate axis after the position axis. */
function packedLayout(node: OperatorNode): { shape: readonly (number | string)[]; value: string } {
  const [batch = 0, sequence = 0, hidden] = node.shape(0);
  const numHeads = node.int('num_heads', 0);
  const table = cacheShape(node);
  const heads = numHeads > 0 || typeof hidden !== 'number' ? numHeads : hidden / (2 * table);
  if (typeof hidden !== 'number' || !(heads > 0) || hidden % heads !== 0) {
    throw new OperatorError('invalid', `the last axis, ${hidden}, does not hold ${heads} heads`);
  }
  return { shape: [batch, sequence, heads, hidden / heads], value: node.input(0).name };
}

/** The length of a row of the cosines. */
function cacheShape(node: OperatorNode): number {
  const size = node.shape(isMicrosoft(node) ? 2 : 1).at(-1);
  return typeof size === 'number' ? size : 0;
}

/** The cosines and sines of every position, with an axis of size 1 for the heads. */
function angles(node: OperatorNode, edit: GraphBuilder, headAxis: number): readonly [string, string] {
  const [cosines, sines, positions] = isMicrosoft(node) ? [2, 3, 1] : [1, 2, 3];
  const places = node.optionalInput(positions);
  if (isMicrosoft(node) && places?.shape?.length !== 2) {
    throw new OperatorError('unsupported', 'position ids with the first position only are not supported');
  }
  const of = (index: number): string => {
    const { name } = node.input(index);
    const rows = places === undefined ? name : edit.emit('Gather', [name, places.name], { axis: 0 });
    return edit.emit('Unsqueeze', [rows, edit.integers([headAxis])]);
  };
  if (isMicrosoft(node) && (node.float('scale', 1) !== 1 || node.int('is_packed_batching', 0) !== 0)) {
    throw new OperatorError('unsupported', 'a scale or packed batches of com.microsoft:RotaryEmbedding are not supported');
  }
  return [of(cosines), of(sines)];
}

function isMicrosoft(node: OperatorNode): boolean {
  return node.operator.startsWith('com.microsoft:');
}

/** Interleaves two values: [a0, b0, a1, b1 …]. */
function paired(edit: GraphBuilder, left: string, right: string, size: number): string {
  const columns = [left, right].map((value) => edit.emit('Unsqueeze', [value, edit.integers([4])]));
  return edit.reshape(edit.emit('Concat', columns, { axis: 4 }), [0, 0, 0, size]);
}
