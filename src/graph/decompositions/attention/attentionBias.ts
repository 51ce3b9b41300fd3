import type { GraphBuilder } from '../../ir/builder.ts';
import type { Dimension } from '../../ir/dimension.ts';
import { type Operand, OperatorError, type OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';

/** The summand of the scores [batch, heads, queries, keys] before the softmax, which broadcasts to them. */
export interface AttentionBias {
  readonly value: string;
  /** Whether it may be -infinity for all keys of a query. */
  readonly mayMaskRows: boolean;
}

export interface ScoreSizes {
  readonly batch: Dimension | undefined;
  readonly queries: Dimension | undefined;
  readonly keys: Dimension | undefined;
  readonly past: Dimension;
}

/**
 * The bias of an `Attention`: its mask, the causal mask, the sliding window around each query, and the padding of the keys. Query i has
 * position i + offset among the keys: after the cached keys, or at the end of the keys that are not padding.
 */
export function attentionBias(node: OperatorNode, edit: GraphBuilder, sizes: ScoreSizes): AttentionBias | undefined {
  const { dtype } = node.input(0);
  const lengths = node.optionalInput(6);
  const allowed: string[] = [];
  let emptyRows = false;
  const window = windowOf(node);
  if (window.left !== Number.POSITIVE_INFINITY || window.right !== Number.POSITIVE_INFINITY) {
    const [queries, keys, past] = [sizes.queries, sizes.keys, sizes.past];
    if (typeof queries !== 'number' || typeof keys !== 'number' || typeof past !== 'number') {
      throw new OperatorError('shape', 'the lengths of a causal or local attention are dynamic');
    }
    edit.reserve(queries * keys);
    if (lengths === undefined) {
      const seen = visibleKeys(queries, keys, past, window);
      emptyRows = Array.from({ length: queries }, (_, row) => seen.subarray(row * keys, (row + 1) * keys)).some((row) => !row.includes(1));
      if (seen.includes(0)) allowed.push(edit.constant(Tensor.of('bool', [queries, keys], seen)));
    } else for (const entry of visibleFrom(edit, queries, keys, lengths, window)) allowed.push(entry);
  }
  if (lengths !== undefined) {
    const [keys] = [sizes.keys];
    if (typeof keys !== 'number') throw new OperatorError('shape', 'the number of keys is dynamic');
    edit.reserve(keys);
    const places = edit.integers(Array.from({ length: keys }, (_, key) => key));
    allowed.push(edit.emit('Less', [places, column(edit, lengths)]));
  }
  const mask = node.optionalInput(3);
  const padded = mask && paddedMask(edit, mask, sizes.keys, node);
  if (mask?.dtype === 'bool' && padded !== undefined) allowed.push(padded);
  const added = mask?.dtype === 'bool' ? undefined : padded;
  const [first, ...others] = allowed;
  const choice =
    first &&
    edit.emit('Where', [
      others.reduce((both, other) => edit.emit('And', [both, other]), first),
      edit.scalar(0, dtype),
      edit.scalar(Number.NEGATIVE_INFINITY, dtype),
    ]);
  if (choice === undefined) return added === undefined ? undefined : { value: added, mayMaskRows: true };
  const value = added === undefined ? choice : edit.emit('Add', [added, choice]);
  return { value, mayMaskRows: emptyRows || mask !== undefined || lengths !== undefined };
}

/** Number of keys before and after its position that a query attends to. */
interface Window {
  readonly left: number;
  readonly right: number;
}

function windowOf(node: OperatorNode): Window {
  const side = (name: string): number => {
    const size = node.int(name, -1);
    return size < 0 ? Number.POSITIVE_INFINITY : size;
  };
  const right = side('right_window_size');
  return { left: side('left_window_size'), right: node.int('is_causal', 0) === 1 ? Math.min(0, right) : right };
}

function visibleKeys(queries: number, keys: number, offset: number, { left, right }: Window): Uint8Array {
  return Uint8Array.from({ length: queries * keys }, (_, index) => {
    const position = Math.floor(index / keys) + offset;
    const key = index % keys;
    return key >= position - left && key <= position + right ? 1 : 0;
  });
}

/** Like {@link visibleKeys}, but the offset of each sample is the number of keys that are not padding minus the number of queries. */
function visibleFrom(edit: GraphBuilder, queries: number, keys: number, lengths: Operand, { left, right }: Window): readonly string[] {
  const ahead = Array.from({ length: queries * keys }, (_, index) => (index % keys) - Math.floor(index / keys) + queries);
  const offsets = column(edit, lengths);
  const compared = (operator: string, shift: number): string =>
    edit.emit(operator, [
      edit.constant(
        Tensor.int64(
          ahead.map((distance) => distance + shift),
          [queries, keys],
        ),
      ),
      offsets,
    ]);
  return [
    ...(right === Number.POSITIVE_INFINITY ? [] : [compared('LessOrEqual', -right)]),
    ...(left === Number.POSITIVE_INFINITY ? [] : [compared('GreaterOrEqual', left)]),
  ];
}

/** One number per sample, in a shape that broadcasts against [queries, keys]. */
function column(edit: GraphBuilder, lengths: Operand): string {
  return edit.emit('Reshape', [lengths.name, edit.integers([-1, 1, 1, 1])]);
}

/** A mask whose last axis is extended to all keys with masked entries. */
function paddedMask(edit: GraphBuilder, mask: Operand, keys: Dimension | undefined, node: OperatorNode): string {
  const last = node.shape(3).at(-1);
  if (last === keys || last === 1) return mask.name;
  if (typeof last !== 'number' || typeof keys !== 'number' || last > keys) {
    throw new OperatorError('shape', `the mask is for ${last} keys, expected ${keys}`);
  }
  const filling = edit.scalar(mask.dtype === 'bool' ? 0 : Number.NEGATIVE_INFINITY, mask.dtype);
  return edit.emit('Pad', [mask.name, edit.integers([0, keys - last]), filling, edit.integers([-1])]);
}
