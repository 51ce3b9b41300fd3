import { describe, expect, it } from 'vitest';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { inferAndFold } from '../../../graph/stages/infer.ts';
import { input, intAttribute, model, node, output, readGraph, type Wire } from '../testing.ts';

const a = Tensor.float32([1, 2, 3, 4, 5, 6], [2, 3]);

/** The result of one node of an old operator set over `a` of shape [2, 3] and `b`. */
function result(opset: number, operator: string, b: Tensor, attributes: readonly Wire[]): readonly number[] {
  const graph = readGraph(
    model(opset, input('a', [2, 3]), input('b', [...b.shape]), node(operator, ['a', 'b'], ['y'], attributes), output('y')),
  );
  const constants = new Map(graph.constants).set('a', a).set('b', b);
  const folded = inferAndFold({ ...graph, inputs: [], constants });
  expect(folded.diagnostics).toEqual([]);
  return [...(folded.graph.constants.get('y')?.toFloat64() ?? [])];
}

describe('before operator set 7', () => {
  it.each([1, 6])('operator set %i broadcasts an operand from an axis on', (opset) => {
    const rows = Tensor.float32([10, 20], [2]);
    const attributes = (axis: number) => [intAttribute('broadcast', 1), intAttribute('axis', axis)];
    expect(result(opset, 'Add', rows, attributes(0))).toEqual([11, 12, 13, 24, 25, 26]);
    expect(result(opset, 'Mul', rows, attributes(-2))).toEqual([10, 20, 30, 80, 100, 120]);
    expect(result(opset, 'Sub', Tensor.float32([1, 2, 3], [3]), attributes(1))).toEqual([0, 0, 0, 3, 3, 3]);
  });

  it('starts at the last axis by default', () => {
    expect(result(6, 'Div', Tensor.float32([1, 2, 4], [3]), [intAttribute('broadcast', 1)])).toEqual([1, 1, 0.75, 4, 2.5, 1.5]);
    expect(result(6, 'Pow', Tensor.float32([2]), [intAttribute('broadcast', 1)])).toEqual([1, 4, 9, 16, 25, 36]);
  });

  it('keeps operands of one shape', () => {
    expect(result(1, 'Add', a, [])).toEqual([2, 4, 6, 8, 10, 12]);
    expect(result(6, 'Greater', Tensor.float32([0, 9, 0, 9, 0, 9], [2, 3]), [])).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it('has a slope for each channel', () => {
    const negative = Tensor.float32([-1, -2, -3, 1, 2, 3], [2, 3]);
    const graph = readGraph(model(6, input('a', [2, 3]), input('b', [3]), node('PRelu', ['a', 'b'], ['y']), output('y')));
    const constants = new Map([...graph.constants, ['a', negative], ['b', Tensor.float32([1, 10, 100], [3])]] as const);
    const folded = inferAndFold({ ...graph, inputs: [], constants }).graph.constants.get('y');
    expect([...(folded?.toFloat64() ?? [])]).toEqual([-1, -20, -300, 1, 2, 3]);
  });
});
