import { expect, it } from 'vitest';
import { noise } from '../../decompositions/testing.ts';
import { float, makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { graphOf } from '../../ir/testing.ts';
import { evaluate } from '../../stages/evaluate.ts';

/** The value `y` that nodes compute. */
function computed(nodes: readonly Node[], operands: Readonly<Record<string, Tensor>>): Tensor | undefined {
  return evaluate(graphOf({}, nodes, ['y'], operands), new Map()).get('y');
}

function expectSame(actual: Tensor | undefined, expected: Tensor | undefined): void {
  expect(actual?.shape).toEqual(expected?.shape);
  const values = expected?.toFloat64() ?? [];
  expect(values.length).toBeGreaterThan(0);
  expect(Math.max(...(actual?.toFloat64() ?? []).map((value, index) => Math.abs(value - (values[index] ?? 0))))).toBeLessThan(1e-6);
}

it.each([[[5, 7]], [[2, 3, 5, 7]]])('computes ncnn:ScaledAttention with a mask %j as the operators of ONNX', (maskShape) => {
  const operands = {
    q: noise([2, 3, 5, 4]),
    k: noise([2, 3, 7, 4], 2),
    v: noise([2, 3, 7, 6], 3),
    mask: noise(maskShape, 4),
    scale: Tensor.float32([0.4]),
  };
  const nodes = [
    makeNode('Transpose', ['k'], ['kt'], { perm: [0, 1, 3, 2] }),
    makeNode('MatMul', ['q', 'kt'], ['product']),
    makeNode('Mul', ['product', 'scale'], ['scaled']),
    makeNode('Add', ['scaled', 'mask'], ['scores']),
    makeNode('Softmax', ['scores'], ['weights'], { axis: -1 }),
    makeNode('MatMul', ['weights', 'v'], ['y']),
  ];
  const node = makeNode('ncnn:ScaledAttention', ['q', 'k', 'v', 'mask'], ['y'], { scale: float(Math.fround(0.4)) });
  expectSame(computed([node], operands), computed(nodes, operands));
});

it('computes ncnn:ProjectedAttention as the operators of ONNX', () => {
  const columns = { query: [3, 1, 0, 2], key: [0, 2, 4, 1], value: [5, 4, 3, 2] };
  const outputRows = [2, 0, 3, 1];
  const operands = {
    ...{ q: noise([1, 5, 3]), k: noise([1, 7, 6], 2), v: noise([1, 7, 2], 3), scale: Tensor.float32([0.7]) },
    ...{ wq: noise([3, 4], 4), bq: noise([4], 5), wk: noise([5, 6], 6), wv: noise([2, 6], 7), bv: noise([6], 8) },
    ...{ wo: noise([3, 4], 9), bo: noise([3], 10), heads: Tensor.int64([0, 0, 2, 2]), flat: Tensor.int64([0, 0, -1]) },
    ...Object.fromEntries(Object.entries(columns).map(([name, list]) => [`${name}Columns`, Tensor.int64(list)])),
    // The source of each input of the last map.
    inverse: Tensor.int64(outputRows.map((_, row) => outputRows.indexOf(row))),
  };
  const heads = (rows: string, name: keyof typeof columns, perm: readonly number[]): Node[] => [
    makeNode('Gather', [rows, `${name}Columns`], [`${name}Taken`], { axis: -1 }),
    makeNode('Reshape', [`${name}Taken`, 'heads'], [`${name}Heads`]),
    makeNode('Transpose', [`${name}Heads`], [name], { perm }),
  ];
  const nodes = [
    makeNode('MatMul', ['q', 'wq'], ['queryProduct']),
    makeNode('Add', ['queryProduct', 'bq'], ['queryRows']),
    makeNode('Transpose', ['wk'], ['wkt']),
    makeNode('MatMul', ['k', 'wkt'], ['keyRows']),
    makeNode('MatMul', ['v', 'wv'], ['valueProduct']),
    makeNode('Add', ['valueProduct', 'bv'], ['valueRows']),
    ...heads('queryRows', 'query', [0, 2, 1, 3]),
    ...heads('keyRows', 'key', [0, 2, 3, 1]),
    ...heads('valueRows', 'value', [0, 2, 1, 3]),
    makeNode('MatMul', ['query', 'key'], ['product']),
    makeNode('Mul', ['product', 'scale'], ['scores']),
    makeNode('Softmax', ['scores'], ['weights'], { axis: -1 }),
    makeNode('MatMul', ['weights', 'value'], ['mixed']),
    makeNode('Transpose', ['mixed'], ['rows'], { perm: [0, 2, 1, 3] }),
    makeNode('Reshape', ['rows', 'flat'], ['joined']),
    makeNode('Gather', ['joined', 'inverse'], ['ordered'], { axis: -1 }),
    makeNode('Transpose', ['wo'], ['wot']),
    makeNode('MatMul', ['ordered', 'wot'], ['outputProduct']),
    makeNode('Add', ['outputProduct', 'bo'], ['y']),
  ];
  const inputs = ['q', 'k', 'v', 'wq', 'bq', 'wk', '', 'wv', 'bv', 'wo', 'bo'];
  const node = makeNode('ncnn:ProjectedAttention', inputs, ['y'], {
    num_heads: 2,
    scale: float(Math.fround(0.7)),
    transposed: [0, 1, 0, 1],
    query_columns: columns.query,
    key_columns: columns.key,
    value_columns: columns.value,
    output_rows: outputRows,
  });
  expectSame(computed([node], operands), computed(nodes, operands));
});
