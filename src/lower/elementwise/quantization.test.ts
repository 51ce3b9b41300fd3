import { expect, it } from 'vitest';
import { makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { graphOf } from '../../graph/ir/testing.ts';
import { inferAndFold } from '../../graph/stages/infer.ts';
import { lower } from '../lower.ts';

it.each([
  ['QuantizeLinear', makeNode('QuantizeLinear', ['x', 'scale'], ['y']), ['y']],
  ['DynamicQuantizeLinear', makeNode('DynamicQuantizeLinear', ['x'], ['y', 'step', 'zero']), ['y', 'step', 'zero']],
])('warns about what %s rounds', (operator, node, outputs) => {
  const { graph } = inferAndFold(graphOf({ x: [1, 4] }, [node], outputs, { scale: Tensor.float32([0.5], []) }));
  expect(lower(graph).diagnostics).toMatchObject([{ code: 'arithmetic-differs', severity: 'warning', place: { operator } }]);
});

it('does not warn about integers that are converted back to floats', () => {
  const nodes = [makeNode('QuantizeLinear', ['x', 'scale'], ['steps']), makeNode('DequantizeLinear', ['steps', 'scale'], ['y'])];
  const { graph } = inferAndFold(graphOf({ x: [1, 4] }, nodes, ['y'], { scale: Tensor.float32([0.5], []) }));
  expect(lower(graph).diagnostics).toMatchObject([{ place: { operator: 'QuantizeLinear' } }]);
});
