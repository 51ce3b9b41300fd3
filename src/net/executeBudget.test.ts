import { expect, it } from 'vitest';
import { Budget } from '../budget/budget.ts';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { execute } from './execute.ts';
import { type Layer, makeLayer, type Net } from './net.ts';

function netOf(layer: Layer): Net {
  return { layers: [makeLayer('Input', 'x', [], ['x'], {}), layer], shapes: new Map(), outputs: layer.tops };
}

function refusalOf(layer: Layer, shape: readonly number[], budget: Budget): unknown {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(1);
  try {
    execute(netOf(layer), new Map([['x', { shape, values }]]), { budget });
    return undefined;
  } catch (error) {
    return error instanceof NcnnError ? error.diagnostics[0] : error;
  }
}

const small = (): Budget => new Budget({ maxSteps: 1e6, maxElements: 1e6 });

it.each([
  ['a result', refusalOf(makeLayer('Padding', 'layer', ['x'], ['y'], { left: 2e9 }), [4], small())],
  [
    'a result with a computed size',
    refusalOf(makeLayer('Interp', 'layer', ['x'], ['y'], { resize_type: 1, size_expr: '30000,30000' }), [1, 2, 2], small()),
  ],
  ['many windows', refusalOf(makeLayer('Pooling', 'layer', ['x'], ['y'], { kernel_w: 1, pad_left: 1e9, stride_w: 1 }), [1, 2, 2], small())],
  [
    'large windows',
    refusalOf(makeLayer('Pooling', 'layer', ['x'], ['y'], { kernel_w: 99, pad_left: 49, stride_w: 1 }), [1, 100, 100], small()),
  ],
  [
    'neighbors of elements',
    refusalOf(makeLayer('LRN', 'layer', ['x'], ['y'], { region_type: 1, local_size: 9999 }), [1, 100, 100], small()),
  ],
  ['a transform', refusalOf(makeLayer('Spectrogram', 'layer', ['x'], ['y'], { n_fft: 1e9, hoplen: 1, winlen: 1 }), [16], small())],
])('rejects %s over the limit before computing', (_what, refusal) => {
  expect(refusal).toMatchObject({ code: 'limit-exceeded', place: { node: 'layer' } });
});

it.each([0, 1])('limits the neighbors to those that exist: region %i', (region_type) => {
  const layer = makeLayer('LRN', 'layer', ['x'], ['y'], { region_type, local_size: 2 ** 31 - 2 });
  expect(refusalOf(layer, [4, 10, 10], small())).toBeUndefined();
});

it('releases blobs that no layer holds', () => {
  const layers = Array.from({ length: 20 }, (_, index) =>
    makeLayer('Padding', `p${index}`, [index === 0 ? 'x' : `y${index}`], [`y${index + 1}`], { left: 1 }),
  );
  const net: Net = { layers: [makeLayer('Input', 'x', [], ['x'], {}), ...layers], shapes: new Map(), outputs: ['y20'] };
  const feeds = new Map([['x', { shape: [100], values: new Float32Array(100) }]]);
  expect(execute(net, feeds, { budget: new Budget({ maxElements: 300 }) }).get('y20')?.shape).toEqual([120]);
});

it('counts every layer, however little it computes', () => {
  expect(refusalOf(makeLayer('ReLU', 'layer', ['x'], ['y'], {}), [1], new Budget({ maxSteps: 100 }))).toMatchObject({
    code: 'limit-exceeded',
  });
});
