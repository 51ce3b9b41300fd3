import { describe, expect, it } from 'vitest';
import { makeLayer } from '../net.ts';
import { layerRecord, layerTypes } from './layerTypes.ts';
import { numberParam, omitDefaults, paramEntries, paramOf } from './params.ts';

describe('paramOf', () => {
  it('prefers given values to numeric defaults and those to defaults from other parameters', () => {
    const layer = makeLayer('Convolution', 'c', ['x'], ['y'], { kernel_w: 3, pad_left: 2, pad_top: 1 });
    expect(paramOf(layer, 'kernel_h')).toBe(3);
    expect(paramOf(layer, 'stride_h')).toBe(1);
    expect(paramOf(layer, 'pad_right')).toBe(2);
    expect(paramOf(layer, 'pad_bottom')).toBe(1);
    expect(paramOf(layer, 'activation_params')).toEqual([]);
  });

  it('evaluates the default formulas as C does', () => {
    expect(numberParam('Spectrogram', { n_fft: 31 }, 'hoplen')).toBe(7);
    expect(numberParam('MultiHeadAttention', { embed_dim: 65, num_heads: 4 }, 'scale')).toBe(0.25);
  });

  it('evaluates every default of the records', () => {
    for (const type of layerTypes) {
      for (const [name, { kind }] of Object.entries(layerRecord(type).params)) {
        if (kind !== 'int' && kind !== 'float') continue;
        expect(() => numberParam(type, {}, name), `${type} ${name}`).not.toThrow();
      }
    }
  });

  it('rejects a parameter that the layer does not have', () => {
    expect(() => numberParam('ReLU', {}, 'toString')).toThrow('ReLU has no parameter "toString"');
  });
});

describe('omitDefaults', () => {
  it('omits defaults and sorts by id', () => {
    const layer = makeLayer('Convolution', 'c', ['x'], ['y'], {
      weight_data_size: 36,
      num_output: 4,
      kernel_w: 3,
      kernel_h: 3,
      stride_w: 2,
      stride_h: 1,
      pad_value: 0,
      activation_params: [],
    });
    expect(paramEntries(omitDefaults(layer)).map(({ id, value }) => [id, value])).toEqual([
      [0, 4],
      [1, 3],
      [3, 2],
      [6, 36],
      [13, 1],
    ]);
  });

  it('compares floats as float32', () => {
    expect(omitDefaults(makeLayer('GroupNorm', 'n', ['x'], ['y'], { eps: Math.fround(1e-3) }))).toMatchObject({ params: {} });
  });

  it('keeps negative zero', () => {
    expect(omitDefaults(makeLayer('ReLU', 'n', ['x'], ['y'], { slope: -0 }))).toMatchObject({ params: { slope: -0 } });
  });
});
