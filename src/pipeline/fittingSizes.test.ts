import { expect, it } from 'vitest';
import { Budget } from '../budget/budget.ts';
import { makeNode } from '../graph/ir/graph.ts';
import { Tensor } from '../graph/ir/tensor.ts';
import { graphOf } from '../graph/ir/testing.ts';
import { inferAndFold } from '../graph/stages/infer.ts';
import { withFittingSizes } from './fittingSizes.ts';

/** An image that is halved twice, doubled twice, and added to the original. */
const pool = { kernel_shape: [2, 2], strides: [2, 2] };
const nodes = [
  makeNode('MaxPool', ['x'], ['half'], pool),
  makeNode('MaxPool', ['half'], ['quarter'], pool),
  makeNode('Resize', ['quarter', '', 'scales'], ['double'], { mode: 'nearest' }),
  makeNode('Resize', ['double', '', 'scales'], ['whole'], { mode: 'nearest' }),
  makeNode('Add', ['x', 'whole'], ['y']),
];
const constants = { scales: Tensor.float32([1, 1, 2, 2]) };

function diagnosticsFor(shape: readonly number[]) {
  const graph = graphOf({ x: shape }, nodes, ['y'], constants);
  return withFittingSizes(inferAndFold(graph).diagnostics, graph, graph.inputs, new Budget());
}

it('names the axes with an unsupported size and a multiple that works', () => {
  expect(diagnosticsFor([1, 3, 30, 18])).toMatchObject([
    {
      code: 'shape-mismatch',
      message: 'the input "x" has 30 on axis 2 and 18 on axis 3, expected multiples of 4',
      hint: 'Give multiples of 4.',
      advice: [{ option: 'shape', input: 'x', dims: [1, 3, 32, 20] }],
      place: { operator: 'Add' },
    },
  ]);
  expect(diagnosticsFor([1, 3, 32, 18])).toMatchObject([{ message: 'the input "x" has 18 on axis 3, expected multiples of 4' }]);
  expect(diagnosticsFor([1, 3, 32, 16])).toEqual([]);
});

it('suggests nothing when no size helps', () => {
  const graph = graphOf({ x: [1, 3, 30, 18], z: [5] }, [makeNode('Add', ['x', 'z'], ['y'])], ['y']);
  const { diagnostics } = inferAndFold(graph);
  expect(diagnostics).toHaveLength(1);
  expect(withFittingSizes(diagnostics, graph, graph.inputs, new Budget())).toEqual(diagnostics);
});

it('names the input whose declared size was replaced', () => {
  const weights = {
    w: Tensor.float32(
      Array.from({ length: 6 }, () => 1),
      [2, 3, 1, 1],
    ),
  };
  const convolution = [makeNode('Conv', ['x', 'w'], ['y'])];
  const declared = graphOf({ x: ['n', 3, 16, 16] }, convolution, ['y'], weights);
  const graph = graphOf({ x: [1, 4, 8, 8] }, convolution, ['y'], weights);
  expect(withFittingSizes(inferAndFold(graph).diagnostics, graph, declared.inputs, new Budget())).toMatchObject([
    {
      code: 'shape-mismatch',
      message: 'the input "x" has 4 on axis 1, expected 3',
      advice: [{ option: 'shape', input: 'x', dims: [1, 3, 8, 8] }],
    },
  ]);
});
