import { expect, it } from 'vitest';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { makeLayer } from '../net.ts';
import { weightOf } from '../weight.ts';
import { optimize, passes } from './index.ts';
import { convolutionLayer, inputLayer, netOf, outline } from './testing.ts';

const ones = weightOf([1]);
const net = netOf(
  [
    inputLayer('x'),
    convolutionLayer('x', 'c', [1]),
    makeLayer('Dropout', 'd', ['c'], ['d'], {}),
    makeLayer('BatchNorm', 'n', ['d'], ['n'], { channels: 1 }, [ones, ones, ones, ones]),
    makeLayer('BatchNorm', 'm', ['n'], ['m'], { channels: 1 }, [ones, ones, ones, ones]),
    makeLayer('ReLU', 'y', ['m'], ['y'], {}),
  ],
  ['y'],
);

it('runs passes until a fixpoint and counts their changes', () => {
  const result = optimize(net);
  expect(outline(result.net)).toEqual(['Input()->x', 'Convolution(x)->y']);
  expect(result.passes).toEqual([
    { name: 'eliminate_dropout', times: 1 },
    { name: 'fuse_convolution_batchnorm', times: 2 },
    { name: 'fuse_convolution_activation', times: 1 },
  ]);
  expect(result.saved).toMatchObject({ layers: 4, weights: 7 });
  expect(optimize(result.net)).toMatchObject({ net: result.net, passes: [], saved: { layers: 0, weights: 0 } });
});

it('runs no passes if disabled', () => {
  expect(optimize(net, false)).toMatchObject({ net, passes: [] });
});

it('runs the named passes only', () => {
  expect(optimize(net, ['eliminate_dropout']).passes).toEqual([{ name: 'eliminate_dropout', times: 1 }]);
});

it('lists the passes when a name is unknown', () => {
  expect(() => optimize(net, ['fuse_everything'])).toThrow(NcnnError);
  expect(() => optimize(net, ['fuse_everything'])).toThrow('there is no pass "fuse_everything"');
  expect(() => optimize(net, ['eliminate_splt'])).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ hint: expect.stringMatching(/^Did you mean eliminate_split/) })] }),
  );
});

it('gives each pass a unique name', () => {
  expect(new Set(passes.map((pass) => pass.name)).size).toBe(passes.length);
});

it('stays fast on a net of many layers', () => {
  const layers = [inputLayer('b0')];
  for (let index = 0; index < 20000; index += 2) {
    layers.push(
      convolutionLayer(`b${index}`, `b${index + 1}`, [1]),
      makeLayer('ReLU', `r${index}`, [`b${index + 1}`], [`b${index + 2}`], {}),
    );
  }
  // Processor time, because the machine may be busy.
  const started = process.cpuUsage();
  expect(optimize(netOf(layers, ['b20000'])).net.layers.length).toBe(10001);
  expect(process.cpuUsage(started).user).toBeLessThan(5e6);
});
