import { expect, it } from 'vitest';
import { type Layer, makeLayer } from '../../net.ts';
import { fuseAffine } from '../fuse/affine.ts';
import { fuseBatchNormScale } from '../fuse/batchNormScale.ts';
import { convolutionLayer, inputLayer, netOf, runOnce } from '../testing.ts';

const third = makeLayer('BinaryOp', 'd', ['c'], ['d'], { op_type: 3, with_scalar: 1, b: 3 });

it.each<[string, readonly Layer[]]>([
  ['rounded', [makeLayer('UnaryOp', 'y', ['d'], ['y'], { op_type: 2 })]],
  [
    'rounded a little later',
    [makeLayer('Reshape', 'e', ['d'], ['e'], { w: -1 }), makeLayer('UnaryOp', 'y', ['e'], ['y'], { op_type: 18 })],
  ],
  ['moved and rounded', [makeLayer('Tile', 'e', ['d'], ['e'], { tiles: 2 }), makeLayer('UnaryOp', 'y', ['e'], ['y'], { op_type: 18 })]],
  ['compared', [makeLayer('Threshold', 'y', ['d'], ['y'], { threshold: 1 })]],
])('%s keeps its exact computation', (_, rest) => {
  const net = netOf([inputLayer('x'), convolutionLayer('x', 'c', [1]), third, ...rest], ['y']);
  expect(runOnce(fuseAffine, net).times).toBe(0);
});

it('other results are computed in one step', () => {
  const net = netOf(
    [inputLayer('x'), convolutionLayer('x', 'c', [1]), third, makeLayer('UnaryOp', 'y', ['d'], ['y'], { op_type: 7 })],
    ['y'],
  );
  expect(runOnce(fuseAffine, net).times).toBe(1);
});

it('scalars before rounding are not merged', () => {
  const scalar = (op_type: number, bottom: string, top: string): Layer =>
    makeLayer('BinaryOp', top, [bottom], [top], { op_type, with_scalar: 1, b: 12582912 });
  const layers = [inputLayer('x'), scalar(0, 'x', 'a'), scalar(1, 'a', 'b'), makeLayer('UnaryOp', 'y', ['b'], ['y'], { op_type: 2 })];
  expect(runOnce(fuseBatchNormScale, netOf(layers, ['y'])).times).toBe(0);
});
