import { describe, expect, it } from 'vitest';
import { type Layer, makeLayer } from '../../net.ts';
import { inputLayer, netOf, outline, runOnce } from '../testing.ts';
import { eliminateActivation } from './activation.ts';
import { eliminateIdentity } from './identity.ts';
import { eliminateSplit } from './split.ts';

const [x, y] = [inputLayer('x'), makeLayer('AbsVal', 'y', ['x'], ['y'], {})];

describe('eliminateIdentity', () => {
  it.each<Layer>([
    makeLayer('Noop', 'z', ['y'], ['z'], {}),
    makeLayer('Dropout', 'z', ['y'], ['z'], {}),
    makeLayer('Concat', 'z', ['y'], ['z'], { axis: 1 }),
    makeLayer('Permute', 'z', ['y'], ['z'], {}),
    makeLayer('Pooling', 'z', ['y'], ['z'], { kernel_w: 1 }),
    makeLayer('Reshape', 'z', ['y'], ['z'], { w: 2, h: 3, c: 4 }),
  ])('removes $type', (layer) => {
    const net = netOf([x, y, layer], ['z'], { y: [4, 3, 2], z: [4, 3, 2] });
    expect(outline(runOnce(eliminateIdentity, net).net)).toEqual(['Input()->x', 'AbsVal(x)->z']);
  });

  it.each<Layer>([
    makeLayer('Dropout', 'z', ['y'], ['z'], { scale: 0.5 }),
    makeLayer('Concat', 'z', ['y', 'x'], ['z'], {}),
    makeLayer('Permute', 'z', ['y'], ['z'], { order_type: 2 }),
    makeLayer('Pooling', 'z', ['y'], ['z'], { kernel_w: 1, stride_w: 2 }),
    makeLayer('Pooling', 'z', ['y'], ['z'], { kernel_w: 1, global_pooling: 1 }),
    makeLayer('Reshape', 'z', ['y'], ['z'], { w: 24 }),
  ])('keeps $type when it has an effect', (layer) => {
    expect(runOnce(eliminateIdentity, netOf([x, y, layer], ['z'], { y: [4, 3, 2], z: [24] })).times).toBe(0);
  });

  it('keeps a Reshape of dynamic axes', () => {
    const layer = makeLayer('Reshape', 'z', ['y'], ['z'], { w: -1, h: 0 });
    expect(runOnce(eliminateIdentity, netOf([x, y, layer], ['z'], { y: ['n', 'm'], z: ['n', 'm'] })).times).toBe(0);
  });
});

describe('eliminateActivation', () => {
  const relu = makeLayer('ReLU', 'w', ['z'], ['w'], {});

  it.each<[number, Layer]>([
    [1, makeLayer('Tile', 'z', ['y'], ['z'], { tiles: 2 })],
    [1, makeLayer('Concat', 'z', ['y', 'y'], ['z'], {})],
    [0, makeLayer('Concat', 'z', ['y', 'x'], ['z'], {})],
    // The second bottom only provides the size.
    [1, makeLayer('Crop', 'z', ['y', 'x'], ['z'], {})],
    [0, makeLayer('TanH', 'z', ['y'], ['z'], {})],
  ])('removes %d ReLU after AbsVal and a $1.type', (times, layer) => {
    expect(runOnce(eliminateActivation, netOf([x, y, layer, relu], ['w'])).times).toBe(times);
  });
});

describe('eliminateSplit', () => {
  it('connects every reader to the original blob', () => {
    const split = makeLayer('Split', 's', ['y'], ['a', 'b'], {});
    const net = netOf([x, y, split, makeLayer('BinaryOp', 'z', ['a', 'b'], ['z'], {})], ['z']);
    expect(outline(runOnce(eliminateSplit, net).net)).toEqual(['Input()->x', 'AbsVal(x)->y', 'BinaryOp(y,y)->z']);
  });

  it('keeps a Split that produces an output along with others', () => {
    const split = makeLayer('Split', 's', ['y'], ['a', 'b'], {});
    expect(runOnce(eliminateSplit, netOf([x, y, split, makeLayer('AbsVal', 'z', ['b'], ['z'], {})], ['a', 'z'])).times).toBe(0);
  });

  it('removes a Split with one output', () => {
    const split = makeLayer('Split', 's', ['y'], ['a'], {});
    expect(outline(runOnce(eliminateSplit, netOf([x, y, split], ['a'])).net)).toEqual(['Input()->x', 'AbsVal(x)->a']);
  });
});
