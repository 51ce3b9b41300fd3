import { describe, expect, it } from 'vitest';
import { type Layer, type LayerParams, type LayerType, makeLayer } from '../net.ts';
import { layerTypes } from './layerTypes.ts';
import { weightSlots } from './weights.ts';

/** Slots as text: `name:length`, with `!` after tagged ones and `b` after packed bytes. */
function slots<T extends LayerType>(type: T, params: LayerParams<T>): string {
  const marks = { tagged: '!', float32: '', bytes: 'b' };
  const layer = makeLayer(type, 'l', ['x'], ['y'], params) as Layer;
  return (weightSlots(layer) ?? []).map(({ name, length, storage }) => `${name}:${length}${marks[storage]}`).join(' ');
}

describe('convolutions', () => {
  const params = { num_output: 8, kernel_w: 3, weight_data_size: 432 };

  it('have a bias if bias_term is set', () => {
    expect(slots('Convolution', params)).toBe('weight_data:432!');
    expect(slots('Deconvolution3D', { ...params, bias_term: 1 })).toBe('weight_data:432! bias_data:8');
  });

  it('have no weights when the weight is a dynamic input', () => {
    expect(slots('ConvolutionDepthWise1D', { ...params, dynamic_weight: 1, bias_term: 1 })).toBe('');
  });

  it('have scales when quantized', () => {
    expect(slots('Convolution', { ...params, int8_scale_term: 101 })).toBe(
      'weight_data:432! weight_data_int8_scales:8 bottom_blob_int8_scales:1 top_blob_int8_scales:1',
    );
    expect(slots('ConvolutionDepthWise', { ...params, group: 4, int8_scale_term: 1 })).toBe(
      'weight_data:432! weight_data_int8_scales:4 bottom_blob_int8_scales:1',
    );
    expect(slots('ConvolutionDepthWise', { ...params, group: 4, int8_scale_term: 102 })).toBe(
      'weight_data:432! weight_data_int8_scales:1 bottom_blob_int8_scales:1 top_blob_int8_scales:1',
    );
  });
});

describe('recurrent layers', () => {
  it('have a projection when the hidden size of LSTM differs', () => {
    expect(slots('LSTM', { num_output: 3, weight_data_size: 5 * 4 * 4 * 2, direction: 2, hidden_size: 4 })).toBe(
      'weight_xc_data:160! bias_c_data:32! weight_hc_data:96! weight_hr_data:24!',
    );
    expect(slots('LSTM', { num_output: 3, weight_data_size: 60 })).toBe('weight_xc_data:60! bias_c_data:12! weight_hc_data:36!');
  });

  it('have weights for their number of gates: four biases in GRU, one in RNN', () => {
    expect(slots('GRU', { num_output: 2, weight_data_size: 30 })).toBe('weight_xc_data:30! bias_c_data:8! weight_hc_data:12!');
    expect(slots('RNN', { num_output: 2, weight_data_size: 10, int8_scale_term: 1 })).toBe(
      'weight_xc_data:10! bias_c_data:2! weight_hc_data:4! weight_xc_data_int8_scales:2 weight_hc_data_int8_scales:2',
    );
  });
});

describe('Gemm', () => {
  const sizes = { constantM: 2, constantN: 3, constantK: 5 };

  it('has its constant operands as weights', () => {
    expect(slots('Gemm', sizes)).toBe('');
    expect(slots('Gemm', { ...sizes, constantA: 1, constantB: 1 })).toBe('A_data:10! B_data:15!');
    expect(slots('Gemm', { ...sizes, constantB: 1, transB: 1, quantize_term: 2 })).toBe('B_data:15! B_data_int8_scale:1');
  });

  it('broadcasts C', () => {
    const sizeOf = (type: number): string => slots('Gemm', { ...sizes, constantC: 1, constant_broadcast_type_C: type });
    expect([-1, 0, 1, 2, 3, 4].map(sizeOf)).toEqual(['', 'C_data:1!', 'C_data:2!', 'C_data:2!', 'C_data:6!', 'C_data:3!']);
  });

  it('packs block-wise quantized weights', () => {
    expect(slots('Gemm', { ...sizes, constantB: 1, transB: 1, quantize_term: 410 })).toBe(
      'B_data:9b B_data_quantize_scales:3 B_data_input_scales:5',
    );
  });
});

describe('MultiHeadAttention', () => {
  const params = { embed_dim: 8, num_heads: 2, weight_data_size: 48, kdim: 4, vdim: 5 };

  it('has four weights with their biases', () => {
    expect(slots('MultiHeadAttention', params)).toBe(
      'q_weight_data:48! q_bias_data:8 k_weight_data:32! k_bias_data:8 v_weight_data:40! v_bias_data:8 out_weight_data:48! out_bias_data:6',
    );
  });

  it('has scales after the weights when quantized', () => {
    expect(slots('MultiHeadAttention', { ...params, quantize_term: 2 })).toContain('out_bias_data:6 q_weight_data_int8_scales:8');
    expect(slots('MultiHeadAttention', { ...params, quantize_term: 800 })).toContain(
      'out_weight_data:48b out_bias_data:6 q_weight_data_quantize_scales:8',
    );
  });
});

describe('other layers', () => {
  it('have weights depending on their parameters', () => {
    expect(slots('LayerNorm', { affine_size: 4, affine: 0 })).toBe('');
    expect(slots('LayerNorm', { affine_size: 4 })).toBe('gamma_data:4 beta_data:4');
    expect(slots('RMSNorm', { affine_size: 4 })).toBe('gamma_data:4');
    expect(slots('Scale', { scale_data_size: -233, bias_term: 1 })).toBe('');
    expect(slots('Scale', { scale_data_size: 2, bias_term: 1 })).toBe('scale_data:2 bias_data:2');
    expect(slots('Padding', {})).toBe('');
    expect(slots('Embed', { num_output: 4, weight_data_size: 40, bias_term: 1, int8_scale_term: 1 })).toBe(
      'weight_data:40! bias_data:4 weight_data_int8_scale:1',
    );
  });

  it('tags MemoryData only with load_type 0', () => {
    expect(slots('MemoryData', { w: 3, h: 2 })).toBe('data:6');
    expect(slots('MemoryData', { w: 3, h: 2, c: 2, d: 2, load_type: 0 })).toBe('data:24!');
    expect(slots('MemoryData', {})).toBe('');
  });

  it('refer to existing parameters only', () => {
    for (const type of layerTypes) expect(() => slots(type, {}), type).not.toThrow();
  });
});

it('leaves custom layers to the user', () => {
  const layer: Layer = { type: 'Custom', customType: 'Mine', name: 'm', bottoms: [], tops: [], weights: [] };
  expect(weightSlots(layer)).toBeUndefined();
});
