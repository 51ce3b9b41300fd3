import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { recurrentOperators } from './recurrent.ts';
import { recurrentSettings } from './settings.ts';

const x = { name: 'x', dtype: 'float32', shape: ['T', 1, 2] } as const;

it('infers the axes of batch and steps from the layout', () => {
  const shapes = (layout: number): unknown =>
    recurrentOperators.LSTM?.infer(
      new OperatorNode(makeNode('LSTM', ['x'], ['y'], { hidden_size: 3, layout, direction: 'bidirectional' }), [x]),
    ).map(({ shape }) => shape);
  expect(shapes(0)).toEqual([
    ['T', 2, 1, 3],
    [2, 1, 3],
    [2, 1, 3],
  ]);
  expect(shapes(1)).toEqual([
    ['T', 1, 2, 3],
    ['T', 2, 3],
    ['T', 2, 3],
  ]);
});

it('reverses within the length of each sample', () => {
  const node = new OperatorNode(
    makeNode('RNN', ['x', 'w', 'r', '', 'n'], ['y', 'h'], { hidden_size: 1, direction: 'reverse', activations: ['Relu'] }),
    [x],
  );
  const inputs = [
    Tensor.float32([1, 10, 2, 20, 4, 40], [3, 2, 1]),
    Tensor.float32([1], [1, 1, 1]),
    Tensor.float32([1], [1, 1, 1]),
    undefined,
    Tensor.of('int32', [2], Int32Array.of(3, 2)),
  ];
  const [y, h] = recurrentOperators.RNN?.evaluate?.(node, inputs) ?? [];
  expect(y?.toIntegers()).toEqual([7, 30, 6, 20, 4, 0]);
  expect(h?.toIntegers()).toEqual([7, 30]);
});

it('assigns parameters in order to the activations that have them', () => {
  const node = new OperatorNode(
    makeNode('GRU', ['x'], ['y'], {
      hidden_size: 1,
      activations: ['Tanh', 'HardSigmoid'],
      activation_alpha: [0.3],
      activation_beta: [0.4],
    }),
    [x],
  );
  expect(recurrentSettings(node, 'GRU').activations).toEqual([
    [
      { name: 'Tanh', alpha: 0, beta: 0 },
      { name: 'HardSigmoid', alpha: 0.3, beta: 0.4 },
    ],
  ]);
});

it('rejects a wrong number of activations', () => {
  const node = new OperatorNode(makeNode('LSTM', ['x'], ['y'], { hidden_size: 1, activations: ['Tanh'] }), [x]);
  expect(() => recurrentSettings(node, 'LSTM')).toThrow('expected 3 activations, got 1');
});

it.each<[string, number, readonly (number | string)[], boolean]>([
  ['W', 1, [1, 12, 2], true],
  ['W', 1, [1, 12, 3], false],
  ['R', 2, [1, 12, 4], false],
  ['B', 3, [1, 12], false],
  ['initial_h', 5, [1, 'N', 3], true],
  ['initial_h', 5, [1, 1, 4], false],
  ['initial_c', 6, [1, 1, 6], false],
])('%s accepts input %d as %j: %s', (name, index, shape, right) => {
  const names = ['x', '', '', '', '', '', ''].map((unused, place) => (place === index ? name : unused));
  const operands = names.map((operand, place) =>
    operand === '' ? undefined : place === 0 ? x : { name, dtype: 'float32' as const, shape },
  );
  const infer = (): unknown =>
    recurrentOperators.LSTM?.infer(new OperatorNode(makeNode('LSTM', names, ['y'], { hidden_size: 3 }), operands));
  if (right) expect(infer).not.toThrow();
  else expect(infer).toThrow(`${name} has the shape [${shape.join(',')}], expected`);
});
