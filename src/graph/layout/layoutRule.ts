import { isStatic, type Shape } from '../ir/dimension.ts';
import type { AttributeLiteral } from '../ir/graph.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import { Tensor } from '../ir/tensor.ts';
import { reductionAxes } from '../ops/reduction/reduce.ts';
import type { AxisMap, Order } from './order.ts';

/**
 * How an order of axes passes through a node: the same node over operands in another order gives its results in that order. All
 * is told by a frame of axes in which those of the operands and results find themselves.
 */
export interface LayoutRule {
  /** How many axes the frame has. */
  readonly rank: number;
  /** For each operand its axes in the frame; `undefined` for what says how to compute, which stays as it is. */
  readonly inputs: readonly (AxisMap | undefined)[];
  readonly outputs: readonly AxisMap[];
  /** Whether operands lack axes of the frame because they are spread along these, and not because the node adds or takes them. */
  readonly broadcasts: boolean;
  /** What changes in the node itself, given the order of the frame. */
  readonly change: (order: Order) => Change;
}

export interface Change {
  /** Another operator, which has none of the attributes. */
  readonly operator?: string;
  readonly attributes?: Readonly<Record<string, AttributeLiteral>>;
  /** Operands by their index. */
  readonly constants?: ReadonlyMap<number, Tensor>;
}

/** How orders pass through a node with one kind of result, whose shape is given; `undefined` where they do not. */
export function layoutRuleOf(node: OperatorNode, result: Shape): LayoutRule | undefined {
  try {
    return passages.get(node.operator)?.(node, result);
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}

type LayoutRuleOf = (node: OperatorNode, result: Shape) => LayoutRule | undefined;

/** Operators that take their operands element by element, all of them spread to one shape. */
const elementwise: LayoutRuleOf = (node, result) => {
  const rank = result.length;
  const inputs = node.inputs().map(({ shape }) => shape && range(shape.length).map((axis) => axis + rank - shape.length));
  return inputs.includes(undefined) ? undefined : { rank, inputs, outputs: [range(rank)], broadcasts: true, change: () => ({}) };
};

/** Operators that take their first operand element by element; the others are single numbers, or vectors along an axis. */
const firstElementwise: LayoutRuleOf = (node, result) => {
  const along = node.optionalInput(1)?.shape?.length === 1 && node.hasAttribute('axis');
  return along ? alongAxis(1)(node, result) : carried(node, result.length, () => ({}));
};

/** Operators with an axis as an attribute, which stays in the result. */
function alongAxis(fallback: number, keeps = (_node: OperatorNode): boolean => true): LayoutRuleOf {
  return (node, result) => {
    if (!keeps(node)) return undefined;
    const axis = node.axis(node.int('axis', fallback), result.length);
    return carried(node, result.length, (order) => ({ attributes: { axis: order.indexOf(axis) } }));
  };
}

/** All operands are joined along the axis. */
const concat: LayoutRuleOf = (node, result) => {
  const rule = alongAxis(0)(node, result);
  return rule && { ...rule, inputs: node.inputs().map(() => range(result.length)) };
};

/** Operators whose operand of some index lists axes; without it, these are all of them. */
function listedAxes(index: number): LayoutRuleOf {
  return (node, result) => {
    const rank = result.length;
    const given = node.optionalInput(index);
    const count = given === undefined ? (node.optionalInput(1)?.shape?.[0] ?? rank) : 0;
    const axes = given === undefined ? range(typeof count === 'number' ? count : 0) : given.constant?.toIntegers();
    if (axes === undefined) return undefined;
    const positive = axes.map((axis) => node.axis(axis, rank));
    return carried(node, rank, (order) => ({ constants: new Map([[index, Tensor.int64(positive.map((axis) => order.indexOf(axis)))]]) }));
  };
}

/** Pad lists amounts for all axes where it does not list axes. */
const pad: LayoutRuleOf = (node, result) => (node.optionalInput(3) === undefined ? padOfAll(node, result) : listedAxes(3)(node, result));

const padOfAll: LayoutRuleOf = (node, result) => {
  const rank = result.length;
  return carried(node, rank, (order) => ({ constants: new Map([[3, Tensor.int64(range(rank).map((axis) => order.indexOf(axis)))]]) }));
};

const reduce: LayoutRuleOf = (node) => {
  const { shape } = node.input(0);
  const axes = shape && reductionAxes(node, shape.length);
  if (shape === undefined || axes === undefined || axes.length === 0) return undefined;
  const rank = shape.length;
  const keepdims = node.int('keepdims', 1) !== 0;
  const kept = range(rank).filter((axis) => keepdims || !axes.includes(axis));
  return {
    ...carried(node, rank, (order) => ({ constants: new Map([[1, Tensor.int64(axes.map((axis) => order.indexOf(axis)))]]) })),
    outputs: [kept],
  };
};

/** The place of the largest or smallest entry along an axis. */
const arg: LayoutRuleOf = (node) => {
  const rank = node.input(0).shape?.length ?? 0;
  const axis = node.axis(node.int('axis', 0), rank);
  const kept = range(rank).filter((other) => node.int('keepdims', 1) !== 0 || other !== axis);
  return { ...carried(node, rank, (order) => ({ attributes: { axis: order.indexOf(axis) } })), outputs: [kept] };
};

/** One entry of an axis, or several of them in a row. */
const gather: LayoutRuleOf = (node, result) => {
  const rank = node.input(0).shape?.length ?? 0;
  const axis = node.axis(node.int('axis', 0), rank);
  const indices = node.input(1).shape?.length;
  if (node.constant(0) !== undefined || indices === undefined || indices > 1 || result.length !== rank - 1 + indices) return undefined;
  const kept = range(rank).filter((other) => indices === 1 || other !== axis);
  return { ...carried(node, rank, (order) => ({ attributes: { axis: order.indexOf(axis) } })), outputs: [kept] };
};

/** Squeeze, Unsqueeze, and Reshape where it does no more than these. */
const ones: LayoutRuleOf = (node, result) => {
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

/** A frame for two shapes that are the same but for axes of size 1; `undefined` where they are not. */
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

const tile: LayoutRuleOf = (node, result) => {
  const repeats = node.constant(1)?.toIntegers();
  if (repeats === undefined) return undefined;
  return carried(node, result.length, (order) => ({
    constants: new Map([[1, Tensor.int64(order.map((axis) => repeats[axis] ?? 1))]]),
  }));
};

const expand: LayoutRuleOf = (node, result) => {
  const { shape } = node.input(0);
  const rank = result.length;
  if (shape === undefined || !isStatic(result)) return undefined;
  const change = (order: Order): Change => ({ constants: new Map([[1, Tensor.int64(order.map((axis) => result[axis] ?? 1))]]) });
  return { ...carried(node, rank, change), inputs: [range(shape.length).map((axis) => axis + rank - shape.length)], broadcasts: true };
};

/** The first operand and all results have the axes of the frame, the other operands stay. */
function carried(node: OperatorNode, rank: number, change: LayoutRule['change']): LayoutRule {
  return { rank, inputs: [range(rank)], outputs: node.node.outputs.map(() => range(rank)), broadcasts: false, change };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const passages: ReadonlyMap<string, LayoutRuleOf> = new Map([
  ...[
    ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Pow', 'Max', 'Min', 'Sum', 'Mean', 'PRelu', 'Where'],
    ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Xor', 'Not'],
    ...['Abs', 'Neg', 'Sign', 'Floor', 'Ceil', 'Round', 'Sqrt', 'Reciprocal', 'Exp', 'Log', 'Erf'],
    ...['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Tanh', 'Asinh', 'Acosh', 'Atanh'],
    ...['Relu', 'LeakyRelu', 'ThresholdedRelu', 'Elu', 'Selu', 'Celu', 'Sigmoid', 'HardSigmoid', 'HardSwish'],
    ...['Softplus', 'Softsign', 'Mish', 'Swish', 'Gelu', 'Shrink', 'Identity'],
  ].map((operator) => [operator, elementwise] as const),
  ...['Cast', 'Clip', 'QuantizeLinear', 'DequantizeLinear'].map((operator) => [operator, firstElementwise] as const),
  ...['Softmax', 'LogSoftmax', 'Hardmax', 'LpNormalization'].map((operator) => [operator, alongAxis(-1)] as const),
  ['Concat', concat],
  ['Split', alongAxis(0)],
  ['Slice', listedAxes(3)],
  ['Pad', pad],
  ['CumSum', listedAxes(1)],
  ...['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSum', 'LogSumExp'].map(
    (operation) => [`Reduce${operation}`, reduce] as const,
  ),
  ['ArgMax', arg],
  ['ArgMin', arg],
  ['Gather', gather],
  ['Squeeze', ones],
  ['Unsqueeze', ones],
  ['Reshape', ones],
  ['Flatten', ones],
  ['Tile', tile],
  ['Expand', expand],
]);
