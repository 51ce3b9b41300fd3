import type { GraphBuilder } from '../../ir/builder.ts';
import type { Dimension } from '../../ir/dimension.ts';
import { type Operand, OperatorError, type OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';

/** The default summand for the score of a masked key: onnxruntime adds a finite number instead of -infinity. */
const defaultFilter = -10000;
/** The summand for keys after the query in causal attention. */
const lowest = -3.4028234663852886e38;

/** Query, key and value of each head, [batch, heads, sequence, size], as value names. */
export interface SplitHeads {
  readonly query: string;
  readonly key: string;
  readonly value: string;
}

/** Splits [batch, sequence, heads * size] into [batch, heads, sequence, size]. */
export function splitHeads(edit: GraphBuilder, value: string, heads: number): string {
  const size = edit.typeOf(value)?.shape?.[2];
  if (typeof size !== 'number' || size % heads !== 0) {
    throw new OperatorError('shape', `the last axis of size ${size ?? '?'} cannot be divided into ${heads} heads`);
  }
  return edit.transpose(edit.emit('Reshape', [value, edit.integers([0, 0, heads, size / heads])]), [0, 2, 1, 3]);
}

/** softmax(Q Kᵀ · scale + mask) V, with the heads packed into the last axis again. */
export function attendHeads(edit: GraphBuilder, { query, key, value }: SplitHeads, scale: number, mask: string | undefined): string {
  const type = edit.typeOf(query);
  const size = type?.shape?.[3];
  const width = edit.typeOf(value)?.shape?.[3];
  const heads = type?.shape?.[1];
  if (type === undefined || typeof size !== 'number' || typeof width !== 'number' || typeof heads !== 'number') {
    throw new OperatorError('shape', 'the number of heads or their size is dynamic');
  }
  const products = edit.emit('MatMul', [query, edit.transpose(key, [0, 1, 3, 2])]);
  const scores = edit.emit('Mul', [products, edit.scalar(scale === 0 ? 1 / Math.sqrt(size) : scale, type.dtype)]);
  const probabilities = edit.emit('Softmax', [mask === undefined ? scores : edit.emit('Add', [scores, mask])], { axis: -1 });
  const results = edit.transpose(edit.emit('MatMul', [probabilities, value]), [0, 2, 1, 3]);
  return edit.emit('Reshape', [results, edit.integers([0, 0, heads * width])]);
}

/** The sum of the given masks, which broadcasts to the scores [batch, heads, queries, keys]; `undefined` if there are none. */
export function sumOfMasks(edit: GraphBuilder, masks: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = masks.filter((mask) => mask !== undefined);
  return first === undefined ? undefined : others.reduce((sum, mask) => edit.emit('Add', [sum, mask]), first);
}

/**
 * The mask of padding keys, from the number of keys of each sample that are not padding, or from a mask [batch, keys] or [batch, queries,
 * keys] that is 0 for padding.
 */
export function paddingMask(node: OperatorNode, edit: GraphBuilder, mask: Operand | undefined, key: string): string | undefined {
  if (mask === undefined) return undefined;
  const keyType = edit.typeOf(key);
  const [batch, , keys] = keyType?.shape ?? [];
  const rank = mask.shape?.length;
  const filter = edit.scalar(node.float('mask_filter_value', defaultFilter), keyType?.dtype ?? 'float32');
  const choose = (condition: string): string => edit.emit('Where', [condition, edit.scalar(0, keyType?.dtype ?? 'float32'), filter]);
  if (rank === 1) {
    if (mask.shape?.[0] !== batch) throw new OperatorError('unsupported', 'a mask of starts and ends of the samples is not supported');
    if (typeof keys !== 'number') throw new OperatorError('shape', 'the number of keys is dynamic');
    edit.reserve(keys);
    const places = edit.constant(
      Tensor.float32(
        Array.from({ length: keys }, (_, place) => place),
        [1, 1, 1, keys],
      ),
      'places',
    );
    return choose(edit.emit('Less', [places, edit.emit('Cast', [edit.unsqueeze(mask.name, [1, 2, 3])], { to: 'float32' })]));
  }
  if (rank !== 2 && rank !== 3) throw new OperatorError('unsupported', `a mask of ${rank ?? 'unknown'} axes is not supported`);
  const spread = edit.unsqueeze(mask.name, rank === 2 ? [1, 2] : [1]);
  return choose(mask.dtype === 'bool' ? spread : edit.emit('Greater', [spread, edit.scalar(0, mask.dtype)]));
}

/** The mask of keys after each query, [1, 1, queries, keys]; the queries are aligned with the last keys. */
export function causalMask(edit: GraphBuilder, query: string, key: string): string {
  const [queries, keys] = [query, key].map((value): Dimension | undefined => edit.typeOf(value)?.shape?.[2]);
  if (typeof queries !== 'number' || typeof keys !== 'number') {
    throw new OperatorError('shape', 'the lengths of a causal attention are dynamic');
  }
  edit.reserve(queries * keys);
  const values = Float32Array.from({ length: queries * keys }, (_, place) =>
    place % keys > Math.floor(place / keys) + keys - queries ? lowest : 0,
  );
  return edit.constant(Tensor.of('float32', [1, 1, queries, keys], values), 'causal');
}
