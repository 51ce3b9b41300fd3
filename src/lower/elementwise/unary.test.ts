import { expect, it } from 'vitest';
import { makeNode } from '../../graph/ir/graph.ts';
import { lowerNodes } from '../testing.ts';

it('takes the operand in its stored shape', () => {
  const { net } = lowerNodes({ x: [1, 3, 4, 5] }, [makeNode('Exp', ['x'], ['y'])], ['y']);
  expect(net.layers.map((layer) => [layer.type, layer.name, layer.tops])).toEqual([
    ['Input', 'x', ['x']],
    ['UnaryOp', 'y', ['y']],
  ]);
  expect(net.shapes.get('y')).toEqual([3, 4, 5]);
});
