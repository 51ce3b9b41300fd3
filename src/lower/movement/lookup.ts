import { pinOrCut } from '../../diagnostics/remedies.ts';
import type { Dimension } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { sliceRange } from '../../graph/ops/movement/selection.ts';
import { binary, unary, withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';
import { permuted } from './transpose.ts';

/** Maximum number of comparisons. Beyond it, a lookup would take more memory than the rest of the net. */
const maxCompared = 1 << 24;

/**
 * Adds the axis size to negative indices. The indices are integers in float32. `size` is the size of the indexed axis, or a blob of the
 * same rank with one size per index.
 */
export function counted(node: LoweringNode, indices: DraftBlob, size: number | DraftBlob): DraftBlob {
  const isNegative = node.layer('Clip', [unary(node, 'NEG', indices)], { min: 0, max: 1 }, indices.shape);
  const added = typeof size === 'number' ? withScalar(node, 'MUL', isNegative, size) : binary(node, 'MUL', isNegative, size);
  return binary(node, 'ADD', indices, added);
}

/** For non-negative indices `[count, 1]`: rows `[count, size]` with a 1 at the index and zeros elsewhere. */
export function oneHot(node: LoweringNode, indices: DraftBlob, size: number): DraftBlob {
  const places = node.constantBlob(Float32Array.from(sliceRange(size)), [1, size], 'places');
  const distance = unary(node, 'ABS', binary(node, 'SUB', indices, places));
  const near = withScalar(node, 'RSUB', distance, 1);
  return node.layer('ReLU', [near], {}, near.shape);
}

/**
 * Rows `[count, run]` of a computed blob `[size, run]` at computed indices `[count, 1]`. Each element is bounded by infinity in the
 * selected row and by minus infinity elsewhere; the maximum is the selected element, even if others are infinite. (A product with a one-hot
 * row would give NaN for those.)
 */
export function chosenRows(
  node: LoweringNode,
  data: DraftBlob,
  indices: DraftBlob,
  size: number,
  run: number,
  count: Dimension,
): DraftBlob {
  if (typeof count !== 'number' || count * size * run > maxCompared) {
    throw new OperatorError(
      'unsupported',
      `selecting ${count} times ${run} of ${size * run} elements at computed indices needs too large a comparison`,
      pinOrCut,
    );
  }
  const infinity = node.constantBlob(Float32Array.of(Number.POSITIVE_INFINITY), [1, 1], 'infinity');
  const bounds = binary(node, 'MUL', withScalar(node, 'SUB', oneHot(node, indices, size), 0.5), infinity);
  const columns = permuted(node, { blob: data, shape: [size, run] }, [1, 0]).blob;
  const smaller = binary(node, 'MIN', node.view(columns, [1, run, size]), node.view(bounds, [count, 1, size]));
  const rows = node.view(smaller, [count * run, 1, size]);
  const maximum = node.layer('Pooling', [rows], { pooling_type: 0, global_pooling: 1 }, [count * run]);
  return node.view(maximum, [count, run]);
}
