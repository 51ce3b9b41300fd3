import { expect, it } from 'vitest';
import { makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import type { Model } from '../../net/model.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

const types = ({ net }: Model): readonly string[] => net.layers.map(({ type }) => type).filter((type) => type !== 'Input');

it('stores a scalar constant in the layer, also as first operand', () => {
  const { net } = lowerNodes({ x: [1, 3, 4, 5] }, [makeNode('Sub', ['two', 'x'], ['y'])], ['y'], { two: Tensor.float32([2], [1, 1]) });
  expect(net.layers.map(loweredParams)[1]).toEqual({ op_type: 7, with_scalar: 1, b: 2 });
});

it('treats equal elements as a number if they do not change the shape', () => {
  const ones = Tensor.float32([3, 3, 3]);
  expect(types(lowerNodes({ x: [1, 3] }, [makeNode('Mul', ['x', 'c'], ['y'])], ['y'], { c: ones }))).toEqual(['BinaryOp']);
  expect(types(lowerNodes({ x: [1, 1] }, [makeNode('Mul', ['x', 'c'], ['y'])], ['y'], { c: ones }))).toEqual(['MemoryData', 'BinaryOp']);
});

it('reshapes a constant of lower rank explicitly', () => {
  const { net } = lowerNodes({ x: [1, 3, 4, 5] }, [makeNode('Add', ['x', 'c'], ['y'])], ['y'], { c: Tensor.float32([1, 2, 3, 4, 5]) });
  expect(net.layers.find(({ type }) => type === 'MemoryData')?.tops.map((name) => net.shapes.get(name))).toEqual([[1, 1, 5]]);
  expect(net.shapes.get('y')).toEqual([3, 4, 5]);
});

it('divides by a power of two as a product', () => {
  const { net } = lowerNodes({ x: [1, 4] }, [makeNode('Div', ['x', 'c'], ['y'])], ['y'], { c: Tensor.float32([8]) });
  expect(net.layers.map(loweredParams)[1]).toEqual({ op_type: 2, with_scalar: 1, b: 0.125 });
});

it('repeats an operand if more than four groups of axes are broadcast', () => {
  const model = lowerNodes({ x: [2, 1, 2, 1, 2], z: [1, 3, 1, 3, 1] }, [makeNode('Add', ['x', 'z'], ['y'])], ['y']);
  expect(types(model)).toContain('Tile');
});

it('lowers whole powers to squares and products', () => {
  const pow = (exponent: number): readonly string[] =>
    types(lowerNodes({ x: [1, 4] }, [makeNode('Pow', ['x', 'c'], ['y'])], ['y'], { c: Tensor.float32([exponent]) }));
  expect(pow(2)).toEqual(['UnaryOp']);
  expect(pow(3)).toEqual(['UnaryOp', 'BinaryOp']);
  expect(pow(0)).toEqual(['Clip']);
});

it('blends finite branches of a Where', () => {
  const where = (no: number): readonly string[] => {
    const nodes = [makeNode('Cast', ['c'], ['flag'], { to: 9 }), makeNode('Where', ['flag', 'k', 'no'], ['y'])];
    return types(lowerNodes({ c: [1, 4] }, nodes, ['y'], { k: Tensor.float32([5]), no: Tensor.float32([no]) })).slice(2);
  };
  expect(where(0)).toEqual(['BinaryOp']);
});

it('bounds infinite branches of a Where', () => {
  const where = (no: number): readonly string[] => {
    const nodes = [makeNode('Cast', ['c'], ['flag'], { to: 9 }), makeNode('Where', ['flag', 'k', 'no'], ['y'])];
    return types(lowerNodes({ c: [1, 4] }, nodes, ['y'], { k: Tensor.float32([5]), no: Tensor.float32([no]) })).slice(2);
  };
  expect(where(Number.NEGATIVE_INFINITY)).toEqual(['BinaryOp', 'MemoryData', 'BinaryOp', 'BinaryOp']);
});

it('keeps a missing bound of Clip missing', () => {
  const { net } = lowerNodes({ x: [1, 4] }, [makeNode('Clip', ['x', '', 'high'], ['y'])], ['y'], { high: Tensor.float32([6]) });
  expect(net.layers.map(loweredParams)[1]).toEqual({ op_type: 5, with_scalar: 1, b: 6 });
});

it('uses a layer for one slope or one per channel, and a formula for others', () => {
  const prelu = (shape: readonly number[]): readonly string[] => {
    const slope = Tensor.float32(
      Array.from({ length: shape.reduce((count, size) => count * size, 1) }, (_, index) => index),
      shape,
    );
    return types(lowerNodes({ x: [1, 3, 4, 5] }, [makeNode('PRelu', ['x', 'slope'], ['y'])], ['y'], { slope }));
  };
  expect(prelu([1])).toEqual(['ReLU']);
  expect(prelu([3, 1, 1])).toEqual(['PReLU']);
  expect(prelu([5])).toEqual(['BinaryOp', 'MemoryData', 'BinaryOp', 'ReLU', 'BinaryOp']);
});

it('removes casts that change no value', () => {
  const cast = (...to: readonly number[]): readonly string[] => {
    const nodes = to.map((type, index) => makeNode('Cast', [index === 0 ? 'x' : `y${index}`], [`y${index + 1}`], { to: type }));
    return types(lowerNodes({ x: [1, 4] }, nodes, [`y${to.length}`]));
  };
  expect(cast(10)).toEqual([]);
  expect(cast(6)).toEqual(['UnaryOp']);
  expect(cast(6, 7)).toEqual(['UnaryOp']);
});

it('rejects strings', () => {
  expect(() => lowerNodes({ x: [1, 4] }, [makeNode('Cast', ['x'], ['y'], { to: 8 })], ['y'])).toThrow('strings');
});

it('rejects operators on bits', () => {
  const nodes = [makeNode('Cast', ['x'], ['i'], { to: 6 }), makeNode('BitwiseAnd', ['i', 'i'], ['y'])];
  expect(() => lowerNodes({ x: [1, 4] }, nodes, ['y'])).toThrow('ncnn computes in float');
});
