import { expect, it } from 'vitest';
import { convert, inspect, verify } from '../api.ts';
import type { ConvertOptions } from './convertOptions.ts';

const wrong: ConvertOptions = JSON.parse('{ "shape": { "x": [1, "48"] } }');

it('validates API options before reading any file', async () => {
  await expect(convert('missing.onnx', wrong)).rejects.toThrow('the option "shape["x"][1]" is "48"');
  await expect(inspect('missing.onnx', wrong)).rejects.toThrow('the option "shape["x"][1]" is "48"');
  await expect(verify('missing.onnx', wrong)).rejects.toThrow('the option "shape["x"][1]" is "48"');
});

it('uses the options of `verify` when it is set', async () => {
  const settings = { outputs: ['y'], seed: 3, rtol: 0.1, inputs: {} };
  await expect(verify('missing.onnx', settings)).rejects.toThrow('missing.onnx');
  await expect(convert('missing.onnx', settings)).rejects.toThrow('unknown option "seed"');
});

it.each(['20230223', '1.0.20230223'])('accepts the release %s', async (ncnnVersion) => {
  await expect(convert('missing.onnx', { ncnnVersion })).rejects.toThrow('missing.onnx');
});
