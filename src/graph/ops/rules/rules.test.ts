import { expect, it } from 'vitest';
import { noise } from '../../decompositions/testing.ts';
import { type AttributeLiteral, makeNode, type Node } from '../../ir/graph.ts';
import type { LayoutRule, Order } from '../../ir/layoutRule.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { orderWithin } from '../../layout/order.ts';
import { operators } from '../index.ts';
import { selectAxes, sliceRange } from '../movement/selection.ts';
import { elementwise } from './elementwise.ts';

/** Dynamic operands are given as shapes. The sizes differ, so that no two axes are confused. */
type Example = readonly [
  operands: readonly (readonly number[] | Tensor | undefined)[],
  attributes?: Readonly<Record<string, AttributeLiteral>>,
];

const image = [2, 4, 6, 5];
const recurrent: Example = [[[4, 3, 2], noise([1, 20, 2]), noise([1, 20, 5])], { hidden_size: 5 }];
const images = Object.fromEntries(
  ['GlobalMaxPool', 'GlobalAveragePool', 'GlobalLpPool'].map((operator): [string, Example] => [operator, [[image]]]),
);
const reductions = Object.fromEntries(
  ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSum', 'LogSumExp'].map((operation): [string, Example] => [
    `Reduce${operation}`,
    [[image, Tensor.int64([-1, 1])], { keepdims: 0 }],
  ]),
);

/** A node for each operator whose rules differ from those of element-wise operators. */
const examples: Readonly<Record<string, Example>> = {
  ...images,
  ...reductions,
  Add: [[image, [6, 1]]],
  ArgMax: [[image], { axis: 2, keepdims: 0 }],
  ArgMin: [[image], { axis: 2 }],
  AveragePool: [[image], { kernel_shape: [2, 2] }],
  BatchNormalization: [[image, ...[1, 2, 3].map((seed) => noise([4], seed)), Tensor.float32([1, 2, 3, 4])]],
  Cast: [[image], { to: 'int32' }],
  Clip: [[image, Tensor.float32([-0.5], []), Tensor.float32([0.5], [])]],
  Concat: [[image, image], { axis: 1 }],
  Conv: [[image, noise([3, 4, 2, 2])]],
  ConvTranspose: [[image, noise([4, 3, 2, 2])]],
  CumProd: [[image, Tensor.int64([1])]],
  CumSum: [[image, Tensor.int64([1])]],
  DFT: [[[2, 6, 3, 1], undefined, Tensor.int64([1])]],
  DeformConv: [[image, noise([3, 4, 2, 2]), [2, 8, 5, 4]]],
  DepthToSpace: [[image], { blocksize: 2 }],
  DequantizeLinear: [[Tensor.of('int8', [2, 3], Int8Array.of(1, 2, 3, 4, 5, 6)), Tensor.float32([0.1, 0.2, 0.3])], { axis: 1 }],
  Dropout: [[image]],
  Expand: [[[1, 4, 1, 5], Tensor.int64([3, 4, 6, 5])]],
  Flatten: [[[2, 1, 4]], { axis: 1 }],
  GRU: [[[4, 3, 2], noise([1, 15, 2]), noise([1, 15, 5])], { hidden_size: 5 }],
  Gather: [[image, Tensor.int64([3, 0, 1])], { axis: 1 }],
  Gelu: [[image]],
  Gemm: [[[3, 4], noise([4, 5]), noise([5])]],
  GridSample: [
    [
      [2, 3, 4, 5],
      [2, 6, 7, 2],
    ],
  ],
  GroupNormalization: [[image, noise([4]), noise([4], 2)], { num_groups: 2 }],
  Hardmax: [[image], { axis: 1 }],
  InstanceNormalization: [[image, noise([4]), noise([4], 2)]],
  LRN: [[image], { size: 3 }],
  LSTM: recurrent,
  LayerNormalization: [[image, noise([5]), noise([5], 2)]],
  LogSoftmax: [[image], { axis: 1 }],
  LpNormalization: [[image], { axis: 1 }],
  LpPool: [[image], { kernel_shape: [2, 2] }],
  MatMul: [[image, noise([5, 3])]],
  MaxPool: [[image], { kernel_shape: [2, 2] }],
  Pad: [[image, Tensor.int64([0, 1, 0, 2, 0, 0, 3, 0])]],
  QuantizeLinear: [[image, Tensor.float32([0.1, 0.2, 0.3, 0.4])], { axis: 1 }],
  RMSNormalization: [[image, noise([5])]],
  RNN: [[[4, 3, 2], noise([1, 5, 2]), noise([1, 5, 5])], { hidden_size: 5 }],
  Reshape: [[[2, 4, 6], Tensor.int64([2, 1, 4, 6])]],
  Resize: [[image, undefined, Tensor.float32([1, 1, 2, 2])]],
  STFT: [[[2, 16, 1], Tensor.int64([4], []), undefined, Tensor.int64([8], [])]],
  SimplifiedLayerNormalization: [[image, noise([5])]],
  Slice: [
    [
      image,
      ...[
        [1, 0],
        [3, 2],
        [1, -1],
      ].map((values) => Tensor.int64(values)),
    ],
  ],
  Softmax: [[image], { axis: 1 }],
  SpaceToDepth: [[[2, 3, 6, 4]], { blocksize: 2 }],
  Split: [[image], { axis: 1, num_outputs: 1 }],
  Squeeze: [[[2, 1, 4, 1, 5], Tensor.int64([1])]],
  Tile: [[image, Tensor.int64([1, 2, 1, 3])]],
  TopK: [[image, Tensor.int64([2])], { axis: 1 }],
  Transpose: [[image], { perm: [2, 0, 3, 1] }],
  Unsqueeze: [[image, Tensor.int64([1, 3])]],
  'com.microsoft:SkipLayerNormalization': [[[2, 3, 5], [2, 3, 5], noise([5]), noise([5], 2)]],
  'ncnn:AdaptivePool': [[image], { mode: 'average', output_size: [4, 3] }],
  'ncnn:ProjectedLSTM': [
    [[4, 3, 2], noise([1, 20, 2]), noise([1, 20, 3]), ...Array.from({ length: 5 }, () => undefined), noise([1, 3, 5])],
    { hidden_size: 5 },
  ],
  'ncnn:Im2Col': [[image], { kernel_shape: [2, 3], strides: [2, 1], pads: [1, 0, 0, 1] }],
  'com.microsoft:SkipSimplifiedLayerNormalization': [[[2, 3, 5], [2, 3, 5], noise([5])]],
};

/** An example with values for its operands. */
class Sample {
  readonly node: Node;
  readonly tensors: readonly (Tensor | undefined)[];
  readonly #dynamic: ReadonlySet<number>;

  constructor(operator: string, [operands, attributes = {}]: Example) {
    const names = operands.map((operand, index) => (operand === undefined ? '' : `x${index}`));
    this.node = makeNode(operator, names, ['y'], attributes);
    this.tensors = operands.map((operand, index) =>
      operand === undefined || operand instanceof Tensor ? operand : noise(operand, index + 1),
    );
    this.#dynamic = new Set(operands.flatMap((operand, index) => (operand === undefined || operand instanceof Tensor ? [] : [index])));
  }

  view(): OperatorNode {
    const operands = this.tensors.map((tensor, index) => {
      if (tensor === undefined) return undefined;
      const { dtype, shape } = tensor;
      return { name: `x${index}`, dtype, shape, constant: this.#dynamic.has(index) ? undefined : tensor };
    });
    return new OperatorNode(this.node, operands);
  }

  /** For each dynamic operand, the axes that may carry samples, and `undefined`. */
  sampleAxes(): readonly (readonly (number | undefined)[])[] {
    let combinations: (number | undefined)[][] = [[]];
    for (const [index, tensor] of this.tensors.entries()) {
      const axes = tensor !== undefined && this.#dynamic.has(index) ? [undefined, ...tensor.shape.keys()] : [undefined];
      combinations = combinations.flatMap((start) => axes.map((axis) => [...start, axis]));
    }
    return combinations.filter((axes) => axes.some((axis) => axis !== undefined));
  }
}

function compute(node: Node, tensors: readonly (Tensor | undefined)[]): Tensor {
  const operands = tensors.map(
    (tensor, index) => tensor && { name: `x${index}`, dtype: tensor.dtype, shape: tensor.shape, constant: tensor },
  );
  const [result] = operators.get(node.operator)?.evaluate?.(new OperatorNode(node, operands), tensors) ?? [];
  if (result === undefined) throw new Error(`${node.operator} has no result`);
  return result;
}

function sampleOf(tensor: Tensor, axis: number, sample: number): Tensor {
  return selectAxes(
    tensor,
    tensor.shape.map((size, other) => (other === axis ? [sample] : sliceRange(size))),
  );
}

function expectSame(actual: Tensor, expected: Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  const values = expected.toFloat64();
  const differences = actual
    .toFloat64()
    .map((value, index) => (Object.is(value, values[index]) ? 0 : Math.abs(value - (values[index] ?? 0))));
  expect(differences.every((difference) => difference < 1e-5)).toBe(true);
}

const named = Object.entries(examples);

it.each(named.filter(([operator]) => operators.get(operator)?.batch))('keeps the samples of %s separate', (operator, example) => {
  const sample = new Sample(operator, example);
  const { batch, shapeInput } = operators.get(operator) ?? {};
  const whole = compute(sample.node, sample.tensors);
  let passed = 0;
  for (const axes of sample.sampleAxes()) {
    const sizes = new Set(axes.flatMap((axis, index) => (axis === undefined ? [] : [sample.tensors[index]?.shape[axis] ?? 1])));
    const [count = 1] = sizes;
    const axis = sizes.size === 1 ? batch?.(sample.view(), axes, whole.shape) : undefined;
    if (axis === undefined) continue;
    passed++;
    for (let place = 0; place < count; place++) {
      const single = sample.tensors.map((tensor, index) => {
        const own = axes[index];
        if (tensor !== undefined && index === shapeInput) return Tensor.int64(whole.shape.with(axis, 1));
        return tensor === undefined || own === undefined ? tensor : sampleOf(tensor, own, place);
      });
      expectSame(compute(sample.node, single), sampleOf(whole, axis, place));
    }
  }
  expect(passed).toBeGreaterThan(0);
});

function orders(rank: number): readonly Order[] {
  if (rank === 0) return [[]];
  return orders(rank - 1).flatMap((order) => Array.from({ length: rank }, (_, place) => order.toSpliced(place, 0, rank - 1)));
}

function transposed(tensor: Tensor, perm: Order): Tensor {
  return compute(makeNode('Transpose', ['x0'], ['y'], { perm }), [tensor]);
}

/** The operands in another axis order. */
function reordered({ tensors }: Sample, rule: LayoutRule, order: Order): readonly (Tensor | undefined)[] {
  const constants = rule.change(order).constants ?? new Map<number, Tensor>();
  const count = Math.max(tensors.length, ...[...constants.keys()].map((index) => index + 1));
  return Array.from({ length: count }, (_, index) => {
    const [tensor, map] = [tensors[index], rule.inputs[index]];
    if (tensor === undefined || map === undefined) return constants.get(index) ?? tensor;
    const moved = transposed(tensor, orderWithin(order, map));
    const spread = order.map((axis) => (map.includes(axis) ? (tensor.shape[map.indexOf(axis)] ?? 1) : 1));
    return rule.broadcasts ? moved.reshape(spread) : moved;
  });
}

it.each(named.filter(([operator]) => operators.get(operator)?.layout))('computes %s for any order of axes', (operator, example) => {
  const sample = new Sample(operator, example);
  const whole = compute(sample.node, sample.tensors);
  const rule = operators.get(operator)?.layout?.(sample.view(), whole.shape);
  if (rule === undefined) throw new Error('orders do not pass');
  for (const order of orders(rule.rank)) {
    const { operator: other, attributes } = rule.change(order);
    const changed = makeNode(other ?? operator, [], ['y'], attributes).attributes;
    const node = {
      ...sample.node,
      operator: other ?? operator,
      attributes: other ? changed : new Map([...sample.node.attributes, ...changed]),
    };
    expectSame(compute(node, reordered(sample, rule, order)), transposed(whole, orderWithin(order, rule.outputs[0] ?? [])));
  }
});

it('has an example of each operator with its own rules', () => {
  const own = [...operators].filter(([, { batch, layout }]) => (batch ?? layout) !== undefined && batch !== elementwise.batch);
  expect(own.map(([name]) => name).filter((name) => !Object.hasOwn(examples, name))).toEqual([]);
});
