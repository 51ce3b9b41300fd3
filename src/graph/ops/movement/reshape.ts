import type { BatchRule } from '../../ir/batchRule.ts';
import { type Dimension, elementCount, isStatic, product, quotient, type Shape } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import type { AxisMap, LayoutRuleOf } from '../../ir/layoutRule.ts';
import { freeShape } from '../../ir/limits.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';

/** The samples stay on one axis if the sizes before it have the same product in operand and result. */
const batchOfSameElements: BatchRule = (node, [axis, ...others], result) => {
  if (axis === undefined || others.some((other) => other !== undefined)) return undefined;
  const { shape } = node.input(0);
  if (shape === undefined || result === undefined) return undefined;
  // Sizes are compared as text: a symbol equals only itself.
  const key = (sizes: Shape): string => sizes.filter((size) => size !== 1).join('*');
  const front = key(shape.slice(0, axis));
  const place = result.findIndex((size, index) => size === shape[axis] && key(result.slice(0, index)) === front);
  return place < 0 ? undefined : place;
};

/** Layouts propagate if only axes of size 1 are added or removed. */
const layoutOfSameElements: LayoutRuleOf = (node, result) => {
  const { shape } = node.input(0);
  if (shape === undefined || result.filter((size) => typeof size === 'string').length > 1) return undefined;
  const frame = alignedOnes(shape, result);
  if (frame === undefined) return undefined;
  const { rank, source, target } = frame;
  return {
    rank,
    inputs: [source],
    outputs: [target],
    broadcasts: false,
    change: (order) => {
      const sizes = order.flatMap((axis) => (target.includes(axis) ? [result[target.indexOf(axis)] ?? 1] : []));
      return {
        operator: 'Reshape',
        constants: new Map([[1, Tensor.int64(sizes.map((size) => (typeof size === 'number' ? size : -1)))]]),
      };
    },
  };
};

/** Operators that change only the shape: `Reshape`, `Flatten`, `Squeeze`, `Unsqueeze`. */
export const reshapeOperators: OperatorFamily = {
  Reshape: { ...sameElements(reshaped), shapeInput: 1 },
  Flatten: sameElements((node) => {
    const shape = node.input(0).shape;
    if (shape === undefined) return [node.symbol(0), node.symbol(1)];
    const attribute = node.int('axis', 1);
    const axis = attribute < 0 ? attribute + shape.length : attribute;
    if (axis < 0 || axis > shape.length) throw new OperatorError('invalid', `axis ${attribute} does not exist in rank ${shape.length}`);
    return [product(shape.slice(0, axis)), product(shape.slice(axis))];
  }),
  Squeeze: sameElements(squeezed),
  Unsqueeze: sameElements(unsqueezed),
};

/** A frame for two shapes that differ only in axes of size 1; `undefined` if they differ otherwise. */
function alignedOnes(shape: Shape, result: Shape): { rank: number; source: AxisMap; target: AxisMap } | undefined {
  const source: number[] = [];
  const target: number[] = [];
  let rank = 0;
  let [from, to] = [0, 0];
  while (from < shape.length || to < result.length) {
    if (from < shape.length && to < result.length && shape[from] === result[to]) {
      source.push(rank);
      target.push(rank);
      from++;
      to++;
    } else if (shape[from] === 1) {
      source.push(rank);
      from++;
    } else if (result[to] === 1) {
      target.push(rank);
      to++;
    } else return undefined;
    rank++;
  }
  return { rank, source, target };
}

function sameElements(shapeOf: (node: OperatorNode) => Shape | undefined): Operator {
  return {
    elements: 'same',
    batch: batchOfSameElements,
    layout: layoutOfSameElements,
    infer: (node) => {
      const { dtype, elements } = node.input(0);
      const shape = shapeOf(node);
      const type: ValueType = { dtype, shape };
      return [elements !== undefined && shape !== undefined && shape.length <= 1 ? { ...type, elements } : type];
    },
    evaluate: (node, [x]) => (x === undefined ? [] : [withShape(x, shapeOf(node))]),
  };
}

function withShape(x: Tensor, shape: Shape | undefined): Tensor {
  if (shape === undefined || !isStatic(shape)) throw new OperatorError('invalid', 'the shape of the result is unknown');
  if (elementCount(shape) !== x.size) throw new OperatorError('invalid', `${x.size} elements cannot be reshaped to [${shape.join(',')}]`);
  return x.reshape(shape);
}

/** The target sizes: 0 copies the axis with the same index unless `allowzero` is set, -1 is inferred. */
function reshaped(node: OperatorNode): Shape | undefined {
  const target = node.dimensions(1);
  const from = node.input(0).shape;
  if (target === undefined) {
    const rank = node.input(1).shape?.[0];
    return typeof rank === 'number' ? freeShape(node, rank) : undefined;
  }
  const allowZero = node.int('allowzero', 0) !== 0;
  const sizes = target.map((size, axis): Dimension => {
    if (size !== 0 || allowZero) return size;
    const copied = from?.[axis];
    if (from !== undefined && copied === undefined) {
      throw new OperatorError(
        'invalid',
        `the target [${target.join(',')}] copies axis ${axis}, which does not exist in [${from.join(',')}]`,
      );
    }
    return copied ?? node.symbol(axis);
  });
  const open = sizes.indexOf(-1);
  if (open < 0) {
    if (from !== undefined && isStatic(from) && isStatic(sizes) && elementCount(from) !== elementCount(sizes)) {
      throw new OperatorError('invalid', `[${from.join(',')}] cannot be reshaped to [${target.join(',')}]: the numbers of elements differ`);
    }
    return sizes;
  }
  const others = sizes.filter((_, axis) => axis !== open);
  if (others.some((size) => typeof size === 'number' && size < 0)) {
    throw new OperatorError('invalid', `the target [${target.join(',')}] has more than one -1`);
  }
  const known = product(others);
  const total = from === undefined ? node.symbol(open) : product(from);
  if (typeof known === 'number' && typeof total === 'number' && (known === 0 ? total !== 0 : total % known !== 0)) {
    throw new OperatorError('invalid', `${total} elements cannot be reshaped to [${target.join(',')}]`);
  }
  const remaining = from === undefined ? total : known === 0 ? 0 : quotient(total, known);
  return sizes.map((size, axis) => (axis === open ? remaining : size));
}

function squeezed(node: OperatorNode): Shape | undefined {
  const { shape } = node.input(0);
  const listed = listOfAxes(node);
  if (shape === undefined || listed === undefined) return undefined;
  if (listed.length === 0 && node.optionalInput(1) === undefined) {
    // A dynamic axis may turn out to have size 1 and be removed as well, so not even the rank is known.
    return isStatic(shape) ? shape.filter((size) => size !== 1) : undefined;
  }
  const axes = new Set(listed.map((axis) => node.axis(axis, shape.length)));
  for (const axis of axes) {
    const size = shape[axis];
    if (typeof size === 'number' && size !== 1) throw new OperatorError('invalid', `axis ${axis} of [${shape.join(',')}] is not 1`);
  }
  return shape.filter((_, axis) => !axes.has(axis));
}

function unsqueezed(node: OperatorNode): Shape | undefined {
  const { shape } = node.input(0);
  const listed = listOfAxes(node);
  if (shape === undefined || listed === undefined) return undefined;
  const rank = shape.length + listed.length;
  const axes = new Set(listed.map((axis) => node.axis(axis, rank)));
  if (axes.size !== listed.length) throw new OperatorError('invalid', `the axes [${listed.join(',')}] contain a duplicate`);
  const remaining = [...shape];
  return Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (remaining.shift() ?? 1)));
}

/** The axes of input 1; empty if it is omitted, `undefined` if it is dynamic. */
function listOfAxes(node: OperatorNode): readonly number[] | undefined {
  if (node.optionalInput(1) === undefined) return [];
  return node.constant(1)?.toIntegers();
}
