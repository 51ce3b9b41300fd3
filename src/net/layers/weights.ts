import type { Layer, LayerType } from '../net.ts';
import { numberParam } from './params.ts';

/**
 * How a weight stands in the file: `tagged` has the 4-byte flag in front that tells its element type, `float32` has
 * none, `bytes` neither a flag nor a meaning of its own (packed bits), but is padded to 4 bytes.
 */
export type SlotStorage = 'tagged' | 'float32' | 'bytes';

/** A weight array that ncnn reads for a layer. */
export interface WeightSlot {
  /** ncnn's name of the member. */
  readonly name: string;
  /** Number of elements; bytes where the storage is `bytes`. */
  readonly length: number;
  readonly storage: SlotStorage;
}

/**
 * The weights of a layer in file order, as its `load_model` reads them for the given parameters. `undefined` for a
 * custom layer, whose weights only the user's runtime knows.
 */
export function weightSlots(layer: Layer): readonly WeightSlot[] | undefined {
  if (layer.type === 'Custom') return undefined;
  const { type, params } = layer;
  return slotRules[type]?.((name) => numberParam(type, params, name)) ?? [];
}

/** Value of a parameter of the layer at hand. */
type Values = (name: string) => number;

type SlotRule = (value: Values) => readonly WeightSlot[];

function tagged(name: string, length: number): WeightSlot {
  return { name, length, storage: 'tagged' };
}

function plain(name: string, length: number): WeightSlot {
  return { name, length, storage: 'float32' };
}

function bytes(name: string, length: number): WeightSlot {
  return { name, length, storage: 'bytes' };
}

/** Slots that are there on a condition. */
function when(condition: boolean | number, ...slots: readonly WeightSlot[]): readonly WeightSlot[] {
  return condition ? slots : [];
}

/** Weight and bias, as most layers have them. */
function weightAndBias(value: Values): readonly WeightSlot[] {
  return [tagged('weight_data', value('weight_data_size')), ...when(value('bias_term'), plain('bias_data', value('num_output')))];
}

/** Nothing where the weight is fed as a blob. */
function unlessDynamic(rule: SlotRule): SlotRule {
  return (value) => (value('dynamic_weight') ? [] : rule(value));
}

const convolution: SlotRule = unlessDynamic((value) => {
  const int8 = value('int8_scale_term');
  return [
    ...weightAndBias(value),
    ...when(int8, plain('weight_data_int8_scales', value('num_output')), plain('bottom_blob_int8_scales', 1)),
    ...when(int8 > 100, plain('top_blob_int8_scales', 1)),
  ];
});

const convolutionDepthWise: SlotRule = unlessDynamic((value) => {
  const int8 = value('int8_scale_term');
  // One scale a group, or one for all of them, which ncnn then spreads.
  const scales = int8 === 1 || int8 === 101 ? value('group') : int8 === 2 || int8 === 102 ? 1 : 0;
  return [
    ...weightAndBias(value),
    ...when(scales, plain('weight_data_int8_scales', scales), plain('bottom_blob_int8_scales', 1)),
    ...when(int8 > 100, plain('top_blob_int8_scales', 1)),
  ];
});

const innerProduct: SlotRule = (value) => [
  ...weightAndBias(value),
  ...when(value('int8_scale_term'), plain('weight_data_int8_scales', value('num_output')), plain('bottom_blob_int8_scales', 1)),
];

const embed: SlotRule = (value) => [...weightAndBias(value), ...when(value('int8_scale_term'), plain('weight_data_int8_scale', 1))];

/** RNN, GRU and LSTM, whose gates differ in number; `hidden` is the width of the cell, `output` that of the result. */
function recurrent(
  value: Values,
  sizes: { hidden: number; output: number; gates: number; biases: number; project?: boolean },
): readonly WeightSlot[] {
  const { hidden, output, gates, biases, project = false } = sizes;
  const directions = value('direction') === 2 ? 2 : 1;
  const input = Math.trunc(Math.trunc(Math.trunc(value('weight_data_size') / directions) / hidden) / gates);
  return [
    tagged('weight_xc_data', input * hidden * gates * directions),
    tagged('bias_c_data', hidden * biases * directions),
    tagged('weight_hc_data', output * hidden * gates * directions),
    ...when(project, tagged('weight_hr_data', hidden * output * directions)),
    ...when(
      value('int8_scale_term'),
      plain('weight_xc_data_int8_scales', hidden * gates * directions),
      plain('weight_hc_data_int8_scales', hidden * gates * directions),
    ),
  ];
}

const lstm: SlotRule = (value) => {
  const [hidden, output] = [value('hidden_size'), value('num_output')];
  return recurrent(value, { hidden, output, gates: 4, biases: 4, project: hidden !== output });
};

const gru: SlotRule = (value) => recurrent(value, { hidden: value('num_output'), output: value('num_output'), gates: 3, biases: 4 });

const rnn: SlotRule = (value) => recurrent(value, { hidden: value('num_output'), output: value('num_output'), gates: 1, biases: 1 });

const memoryData: SlotRule = (value) => {
  const [w, h, d, c] = [value('w'), value('h'), value('d'), value('c')];
  const length = d !== 0 ? w * h * d * c : c !== 0 ? w * h * c : h !== 0 ? w * h : w;
  const type = value('load_type');
  // Without any size ncnn makes one element itself.
  if (length === 0 && w === 0) return [];
  return [type === 1 ? plain('data', length) : type === 0 ? tagged('data', length) : bytes('data', length)];
};

/** Block-wise quantized weights: `quantize_term` holds bits, format and block size as decimal digits. */
function blockQuantization(term: number): { bits: number; block: number; inputScale: boolean } | undefined {
  const bits = Math.trunc(term / 100);
  const format = Math.trunc((term % 100) / 10);
  const block = [32, 64, 128][term % 10];
  if (![4, 6, 8].includes(bits) || format > 1 || block === undefined) return undefined;
  return { bits, block, inputScale: format === 1 };
}

function packedBytes(elements: number, bits: number): number {
  return Math.trunc((elements * bits + 7) / 8);
}

const gemm: SlotRule = (value) => {
  const [m, n, k] = [value('constantM'), value('constantN'), value('constantK')];
  const [constantA, constantB] = [value('constantA') === 1, value('constantB') === 1];
  const quantized = blockQuantization(value('quantize_term'));
  const packed = quantized !== undefined && value('transB') !== 0;
  const sizeOfC = [1, m, m, n * m, n][value('constant_broadcast_type_C')];
  return [
    ...when(constantA, tagged('A_data', k * m)),
    ...when(constantB, packed ? bytes('B_data', packedBytes(k, quantized.bits) * n) : tagged('B_data', n * k)),
    ...when(value('constantC') === 1 && sizeOfC !== undefined, tagged('C_data', sizeOfC ?? 0)),
    ...when(quantized !== undefined, plain('B_data_quantize_scales', Math.ceil(k / (quantized?.block ?? 1)) * n)),
    ...when(quantized?.inputScale ?? false, plain('B_data_input_scales', k)),
    ...when(quantized === undefined && value('quantize_term') && constantA, plain('A_data_int8_scales', m)),
    ...when(quantized === undefined && value('quantize_term') && constantB, plain('B_data_int8_scale', 1)),
  ];
};

const multiHeadAttention: SlotRule = (value) => {
  const embedDim = value('embed_dim');
  const qdim = Math.trunc(value('weight_data_size') / embedDim);
  // Width of a row, number of rows.
  const parts: readonly (readonly [name: string, width: number, rows: number])[] = [
    ['q', qdim, embedDim],
    ['k', value('kdim'), embedDim],
    ['v', value('vdim'), embedDim],
    ['out', embedDim, qdim],
  ];
  const quantized = blockQuantization(value('quantize_term'));
  const arrays = parts.flatMap(([name, width, rows]) => [
    quantized === undefined
      ? tagged(`${name}_weight_data`, width * rows)
      : bytes(`${name}_weight_data`, packedBytes(width, quantized.bits) * rows),
    plain(`${name}_bias_data`, rows),
  ]);
  if (quantized !== undefined) {
    const scales = parts.map(([name, width, rows]) =>
      plain(`${name}_weight_data_quantize_scales`, Math.ceil(width / quantized.block) * rows),
    );
    const inputScales = parts.map(([name, width]) => plain(`${name}_weight_data_input_scales`, width));
    return [...arrays, ...scales, ...when(quantized.inputScale, ...inputScales)];
  }
  const scales = ['q', 'k', 'v'].map((name) => plain(`${name}_weight_data_int8_scales`, embedDim));
  return [...arrays, ...when(value('quantize_term'), ...scales, plain('out_weight_data_int8_scale', 1))];
};

/** gamma and beta of a normalization, unless it has none. */
function affine(size: string): SlotRule {
  return (value) => when(value('affine'), plain('gamma_data', value(size)), plain('beta_data', value(size)));
}

const slotRules: Readonly<Partial<Record<LayerType, SlotRule>>> = {
  BatchNorm: (value) => ['slope_data', 'mean_data', 'var_data', 'bias_data'].map((name) => plain(name, value('channels'))),
  Bias: (value) => [plain('bias_data', value('bias_data_size'))],
  Convolution: convolution,
  Convolution1D: unlessDynamic(weightAndBias),
  Convolution3D: weightAndBias,
  ConvolutionDepthWise: convolutionDepthWise,
  ConvolutionDepthWise1D: unlessDynamic(weightAndBias),
  ConvolutionDepthWise3D: weightAndBias,
  Deconvolution: unlessDynamic(weightAndBias),
  Deconvolution1D: unlessDynamic(weightAndBias),
  Deconvolution3D: weightAndBias,
  DeconvolutionDepthWise: unlessDynamic(weightAndBias),
  DeconvolutionDepthWise1D: unlessDynamic(weightAndBias),
  DeconvolutionDepthWise3D: weightAndBias,
  DeformableConv2D: weightAndBias,
  Dequantize: (value) => [
    plain('scale_data', value('scale_data_size')),
    ...when(value('bias_data_size'), plain('bias_data', value('bias_data_size'))),
  ],
  Embed: embed,
  Gemm: gemm,
  GroupNorm: affine('channels'),
  GRU: gru,
  InnerProduct: innerProduct,
  InstanceNorm: affine('channels'),
  LayerNorm: affine('affine_size'),
  LSTM: lstm,
  MemoryData: memoryData,
  MultiHeadAttention: multiHeadAttention,
  Normalize: (value) => [plain('scale_data', value('scale_data_size'))],
  Padding: (value) => when(value('per_channel_pad_data_size'), plain('per_channel_pad_data', value('per_channel_pad_data_size'))),
  PReLU: (value) => [plain('slope_data', value('num_slope'))],
  Quantize: (value) => [plain('scale_data', value('scale_data_size'))],
  Requantize: (value) => [
    plain('scale_in_data', value('scale_in_data_size')),
    plain('scale_out_data', value('scale_out_data_size')),
    ...when(value('bias_data_size'), plain('bias_data', value('bias_data_size'))),
  ],
  RMSNorm: (value) => when(value('affine'), plain('gamma_data', value('affine_size'))),
  RNN: rnn,
  // -233 says that the scale is the second bottom.
  Scale: (value) =>
    value('scale_data_size') === -233
      ? []
      : [plain('scale_data', value('scale_data_size')), ...when(value('bias_term'), plain('bias_data', value('scale_data_size')))],
};
