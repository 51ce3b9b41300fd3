import { expect, it } from 'vitest';
import { lowerNodes } from '../../../lower/testing.ts';
import { makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { graphOf } from '../../ir/testing.ts';
import { inferAndFold } from '../../stages/infer.ts';
import { samplewiseDecompositions } from '../index.ts';
import { decomposedGraph, decomposedResults, noise, operatorResults } from '../testing.ts';

type Operands = Readonly<Record<string, Tensor>>;

/** Compares the decomposition of a node with the operator itself; `weights` are constants. */
function expectSame(node: Node, operands: Operands, weights: Operands = {}): readonly string[] {
  const actual = decomposedResults(node, operands, weights).y ?? [];
  const [expected = []] = operatorResults(node, { ...operands, ...weights });
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => {
    expect(actual[index]).toBeCloseTo(value, 5);
  });
  return decomposedGraph(node, operands, weights).nodes.map(({ operator }) => operator);
}

it.each([
  ['Conv', [3, 2, 5, 6], [4, 2, 3, 3], { pads: [1, 0, 1, 2], strides: [2, 1] }],
  ['Conv', [2, 4, 7], [4, 1, 3], { group: 4, dilations: [2] }],
  ['ConvTranspose', [3, 2, 4], [2, 3, 3], { strides: [2], output_padding: [1] }],
])('moves samples to an image axis: %s of %j', (operator, x, w, attributes) => {
  const node = makeNode(operator, ['x', 'w'], ['y'], attributes);
  const operators = expectSame(node, { x: noise(x) }, { w: noise(w, 2) });
  expect(operators.filter((name) => name === operator)).toHaveLength(1);
});

it.each([
  ['linear', 'zeros', 0, 3],
  ['linear', 'border', 1, 3],
  ['linear', 'reflection', 0, 5],
  ['nearest', 'zeros', 1, 4],
  ['linear', 'zeros', 1, 2],
])('samples a grid within each sample: %s, %s, aligned %i, %i samples', (mode, padding_mode, align_corners, samples) => {
  const node = makeNode('GridSample', ['x', 'g'], ['y'], { mode, padding_mode, align_corners });
  const grid = Tensor.of(
    'float32',
    [samples, 3, 4, 2],
    noise([samples * 24], 3)
      .toFloat32()
      .map((value) => 1.5 * value),
  );
  const operators = expectSame(node, { x: noise([samples, 2, 5, 6]), g: grid });
  expect(operators.filter((name) => name === 'GridSample')).toHaveLength(1);
});

it('is independent of other samples, however large their values', () => {
  const samples = 3;
  const node = makeNode('GridSample', ['x', 'g'], ['y'], { align_corners: 1 });
  const x = Tensor.of('float32', [samples, 1, 2, 2], Float32Array.of(1e30, 1e30, 1e30, 1e30, 1, 1, 1, 1, 1e30, 1e30, 1e30, 1e30));
  const { y = [] } = decomposedResults(node, { x, g: Tensor.of('float32', [samples, 1, 1, 2], new Float32Array(6)) });
  expect(y[1]).toBe(1);
});

it.each([
  ['Conv', { x: noise([2, 2, 3, 4, 5]) }, { w: noise([3, 2, 1, 2, 2], 2) }, ['x', 'w'], {}],
  ['Conv', { x: noise([2, 2, 6]), w: noise([3, 2, 2], 2) }, {}, ['x', 'w'], {}],
  ['GridSample', { x: noise([2, 2, 4, 5]), g: noise([2, 3, 3, 2], 2) }, {}, ['x', 'g'], { mode: 'cubic' }],
])('computes %s sample by sample when no layer takes them together', (operator, operands, weights, inputs, attributes) => {
  const operators = expectSame(makeNode(operator, inputs, ['y'], attributes), operands, weights);
  expect(operators.filter((name) => name === operator)).toHaveLength(2);
  expect(operators.at(-1)).toBe('Concat');
});

it('converts samples that are joined inside of the net', () => {
  const nodes = [
    makeNode('Concat', ['a', 'b'], ['x'], { axis: 0 }),
    makeNode('Conv', ['x', 'w'], ['c']),
    makeNode('Reshape', ['c', 'flat'], ['y']),
  ];
  const constants = { w: noise([4, 3, 3, 3]), flat: Tensor.int64([1, -1]) };
  const { net } = lowerNodes({ a: [1, 3, 8, 8], b: [1, 3, 8, 8] }, nodes, ['y'], constants);
  expect(net.layers.map(({ type }) => type)).toContain('Convolution3D');
});

it('keeps samples separate when requested', () => {
  const graph = graphOf({ x: [3, 2, 4, 4] }, [makeNode('Conv', ['x', 'w'], ['y'])], ['y'], { w: noise([4, 2, 3, 3]) });
  expect(inferAndFold(graph, samplewiseDecompositions).graph.nodes.map(({ operator }) => operator)).toEqual(['Conv']);
  expect(inferAndFold(graph).graph.nodes.length).toBeGreaterThan(1);
});
