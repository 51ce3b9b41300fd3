import { describe, expect, it } from 'vitest';
import { onnxFile } from '../../test/onnxFile.ts';
import { manifestOf } from '../emit/manifest.ts';
import { sourceOfFiles } from '../importers/testing.ts';
import { execute } from '../net/execute.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { convertSource } from './convertSource.ts';
import type { CalibrationOptions } from './guardModel.ts';
import { verifyConversion } from './verifyConversion.ts';

/** `y = relu(30000 a - 29984 b)` of two channels, whose sums overflow in fp16. */
const model = onnxFile({
  nodes: [
    { type: 'Conv', inputs: ['x', 'w'], outputs: ['c'], name: 'difference', attributes: { kernel_shape: [1, 1] } },
    { type: 'Relu', inputs: ['c'], outputs: ['y'] },
  ],
  inputs: { x: [1, 2, 4, 4] },
  outputs: { y: [1, 1, 4, 4] },
  weights: { w: { dims: [1, 2, 1, 1], values: [30000, -29984] } },
});
const net = '7767517\n3 3\nInput x 0 1 x 0=4 1=4 2=2\nPower p 1 1 x p 0=1.0 1=1.0 2=0.0\nConvolution difference 1 1 p y 0=1 1=1 6=2\n';
const weights = Uint8Array.from([0, 0, 0, 0, ...new Uint8Array(Float32Array.of(30000, -29984).buffer)]);

const calibration = [{ x: { data: Float32Array.from({ length: 32 }, (_, index) => 3 + (index % 16) / 16) } }];

const convert = (options: ConvertOptions & CalibrationOptions = {}): ReturnType<typeof convertSource> =>
  convertSource(sourceOfFiles({ 'net.onnx': model }), options);

describe('a conversion with inputs to calibrate with', () => {
  it('masks, reports and lists the layer that overflows in fp16', async () => {
    const { artifact, diagnostics } = await convert({ calibration });
    expect(new TextDecoder().decode(artifact.param)).toMatch(/^Convolution .* 31=1$/m);
    expect(manifestOf(artifact)).toMatchObject({ fp16Masks: [{ layer: 'difference', mask: 1 }], minNcnnVersion: '20221128' });
    const [warning] = diagnostics.filter(({ code }) => code === 'fp16-overflow');
    expect(warning).toMatchObject({ severity: 'warning', place: { node: 'difference', operator: 'Convolution' } });
    expect(warning?.message).toContain('overflows');
  });

  it('masks layers of an existing net by name', async () => {
    const source = sourceOfFiles({ 'net.param': net, 'net.bin': weights });
    const { artifact } = await convertSource(source, { calibration });
    const text = new TextDecoder().decode(artifact.param);
    expect(text).toMatch(/^Convolution +difference .*31=1$/m);
  });

  it('masks nothing without the option, inputs or an overflow', async () => {
    for (const options of [{ calibration, fp16: false as const }, {}, { calibration: [{ x: { data: new Float32Array(32) } }] }]) {
      const { artifact, diagnostics } = await convert(options);
      expect(new TextDecoder().decode(artifact.param)).not.toContain('31=');
      expect(diagnostics).toEqual([]);
      expect(manifestOf(artifact).fp16Masks).toBeUndefined();
    }
  });
});

describe('weights stored as fp16', () => {
  // In fp16, 2049 is 2048.
  const convolution = (type: string): string =>
    `7767517\n3 3\nInput x 0 1 x 0=4 1=4 2=2\n${type} p 1 1 x p 0=1\nConvolution difference 1 1 p y 0=1 1=1 6=2${type === 'ReLU' ? '' : ' 31=3'}\n`;
  const files = { 'net.bin': Uint8Array.from([0, 0, 0, 0, ...new Uint8Array(Float32Array.of(2049, -2048).buffer)]) };
  const shared = { precision: 'fp16', optimize: false } as const;
  const [inputs] = calibration;
  const feed = new Map([['x', { shape: [2, 4, 4], values: Float32Array.from({ length: 32 }, (_, index) => 3 + (index % 16) / 16) }]]);

  it.each<[string, string, ConvertOptions & CalibrationOptions, readonly string[]]>([
    ['are left out where the outputs lose too much', 'ReLU', { calibration: [inputs ?? {}], fp16: false }, ['precision-loss']],
    ['are left out where the guard masks the layer', 'ReLU', { calibration: [inputs ?? {}] }, []],
    ['are left out where a mask keeps the layer in fp32', 'Noop', {}, []],
  ])('%s', async (_, type, options, codes) => {
    const { artifact, diagnostics } = await convertSource(sourceOfFiles({ 'net.param': convolution(type), ...files }), {
      ...shared,
      ...options,
    });
    expect(diagnostics.filter(({ code }) => code === 'precision-loss').map(({ code }) => code)).toEqual(codes);
    expect(execute(artifact.model.net, feed).get('y')?.values).toEqual(feed.get('x')?.values.subarray(0, 16));
  });

  it('lose small differences without', async () => {
    const { artifact } = await convertSource(sourceOfFiles({ 'net.param': convolution('ReLU'), ...files }), shared);
    expect(execute(artifact.model.net, feed).get('y')?.values).toEqual(new Float32Array(16));
  });
});

it('verifies a net in fp16', async () => {
  const [inputs = {}] = calibration;
  const plain = await convert();
  const guarded = await convert({ calibration });
  const check = async (conversion: typeof plain, as?: 'phone'): Promise<boolean> => {
    const options = { inputs, ...(as === undefined ? {} : { as }) };
    return (await verifyConversion('net.onnx', conversion, options)).verification.ok;
  };
  expect([await check(plain), await check(plain, 'phone'), await check(guarded, 'phone')]).toEqual([true, false, true]);
});
