import { expect, it } from 'vitest';
import type { Options } from './options.ts';
import { optionsFor } from './optionsFor.ts';

const options: Options = {
  precision: 'fp16',
  inline: true,
  inlineLimit: 10,
  models: {
    'models/*.onnx': { shape: { x: [1], y: [2] }, precision: 'fp32' },
    '**/det.onnx': { shape: { x: [3] }, url: true },
  },
};

it('merges options from all models, then globs, then the query', () => {
  expect(optionsFor('/app/other/net.onnx', '/app', options, {})).toEqual({ precision: 'fp16', inline: true });
  expect(optionsFor('/app/models/net.onnx', '/app', options, {})).toEqual({ precision: 'fp32', inline: true, shape: { x: [1], y: [2] } });
  expect(optionsFor('/app/models/det.onnx', '/app', options, { shape: { y: [] } })).toEqual({
    precision: 'fp32',
    shape: { x: [3], y: [] },
    url: true,
  });
});

it('matches globs from the root unless they start with two stars', () => {
  expect(optionsFor('/elsewhere/models/net.onnx', '/app', options, {})).toEqual({ precision: 'fp16', inline: true });
  expect(optionsFor('/elsewhere/det.onnx', '/app', options, {})).toMatchObject({ url: true });
});

it('lets a query override the placement of the weights', () => {
  expect(optionsFor('/app/det.onnx', '/app', options, { inline: true })).toEqual({ precision: 'fp16', shape: { x: [3] }, inline: true });
});

it('prefers later globs to earlier ones and the query to all', () => {
  const presets: Options = {
    precision: 'fp16',
    shape: { x: [1] },
    models: {
      'models/**': { precision: 'fp32', shape: { x: [2], y: [2] } },
      '**/*.onnx': { shape: { x: [3] }, outputs: ['a'] },
      './models/b.onnx': { optimize: false },
    },
  };
  expect(optionsFor('/app/models/a/c.onnx', '/app', presets, {})).toEqual({ precision: 'fp32', shape: { x: [3], y: [2] }, outputs: ['a'] });
  expect(optionsFor('/app/models/b.onnx', '/app', presets, { precision: 'fp16', outputs: ['q'], shape: { x: [4] } })).toEqual({
    precision: 'fp16',
    shape: { x: [4], y: [2] },
    outputs: ['q'],
    optimize: false,
  });
});
