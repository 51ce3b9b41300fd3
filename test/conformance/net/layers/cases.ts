import type { LayerParams, LayerType } from '../../../../src/net/net.ts';
import type { Random } from './random.ts';

/** A layer to test: its parameters and its bottoms. */
export interface Draft {
  readonly params: object;
  /** Shapes of the bottoms, filled with random values; or the values themselves. */
  readonly bottoms: readonly (readonly number[] | { readonly shape: readonly number[]; readonly values: Float32Array })[];
  readonly tops?: number;
  /** Range of random input values; default -2 to 2. */
  readonly range?: readonly [low: number, high: number];
  /** Range of random weights; default -1 to 1. */
  readonly weights?: readonly [low: number, high: number];
}

export interface CaseFamily {
  readonly type: LayerType;
  /** Number of combinations. */
  readonly count: number;
  readonly draft: (random: Random) => Draft;
}

function family<T extends LayerType>(
  type: T,
  count: number,
  draft: (random: Random) => Omit<Draft, 'params'> & { readonly params: LayerParams<T> },
): CaseFamily {
  return { type, count, draft };
}

/** A number of channels, often one that ncnn packs (a multiple of 4 or 8). */
function channels(random: Random, max = 7): number {
  return random.chance(0.4) ? random.pick([4, 8, 12, 16]) : random.int(1, max);
}

/** A shape with the given number of dimensions, by default 1 to 4. */
function shape(random: Random, dims: number = random.int(1, 4), max = 7): number[] {
  return Array.from({ length: dims }, (_, axis) => (axis === 0 ? channels(random, max) : random.int(1, max)));
}

/** An element-wise layer with random parameters. */
function map<T extends LayerType>(
  type: T,
  params: (random: Random) => LayerParams<T> = () => ({}) as LayerParams<T>,
  range?: readonly [number, number],
): CaseFamily {
  return family(type, 12, (random) => ({ params: params(random), bottoms: [shape(random)], ...(range === undefined ? {} : { range }) }));
}

function activation(random: Random): { activation_type?: number; activation_params?: number[] } {
  const type = random.chance(0.5) ? 0 : random.int(1, 6);
  if (type === 0) return {};
  if (type === 2) return { activation_type: 2, activation_params: [random.float(0, 0.5)] };
  if (type === 3) return { activation_type: 3, activation_params: [random.float(-1, 0), random.float(0.1, 1)] };
  if (type === 6) return { activation_type: 6, activation_params: [random.float(0.1, 0.4), random.float(0.2, 0.6)] };
  return { activation_type: type };
}

const axes = [[], ['w'], ['w', 'h'], ['w', 'h', 'd']] as const;
const pads = { w: ['pad_left', 'pad_right'], h: ['pad_top', 'pad_bottom'], d: ['pad_front', 'pad_behind'] } as const;

function convolutionParams(random: Random, rank: 1 | 2 | 3): Record<string, number> {
  const params: Record<string, number> = {};
  for (const axis of axes[rank]) {
    if (axis !== 'w' && random.chance(0.5)) continue;
    params[`kernel_${axis}`] = random.int(1, 4);
    params[`stride_${axis}`] = random.int(1, 3);
    params[`dilation_${axis}`] = random.chance(0.7) ? 1 : random.int(1, 3);
  }
  return params;
}

function padded(random: Random, params: Record<string, number>, rank: 1 | 2 | 3, maxPad: number): void {
  const form = random.int(0, 5);
  if (form === 0) return;
  if (form <= 2) {
    for (const axis of axes[rank]) for (const name of pads[axis]) params[name] = form === 1 ? -233 : -234;
    return;
  }
  for (const axis of axes[rank])
    for (const name of pads[axis]) if (axis === 'w' || random.chance(0.6)) params[name] = random.int(0, maxPad);
}

function product(values: readonly number[]): number {
  return values.reduce((total, value) => total * value, 1);
}

function kernelOf(params: Readonly<Record<string, number>>, rank: 1 | 2 | 3): number[] {
  return axes[rank].map((axis) => params[`kernel_${axis}`] ?? params.kernel_w ?? 1).reverse();
}

function convolution(type: LayerType, rank: 1 | 2 | 3, depthWise: boolean, dynamic: boolean): CaseFamily {
  return {
    type,
    count: 45,
    draft: (random) => {
      const params = convolutionParams(random, rank);
      padded(random, params, rank, 3);
      const groups = depthWise ? random.pick([1, 2, 3, 4, 8]) : 1;
      const inputs = groups * (depthWise && random.chance(0.5) ? 1 : channels(random, 5));
      const outputs = groups * (depthWise && random.chance(0.6) ? inputs / groups : channels(random, 5));
      const biased = random.chance(0.6);
      const kernel = kernelOf(params, rank);
      if (random.chance(0.2)) params.pad_value = random.float(-1, 1);
      const isDynamic = dynamic && random.chance(0.25);
      const bottom = [inputs, ...shape(random, rank, 12).map((size) => size + 3)];
      const common = { ...params, ...activation(random), ...(depthWise ? { group: groups } : {}), bias_term: biased ? 1 : 0 };
      if (isDynamic) {
        const weight = [outputs, inputs / groups, ...kernel];
        return { params: { ...common, dynamic_weight: 1 }, bottoms: [bottom, weight, ...(biased ? [[outputs]] : [])] };
      }
      return {
        params: { ...common, num_output: outputs, weight_data_size: (outputs * inputs * product(kernel)) / groups },
        bottoms: [bottom],
      };
    },
  };
}

function deconvolution(type: LayerType, rank: 1 | 2 | 3, depthWise: boolean, dynamic: boolean): CaseFamily {
  return {
    type,
    count: 40,
    draft: (random) => {
      const params = convolutionParams(random, rank);
      const groups = depthWise ? random.pick([1, 2, 4, 8]) : 1;
      const inputs = groups * (depthWise && random.chance(0.5) ? 1 : channels(random, 4));
      const outputs = groups * (depthWise && random.chance(0.6) ? inputs / groups : channels(random, 4));
      const biased = random.chance(0.6);
      const kernel = kernelOf(params, rank);
      const bottom = [inputs, ...shape(random, rank, 5).map((size) => size + 2)];
      const form = random.int(0, 3);
      if (form === 1)
        for (const axis of axes[rank])
          for (const name of pads[axis]) if (axis === 'w' || random.chance(0.6)) params[name] = random.int(0, 1);
      if (form === 2) {
        const mark = random.pick([-233, -234]);
        for (const axis of axes[rank]) {
          for (const name of pads[axis]) params[name] = mark;
          const size = bottom[rank - axes[rank].indexOf(axis as never)] ?? 1;
          const [length, stride, dilation] = ['kernel', 'stride', 'dilation'].map(
            (name) => params[`${name}_${axis}`] ?? params[`${name}_w`] ?? 1,
          );
          params[`output_${axis}`] = Math.max(1, (size - 1) * (stride ?? 1) + (dilation ?? 1) * ((length ?? 1) - 1) + 1 - random.int(0, 3));
        }
      }
      if (random.chance(0.3)) params.output_pad_right = random.int(0, 1);
      const isDynamic = dynamic && random.chance(0.25);
      const common = { ...params, ...activation(random), ...(depthWise ? { group: groups } : {}), bias_term: biased ? 1 : 0 };
      if (isDynamic) {
        const weight = [inputs, outputs / groups, ...kernel];
        return { params: { ...common, dynamic_weight: 1 }, bottoms: [bottom, weight, ...(biased ? [[outputs]] : [])] };
      }
      return {
        params: { ...common, num_output: outputs, weight_data_size: (outputs * inputs * product(kernel)) / groups },
        bottoms: [bottom],
      };
    },
  };
}

function pooling(type: LayerType, rank: 1 | 2 | 3): CaseFamily {
  return {
    type,
    count: 80,
    draft: (random) => {
      const bottom = [channels(random, 6), ...shape(random, rank, 9).map((size) => size + 3)];
      const params: Record<string, number> = { pooling_type: random.int(0, 1) };
      const form = random.int(0, 5);
      if (form === 0) return { params: { ...params, global_pooling: 1 }, bottoms: [bottom] };
      if (form === 1) {
        for (const axis of axes[rank]) params[`out_${axis}`] = rank > 1 && random.chance(0.2) ? -233 : random.int(1, 5);
        return { params: { ...params, adaptive_pooling: 1 }, bottoms: [bottom] };
      }
      for (const axis of axes[rank]) {
        if (axis !== 'w' && random.chance(0.4)) continue;
        params[`kernel_${axis}`] = random.int(1, 4);
        params[`stride_${axis}`] = random.int(1, 3);
      }
      const mode = random.int(0, 3);
      if (mode < 2) {
        const maxPad = Math.min(...kernelOf(params, rank)) - 1;
        for (const axis of axes[rank])
          for (const name of pads[axis]) if (axis === 'w' || random.chance(0.6)) params[name] = random.int(0, maxPad);
      }
      return { params: { ...params, pad_mode: mode, avgpool_count_include_pad: random.int(0, 1) }, bottoms: [bottom] };
    },
  };
}

/** A shape that broadcasts with another one: some axes are 1, or it has fewer dimensions. */
function partner(random: Random, of: readonly number[]): number[] {
  const form = random.int(0, 5);
  if (form === 0) return [...of];
  if (form === 1) return [1];
  if (form === 2) return [of.at(-1) ?? 1];
  if (form === 3) return [of[0] ?? 1];
  if (form === 4) return of.slice(0, random.int(1, of.length));
  return of.map((size) => (random.chance(0.5) ? 1 : size));
}

/** A Reshape whose sizes are an expression of its bottoms' sizes; it has a second bottom only if the expression names it. */
function expressedReshape(random: Random): Omit<Draft, 'params'> & { readonly params: LayerParams<'Reshape'> } {
  const bottom = shape(random, random.int(1, 3));
  const other = [random.pick([bottom[0] ?? 1, channels(random)]), channels(random)];
  const sizes = ['w', 'h', 'c'].slice(0, bottom.length).map((name) => `0${name}`);
  if (product(bottom) % product(other) === 0 && random.chance(0.7))
    return { params: { shape_expr: '-1,*(1h,1w)' }, bottoms: [bottom, other] };
  return { params: { shape_expr: random.pick([sizes.join(','), '-1,1', `1,${[...sizes].reverse().join(',')}`]) }, bottoms: [bottom] };
}

/** Axes in random order, some counted from the end. */
function someAxes(random: Random, dims: number): number[] {
  const all = Array.from({ length: dims }, (_, axis) => axis).filter(() => random.chance(0.5));
  return (all.length > 0 ? all : [0]).map((axis) => (random.chance(0.3) ? axis - dims : axis));
}

function recurrent(type: 'LSTM' | 'GRU' | 'RNN'): CaseFamily {
  return {
    type,
    count: 30,
    draft: (random) => {
      const [size, steps, outputs, direction] = [channels(random, 6), channels(random, 6), channels(random, 6), random.int(0, 2)];
      const hidden = type === 'LSTM' && random.chance(0.3) ? random.int(1, 6) : outputs;
      const count = direction === 2 ? 2 : 1;
      const gates = { LSTM: 4, GRU: 3, RNN: 1 }[type];
      const fed = random.chance(0.4);
      const states =
        type === 'LSTM'
          ? [
              [count, outputs],
              [count, hidden],
            ]
          : [[count, outputs]];
      return {
        params: {
          num_output: outputs,
          direction,
          weight_data_size: size * hidden * gates * count,
          ...(hidden === outputs ? {} : { hidden_size: hidden }),
        },
        bottoms: [[steps, size], ...(fed ? states : [])],
        tops: fed || random.chance(0.3) ? states.length + 1 : 1,
      };
    },
  };
}

function ints(
  values: readonly number[],
  shapeOfValues: readonly number[] = [values.length],
): { shape: readonly number[]; values: Float32Array } {
  return { shape: shapeOfValues, values: new Float32Array(Int32Array.from(values).buffer) };
}

function floats(
  values: readonly number[],
  shapeOfValues: readonly number[] = [values.length],
): { shape: readonly number[]; values: Float32Array } {
  return { shape: shapeOfValues, values: Float32Array.from(values) };
}

const reductionCount = 11;

/** Ranges in which unary functions are defined, by code of UnaryOp. */
const unaryRanges: Readonly<Record<number, readonly [number, number]>> = {
  5: [0.1, 3],
  6: [0.1, 3],
  8: [0.1, 3],
  11: [-1.2, 1.2],
  12: [-0.95, 0.95],
  13: [-0.95, 0.95],
  15: [0.3, 3],
  17: [0.1, 3],
  25: [1.1, 4],
  26: [-0.9, 0.9],
  27: [-0.9, 3],
};

export const families: readonly CaseFamily[] = [
  map('AbsVal'),
  map('BNLL'),
  map('CELU', (random) => ({ alpha: random.float(0.5, 2) })),
  map('Clip', (random) => ({ min: random.float(-1, 0), max: random.float(0, 1) })),
  map('Dropout', (random) => ({ scale: random.float(0.2, 2) })),
  map('ELU', (random) => ({ alpha: random.float(0.1, 2) })),
  map('Erf'),
  map('Exp', (random) => ({ base: random.pick([-1, 2, 3]), scale: random.float(0.5, 1.5), shift: random.float(-1, 1) })),
  map('GELU', (random) => ({ fast_gelu: random.int(0, 1) })),
  map('HardSigmoid', (random) => ({ alpha: random.float(0.1, 0.5), beta: random.float(0.3, 0.6) })),
  map('HardSwish', (random) => ({ alpha: random.float(0.1, 0.5), beta: random.float(0.3, 0.6) })),
  map('Log', (random) => ({ base: random.pick([-1, 2, 10]), scale: random.float(0.5, 1.5), shift: random.float(0.1, 1) }), [0.1, 4]),
  map('Mish', undefined, [-6, 6]),
  map('Power', (random) => ({ power: random.float(-1, 3), scale: random.float(0.5, 1.5), shift: random.float(0.1, 1) }), [0.1, 3]),
  map('ReLU', (random) => ({ slope: random.chance(0.5) ? 0 : random.float(0, 0.5) })),
  map('SELU', (random) => ({ alpha: random.float(1, 2), lambda: random.float(0.8, 1.2) })),
  map('Shrink', (random) => ({ bias: random.float(-0.5, 0.5), lambd: random.float(0.1, 1) })),
  map('Sigmoid', undefined, [-9, 9]),
  map('Softplus', undefined, [-6, 6]),
  map('Swish', undefined, [-9, 9]),
  map('TanH'),
  map('Threshold', (random) => ({ threshold: random.float(-1, 1) })),
  family('PReLU', 24, (random) => {
    const bottom = shape(random);
    return { params: { num_slope: random.chance(0.3) ? 1 : (bottom[0] ?? 1) }, bottoms: [bottom] };
  }),
  family('UnaryOp', 112, (random) => {
    const code = random.int(0, 27);
    const range = unaryRanges[code];
    return { params: { op_type: code }, bottoms: [shape(random)], ...(range === undefined ? {} : { range }) };
  }),
  family('BinaryOp', 240, (random) => {
    const code = random.int(0, 18);
    // Where the result jumps, rounding decides; elsewhere both signs matter.
    const range: readonly [number, number] = [3, 12, 13, 15, 16, 17, 18, 8].includes(code)
      ? [0.3, 4]
      : [6, 9].includes(code)
        ? [0.1, 2.5]
        : [-2, 2];
    if (random.chance(0.25))
      return { params: { op_type: code, with_scalar: 1, b: random.float(...range) }, bottoms: [shape(random)], range };
    const first = shape(random);
    const pair = [first, partner(random, first)];
    return { params: { op_type: code }, bottoms: random.chance(0.5) ? pair : pair.reverse(), range };
  }),
  family('Eltwise', 40, (random) => {
    const bottom = shape(random);
    const count = random.int(2, 4);
    const op = random.int(0, 2);
    const coeffs = op === 1 && random.chance(0.5) ? { coeffs: Array.from({ length: count }, () => random.float(-2, 2)) } : {};
    return { params: { op_type: op, ...coeffs }, bottoms: Array.from({ length: count }, () => bottom) };
  }),
  family('Scale', 24, (random) => {
    const bottom = shape(random);
    if (random.chance(0.3)) return { params: { scale_data_size: -233 }, bottoms: [bottom, [bottom[0] ?? 1]] };
    return { params: { scale_data_size: bottom[0] ?? 1, bias_term: random.int(0, 1) }, bottoms: [bottom] };
  }),
  family('Bias', 16, (random) => {
    const bottom = shape(random, random.int(3, 4));
    return { params: { bias_data_size: bottom[0] ?? 1 }, bottoms: [bottom] };
  }),
  family('BatchNorm', 24, (random) => {
    const bottom = shape(random);
    return { params: { channels: bottom[0] ?? 1, eps: random.float(0, 0.1) }, bottoms: [bottom], weights: [0.2, 1.5] };
  }),
  convolution('Convolution', 2, false, true),
  convolution('Convolution1D', 1, false, true),
  convolution('Convolution3D', 3, false, false),
  convolution('ConvolutionDepthWise', 2, true, true),
  convolution('ConvolutionDepthWise1D', 1, true, true),
  convolution('ConvolutionDepthWise3D', 3, true, false),
  deconvolution('Deconvolution', 2, false, true),
  deconvolution('Deconvolution1D', 1, false, true),
  deconvolution('Deconvolution3D', 3, false, false),
  deconvolution('DeconvolutionDepthWise', 2, true, true),
  deconvolution('DeconvolutionDepthWise1D', 1, true, true),
  deconvolution('DeconvolutionDepthWise3D', 3, true, false),
  family('DeformableConv2D', 30, (random) => {
    const params = convolutionParams(random, 2);
    const kernel = kernelOf(params, 2);
    for (const name of [...pads.w, ...pads.h]) params[name] = random.int(0, 2);
    const [inputs, outputs] = [channels(random, 5), channels(random, 5)];
    const sizes = shape(random, 2, 6).map((size) => size + 5);
    const output = sizes.map((size, axis) => {
      const letter = axis === 0 ? 'h' : 'w';
      const dilation = params[`dilation_${letter}`] ?? params.dilation_w ?? 1;
      const stride = params[`stride_${letter}`] ?? params.stride_w ?? 1;
      const border = pads[letter].reduce((sum, name) => sum + (params[name] ?? 0), 0);
      return Math.floor((size + border - dilation * ((kernel[axis] ?? 1) - 1) - 1) / stride) + 1;
    });
    if (output.some((size) => size < 1))
      return {
        params: { num_output: 1, kernel_w: 1, weight_data_size: 1 },
        bottoms: [
          [1, 2, 2],
          [2, 2, 2],
        ],
      };
    const biased = random.int(0, 1);
    const mask = random.chance(0.5) ? [[product(kernel), ...output]] : [];
    return {
      params: {
        ...params,
        ...activation(random),
        num_output: outputs,
        bias_term: biased,
        weight_data_size: outputs * inputs * product(kernel),
      },
      bottoms: [[inputs, ...sizes], [2 * product(kernel), ...output], ...mask],
    };
  }),
  pooling('Pooling', 2),
  pooling('Pooling1D', 1),
  pooling('Pooling3D', 3),
  family('InnerProduct', 45, (random) => {
    const bottom = shape(random);
    const rows = bottom.length === 2 && random.chance(0.6);
    const inputs = rows ? (bottom[1] ?? 1) : product(bottom);
    const outputs = channels(random, 9);
    return {
      params: { num_output: outputs, bias_term: random.int(0, 1), weight_data_size: inputs * outputs, ...activation(random) },
      bottoms: [bottom],
    };
  }),
  family('Gemm', 90, (random) => {
    const [m, n, k] = [channels(random, 9), channels(random, 9), channels(random, 9)];
    const [transA, transB] = [random.int(0, 1), random.int(0, 1)];
    const [constantA, constantB] = random.pick([
      [0, 0],
      [0, 1],
      [1, 0],
    ] as const);
    const form = random.int(0, 4);
    const shapesOfC = [[1], [m], [m, 1], [m, n], [1, n]];
    const fedC = !constantA && !constantB && random.chance(0.4) ? [shapesOfC[form] ?? [1]] : [];
    // Without a dynamic A or B, the layer reads a C only if it has no constant one.
    const constantC = fedC.length === 0 && random.chance(0.6) ? 1 : 0;
    const params = {
      ...{ alpha: random.pick([1, 0.5, 2]), beta: random.pick([1, 0.5, 3]), transA, transB, constantA, constantB, constantC },
      ...{
        constantM: constantA || constantC ? m : 0,
        constantN: constantB || constantC ? n : 0,
        constantK: constantA || constantB ? k : 0,
      },
      constant_broadcast_type_C: constantC ? form : -1,
      output_transpose: random.chance(0.3) ? 1 : 0,
      output_N1M: random.chance(0.15) ? 1 : 0,
    };
    const a = transA ? [k, m] : [m, k];
    const b = transB ? [n, k] : [k, n];
    return { params, bottoms: [...(constantA ? [] : [a]), ...(constantB ? [] : [b]), ...fedC] };
  }),
  family('MatMul', 60, (random) => {
    const [m, n, k, transB] = [channels(random), channels(random), channels(random), random.int(0, 1)];
    const batch = shape(random, random.int(0, 2), 4);
    const spread = (): number[] => batch.map((size) => (random.chance(0.3) ? 1 : size));
    const a = random.chance(0.2) ? [k] : [...(random.chance(0.25) ? [] : spread()), m, k];
    const b = random.chance(0.2) ? [k] : [...(random.chance(0.25) ? [] : spread()), ...(transB ? [n, k] : [k, n])];
    return { params: { transB }, bottoms: [a, b] };
  }),
  family('Einsum', 20, (random) => {
    const [i, j, k, l] = [random.int(1, 4), random.int(1, 4), random.int(1, 4), random.int(1, 4)];
    const [equation, bottoms] = random.pick<readonly [string, readonly (readonly number[])[]]>([
      [
        'ij,jk->ik',
        [
          [i, j],
          [j, k],
        ],
      ],
      [
        'ik,kj->ij',
        [
          [i, k],
          [k, j],
        ],
      ],
      [
        'ijl,ilk->ijk',
        [
          [i, j, l],
          [i, l, k],
        ],
      ],
      ['ii', [[i, i]]],
      [
        'ij,ij->i',
        [
          [i, j],
          [i, j],
        ],
      ],
      [
        'ijkl,ijml->ijkm',
        [
          [i, j, k, l],
          [i, j, 3, l],
        ],
      ],
      ['ji->ij', [[j, i]]],
    ]);
    return { params: { equation_mat: [...equation].map((character) => character.charCodeAt(0)) }, bottoms };
  }),
  family('Embed', 16, (random) => {
    const [words, outputs] = [random.int(2, 9), channels(random, 6)];
    const indices = Array.from({ length: random.int(1, 6) }, () => random.int(-1, words));
    return {
      params: { num_output: outputs, input_dim: words, bias_term: random.int(0, 1), weight_data_size: words * outputs },
      bottoms: [ints(indices)],
    };
  }),
  recurrent('LSTM'),
  recurrent('GRU'),
  recurrent('RNN'),
  family('Softmax', 40, (random) => {
    const bottom = shape(random);
    const axis = random.int(-bottom.length, bottom.length - 1);
    return { params: { axis, fixbug0: 1 }, bottoms: [bottom] };
  }),
  family('Reduction', 150, (random) => {
    const bottom = shape(random);
    const operation = random.int(0, reductionCount - 1);
    const all = random.chance(0.2);
    const range: readonly [number, number] = operation === 9 ? [0.2, 2] : [-2, 2];
    const chosen = all ? {} : { axes: someAxes(random, bottom.length), fixbug0: 1 };
    return {
      params: { operation, reduce_all: all ? 1 : 0, keepdims: random.int(0, 1), coeff: random.pick([1, 0.5]), ...chosen },
      bottoms: [bottom],
      range,
    };
  }),
  family('CumulativeSum', 24, (random) => {
    const bottom = shape(random);
    return { params: { axis: random.int(-bottom.length, bottom.length - 1) }, bottoms: [bottom] };
  }),
  family('GLU', 24, (random) => {
    const bottom = shape(random);
    const axis = random.int(-bottom.length, bottom.length - 1);
    const positive = axis < 0 ? axis + bottom.length : axis;
    return { params: { axis }, bottoms: [bottom.map((size, place) => (place === positive ? size * 2 : size))] };
  }),
  family('Reshape', 80, (random) => {
    if (random.chance(0.3)) return expressedReshape(random);
    const bottom = shape(random);
    const names = [['w'], ['h', 'w'], ['c', 'h', 'w'], ['c', 'd', 'h', 'w']][random.int(0, 3)] ?? ['w'];
    const sizes = factors(random, product(bottom), names.length);
    const free = random.int(-1, names.length - 1);
    return { params: Object.fromEntries(names.map((name, axis) => [name, axis === free ? -1 : (sizes[axis] ?? 1)])), bottoms: [bottom] };
  }),
  family('Permute', 60, (random) => {
    const dims = random.int(1, 4);
    return { params: { order_type: random.int(0, [0, 1, 5, 23][dims - 1] ?? 0) }, bottoms: [shape(random, dims)] };
  }),
  family('Flatten', 8, (random) => ({ params: {}, bottoms: [shape(random)] })),
  family('Squeeze', 30, (random) => {
    const bottom = shape(random).map((size) => (random.chance(0.5) ? 1 : size));
    if (random.chance(0.5)) return { params: { axes: someAxes(random, bottom.length) }, bottoms: [bottom] };
    return {
      params: { squeeze_w: random.int(0, 1), squeeze_h: random.int(0, 1), squeeze_d: random.int(0, 1), squeeze_c: random.int(0, 1) },
      bottoms: [bottom],
    };
  }),
  family('ExpandDims', 24, (random) => {
    const bottom = shape(random, random.int(1, 3));
    const count = random.int(1, 4 - bottom.length);
    const all = Array.from({ length: bottom.length + count }, (_, axis) => axis);
    while (all.length > count) all.splice(random.int(0, all.length - 1), 1);
    return { params: { axes: all }, bottoms: [bottom] };
  }),
  family('Concat', 40, (random) => {
    const bottom = shape(random);
    const axis = random.int(-bottom.length, bottom.length - 1);
    const positive = axis < 0 ? axis + bottom.length : axis;
    const bottoms = Array.from({ length: random.int(1, 4) }, () =>
      bottom.map((size, place) => (place === positive ? channels(random, 5) : size)),
    );
    return { params: { axis }, bottoms };
  }),
  family('Slice', 40, (random) => {
    const bottom = shape(random, undefined, 6);
    const axis = random.int(-bottom.length, bottom.length - 1);
    const positive = axis < 0 ? axis + bottom.length : axis;
    const size = bottom[positive] ?? 1;
    const tops = random.int(1, size);
    if (random.chance(0.4)) return { params: { axis, slices: Array.from({ length: tops }, () => -233) }, bottoms: [bottom], tops };
    const cuts = Array.from({ length: size - 1 }, (_, index) => index + 1);
    while (cuts.length > tops - 1) cuts.splice(random.int(0, cuts.length - 1), 1);
    if (random.chance(0.5) && cuts.length > 0) return { params: { axis, indices: cuts }, bottoms: [bottom], tops };
    return { params: { axis, slices: [...cuts, size].map((cut, index) => cut - (cuts[index - 1] ?? 0)) }, bottoms: [bottom], tops };
  }),
  family('Crop', 80, (random) => {
    const bottom = shape(random, undefined, 8);
    const names = [['w'], ['h', 'w'], ['c', 'h', 'w'], ['c', 'd', 'h', 'w']][bottom.length - 1] ?? [];
    const form = random.int(0, 2);
    const starts = bottom.map((size) => random.int(0, size - 1));
    const ends = bottom.map((size, axis) => random.int((starts[axis] ?? 0) + 1, size));
    if (form === 0) {
      const chosen = random.chance(0.5) ? undefined : someAxes(random, bottom.length);
      const places = chosen?.map((axis) => (axis < 0 ? axis + bottom.length : axis)) ?? bottom.map((_, axis) => axis);
      const size = (axis: number): number => bottom[axis] ?? 1;
      const first = places.map((axis) =>
        random.chance(0.2) ? -233 : random.chance(0.3) ? (starts[axis] ?? 0) - size(axis) : (starts[axis] ?? 0),
      );
      const last = places.map((axis) =>
        random.chance(0.2) ? -233 : random.chance(0.3) && ends[axis] !== size(axis) ? (ends[axis] ?? 0) - size(axis) : (ends[axis] ?? 0),
      );
      return { params: { starts: first, ends: last, ...(chosen === undefined ? {} : { axes: chosen }) }, bottoms: [bottom] };
    }
    const offsets = Object.fromEntries(names.map((name, axis) => [`${name}offset`, starts[axis] ?? 0]));
    if (form === 1) {
      const sizes = names.map((name, axis): readonly [string, number] =>
        random.chance(0.3) ? [`out${name}`, -233] : [`out${name}`, (ends[axis] ?? 0) - (starts[axis] ?? 0)],
      );
      return { params: { ...offsets, ...Object.fromEntries(sizes) }, bottoms: [bottom] };
    }
    return { params: offsets, bottoms: [bottom, bottom.map((_, axis) => (ends[axis] ?? 0) - (starts[axis] ?? 0))] };
  }),
  family('CopyTo', 24, (random) => {
    const bottom = shape(random);
    const source = bottom.map((size) => random.int(1, size));
    const starts = bottom.map((size, axis) => random.int(0, size - (source[axis] ?? 1)));
    return { params: { starts }, bottoms: [bottom, source] };
  }),
  family('Padding', 60, (random) => {
    const bottom = shape(random, undefined, 6).map((size) => size + 2);
    const type = random.int(0, 2);
    const size = (): number => (random.chance(0.4) ? 0 : random.int(1, 2));
    const deep = bottom.length > 2 ? { front: size(), behind: size() } : {};
    const own = bottom.length === 4 && type === 0 && random.chance(0.3) ? { per_channel_pad_data_size: bottom[0] ?? 1 } : {};
    const tall = bottom.length > 1 ? { top: size(), bottom: size() } : {};
    return { params: { ...tall, left: size(), right: size(), type, value: random.float(-1, 1), ...deep, ...own }, bottoms: [bottom] };
  }),
  family('Tile', 40, (random) => {
    const bottom = shape(random, undefined, 5);
    if (random.chance(0.4)) return { params: { axis: random.int(0, bottom.length - 1), tiles: random.int(1, 3) }, bottoms: [bottom] };
    return { params: { repeats: Array.from({ length: random.int(1, 4) }, () => random.int(1, 3)) }, bottoms: [bottom] };
  }),
  family('Flip', 24, (random) => {
    const bottom = shape(random);
    return { params: { axes: someAxes(random, bottom.length) }, bottoms: [bottom] };
  }),
  family('PixelShuffle', 16, (random) => {
    const factor = random.int(1, 3);
    return {
      params: { upscale_factor: factor, mode: random.int(0, 1) },
      bottoms: [[factor * factor * random.int(1, 4), ...shape(random, 2)]],
    };
  }),
  family('Reorg', 16, (random) => {
    const factor = random.int(1, 3);
    return {
      params: { stride: factor, mode: random.int(0, 1) },
      bottoms: [[random.int(1, 5), ...shape(random, 2).map((size) => size * factor)]],
    };
  }),
  family('ShuffleChannel', 16, (random) => {
    const group = random.int(1, 4);
    return { params: { group, reverse: random.int(0, 1) }, bottoms: [[group * random.int(1, 4), ...shape(random, 2)]] };
  }),
  family('Split', 6, (random) => ({ params: {}, bottoms: [shape(random)], tops: random.int(2, 4) })),
  family('MemoryData', 16, (random) => {
    const [w, h, d, c] = [random.int(1, 7), random.int(1, 7), random.int(1, 7), random.int(1, 7)];
    return { params: random.pick([{ w }, { w, h }, { w, h, c }, { w, h, d, c }]), bottoms: [] };
  }),
  family('Fold', 24, (random) => {
    const params = windowParams(random);
    const sizes = [params.output_h, params.output_w].map((size) => size + 4);
    const border = [random.int(0, 1), random.int(0, 1), random.int(0, 1), random.int(0, 1)];
    const places = sizes.map((size, axis) => {
      const [kernel, dilation, stride] =
        axis === 0 ? [params.kernel_h, params.dilation_h, params.stride_h] : [params.kernel_w, params.dilation_w, params.stride_w];
      const total = size + (axis === 0 ? (border[2] ?? 0) + (border[3] ?? 0) : (border[0] ?? 0) + (border[1] ?? 0));
      return Math.floor((total - dilation * (kernel - 1) - 1) / stride) + 1;
    });
    const [pad_left = 0, pad_right = 0, pad_top = 0, pad_bottom = 0] = border;
    return {
      params: { ...params, output_h: sizes[0] ?? 1, output_w: sizes[1] ?? 1, pad_left, pad_right, pad_top, pad_bottom },
      bottoms: [[params.kernel_w * params.kernel_h * random.int(1, 3), product(places)]],
    };
  }),
  family('Unfold', 24, (random) => {
    const { output_w, output_h, ...params } = windowParams(random);
    const border: Record<string, number> = {};
    padded(random, border, 2, 2);
    return {
      params: { ...params, ...border, pad_value: random.chance(0.3) ? 0.5 : 0 },
      bottoms: [[random.int(1, 4), output_h + 4, output_w + 4]],
    };
  }),
  family('Interp', 110, (random) => {
    const dims = random.pick([1, 2, 3, 3, 3]);
    const bottom = dims === 1 ? shape(random, 1) : [channels(random, 5), ...shape(random, dims - 1, 9)];
    const type = random.int(1, 3);
    const aligned = random.chance(0.3) ? { align_corner: 1 } : {};
    const form = random.int(0, 2);
    if (form === 0)
      return {
        params: { resize_type: type, output_height: random.int(1, 12), output_width: random.int(1, 12), ...aligned },
        bottoms: [bottom],
      };
    if (form === 1) {
      const [height_scale, width_scale] = [random.pick([0.5, 1, 2, 3, 1.5]), random.pick([0.5, 1, 2, 3, 1.5])];
      return { params: { resize_type: type, height_scale, width_scale, ...aligned }, bottoms: [bottom] };
    }
    const reference = random.pick([
      [1, random.int(1, 12), random.int(1, 12)],
      [8, random.int(1, 12), 4],
      [random.int(1, 12), 4],
    ]);
    const params = { resize_type: type, ...aligned };
    if (random.chance(0.4))
      return { params: { ...params, size_expr: random.pick(['1w,1h', '*(2,1w),1h', '1h,0w']) }, bottoms: [bottom, reference] };
    return { params: { ...params, dynamic_target_size: 1 }, bottoms: [bottom, reference] };
  }),
  family('GridSample', 60, (random) => {
    const rank = random.int(2, 3);
    const type = rank === 3 ? random.int(1, 2) : random.int(1, 3);
    const places = shape(random, rank, 5);
    const fused = random.int(0, 1);
    return {
      params: { sample_type: type, padding_mode: random.int(1, 3), align_corner: random.int(0, 1), permute_fusion: fused },
      bottoms: [[channels(random, 4), ...shape(random, rank, 6).map((size) => size + 1)], fused ? [rank, ...places] : [...places, rank]],
      range: [-1.3, 1.3],
    };
  }),
  family('InstanceNorm', 24, (random) => {
    const bottom = shape(random, random.int(3, 4));
    return { params: { channels: bottom[0] ?? 1, eps: random.float(0.001, 0.1), affine: random.int(0, 1) }, bottoms: [bottom] };
  }),
  family('GroupNorm', 30, (random) => {
    const group = random.int(1, 3);
    const bottom = [group * random.int(1, 4), ...shape(random, random.int(0, 3))];
    return { params: { group, channels: bottom[0] ?? 1, eps: random.float(0.001, 0.1), affine: random.int(0, 1) }, bottoms: [bottom] };
  }),
  ...(['LayerNorm', 'RMSNorm'] as const).map((type) =>
    family(type, 30, (random) => {
      const bottom = shape(random);
      const sizes = [
        bottom.at(-1) ?? 1,
        ...(bottom.length > 2 ? [product(bottom.slice(-2))] : []),
        ...(bottom.length > 3 ? [product(bottom.slice(1))] : []),
      ];
      return { params: { affine_size: random.pick(sizes), eps: random.float(0.001, 0.1), affine: random.int(0, 1) }, bottoms: [bottom] };
    }),
  ),
  family('MVN', 20, (random) => ({
    params: { normalize_variance: random.int(0, 1), across_channels: random.int(0, 1), eps: random.float(0.001, 0.1) },
    bottoms: [shape(random, random.int(3, 4))],
  })),
  family('Normalize', 40, (random) => {
    const bottom = shape(random, random.int(3, 4));
    const shared = random.int(0, 1);
    const [across_spatial, across_channel] = random.pick([
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const);
    return {
      params: {
        across_spatial,
        across_channel,
        channel_shared: shared,
        eps: random.float(0.001, 0.1),
        eps_mode: random.int(0, 2),
        scale_data_size: shared ? 1 : (bottom[0] ?? 1),
      },
      bottoms: [bottom],
    };
  }),
  family('LRN', 30, (random) => ({
    params: {
      region_type: random.int(0, 1),
      local_size: random.int(1, 5),
      alpha: random.float(0.1, 1),
      beta: random.float(0.5, 1),
      bias: random.float(0.8, 1.5),
    },
    bottoms: [shape(random, 3)],
  })),
  family('StatisticsPooling', 8, (random) => ({ params: { include_stddev: random.int(0, 1) }, bottoms: [shape(random, 3)] })),
  family('Diag', 12, (random) => ({
    params: { diagonal: random.int(-2, 2) },
    bottoms: [shape(random, random.int(1, 2)).map((size) => size + 2)],
  })),
  family('ROIPooling', 24, (random) => {
    // The published builds divide with fast math and a tiny error, which matters if a cell starts at a whole pixel. So sizes of
    // regions and grids have no common factor, and regions extend to the edge of the image.
    const [width, height] = [random.int(1, 4), random.int(1, 4)];
    const side = (cells: number): number => random.pick([5, 7, 11, 13].map((size) => size * (size % cells === 0 ? cells + 1 : 1))) - 1;
    const [wide, tall] = [side(width), side(height)];
    const scale = random.pick([1, 0.5, 0.25]);
    const corners = [18 - wide, 17 - tall, 18, 17].map((place) => place / scale);
    return {
      params: { pooled_width: width, pooled_height: height, spatial_scale: scale },
      bottoms: [[random.int(1, 4), 18, 19], floats(corners)],
    };
  }),
  family('PSROIPooling', 24, (random) => {
    const [width, height, outputs] = [random.int(1, 4), random.int(1, 4), random.int(1, 3)];
    return {
      params: { pooled_width: width, pooled_height: height, spatial_scale: random.pick([1, 0.5, 0.3]), output_dim: outputs },
      bottoms: [[outputs * width * height, 8, 9], floats(region(random))],
    };
  }),
  family('ROIAlign', 40, (random) => ({
    params: {
      pooled_width: random.int(1, 4),
      pooled_height: random.int(1, 4),
      spatial_scale: random.pick([1, 0.5, 0.3]),
      sampling_ratio: random.int(0, 3),
      aligned: random.int(0, 1),
      version: random.int(0, 1),
    },
    bottoms: [[random.int(1, 4), 8, 9], floats(region(random))],
  })),
  family('PriorBox', 30, (random) => {
    const count = random.int(1, 3);
    const sizes = (low: number): number[] => Array.from({ length: count }, () => random.float(low, low + 20));
    const ratios = Array.from({ length: random.int(0, 3) }, () => random.float(0.5, 3));
    const own = random.chance(0.5) ? { step_width: random.float(4, 16), step_height: random.float(4, 16) } : {};
    const variances = { variances_0: random.float(0.1, 1), variances_3: random.float(0.1, 1) };
    const bottom = shape(random, 3);
    if (random.chance(0.3)) {
      return {
        params: {
          min_sizes: sizes(1),
          aspect_ratios: [1, ...ratios],
          image_width: -233,
          image_height: -233,
          clip: random.int(0, 1),
          offset: 0.5,
        },
        bottoms: [bottom],
      };
    }
    const larger = random.chance(0.5) ? { max_sizes: sizes(40) } : {};
    return {
      params: {
        min_sizes: sizes(10),
        ...larger,
        aspect_ratios: ratios,
        flip: random.int(0, 1),
        clip: random.int(0, 1),
        image_width: -233,
        image_height: -233,
        offset: 0.5,
        step_mmdetection: random.int(0, 1),
        center_mmdetection: random.int(0, 1),
        ...own,
        ...variances,
      },
      bottoms: [bottom, [3, 60, 70]],
    };
  }),
  family('DetectionOutput', 24, (random) => {
    const [priors, classes] = [random.int(3, 12), random.int(2, 4)];
    const boxes = Array.from({ length: priors }, () => {
      const [x, y] = [random.float(0, 0.6), random.float(0, 0.6)];
      return [x, y, x + random.float(0.1, 0.4), y + random.float(0.1, 0.4)];
    }).flat();
    const variances = boxes.map((_, index) => [0.1, 0.1, 0.2, 0.2][index % 4] ?? 0);
    const scores = Array.from({ length: priors }, () => {
      const raw = Array.from({ length: classes }, () => random.float(0.01, 1));
      const total = raw.reduce((sum, value) => sum + value, 0);
      return raw.map((value) => value / total);
    }).flat();
    return {
      params: {
        num_class: classes,
        nms_threshold: random.float(0.2, 0.6),
        nms_top_k: random.int(3, 20),
        keep_top_k: random.int(2, 20),
        confidence_threshold: random.float(0.05, 0.2),
      },
      bottoms: [
        floats(Array.from({ length: priors * 4 }, () => random.float(-1, 1))),
        floats(scores),
        floats([...boxes, ...variances], [2, priors * 4]),
      ],
    };
  }),
  family('YoloDetectionOutput', 24, (random) => {
    const [boxes, classes] = [random.int(1, 4), random.int(1, 5)];
    return {
      params: {
        num_class: classes,
        num_box: boxes,
        confidence_threshold: random.float(0.01, 0.1),
        nms_threshold: random.float(0.2, 0.6),
        biases: Array.from({ length: 2 * boxes }, () => random.float(0.3, 3)),
      },
      bottoms: [[boxes * (5 + classes), random.int(1, 6), random.int(1, 6)]],
    };
  }),
  family('Yolov3DetectionOutput', 24, (random) => {
    const [boxes, classes, grids] = [random.int(1, 3), random.int(1, 5), random.int(1, 3)];
    return {
      params: {
        num_class: classes,
        num_box: boxes,
        confidence_threshold: random.float(0.1, 0.8),
        nms_threshold: random.float(0.2, 0.6),
        biases: Array.from({ length: 2 * boxes * grids }, () => random.float(8, 80)),
        mask: Array.from({ length: boxes * grids }, () => random.int(0, boxes * grids - 1)),
        anchors_scale: Array.from({ length: grids }, () => random.pick([8, 16, 32])),
      },
      bottoms: Array.from({ length: grids }, () => [boxes * (5 + classes), random.int(1, 6), random.int(1, 6)]),
    };
  }),
  family('Spectrogram', 40, (random) => {
    const length = random.int(4, 24);
    const own = random.chance(0.5) ? { winlen: random.int(2, length) } : {};
    const hop = random.chance(0.5) ? { hoplen: random.int(1, length) } : {};
    return {
      params: {
        n_fft: length,
        power: random.int(0, 2),
        window_type: random.int(0, 2),
        center: random.int(0, 1),
        pad_type: random.int(0, 2),
        normalized: random.int(0, 2),
        onesided: random.int(0, 1),
        ...own,
        ...hop,
      },
      bottoms: [[random.int(length, 80)]],
    };
  }),
  family('InverseSpectrogram', 40, (random) => {
    const length = random.int(4, 24);
    const own = random.chance(0.5) ? { winlen: random.int(2, length) } : {};
    return {
      params: {
        n_fft: length,
        returns: random.int(0, 2),
        hoplen: random.int(1, Math.ceil(length / 4)),
        window_type: random.int(0, 2),
        center: random.int(0, 1),
        normalized: random.int(0, 2),
        ...own,
      },
      bottoms: [[random.chance(0.5) ? Math.floor(length / 2) + 1 : length, random.int(2, 7), 2]],
    };
  }),
  family('Packing', 8, (random) => ({ params: { out_elempack: random.pick([1, 4, 8]) }, bottoms: [shape(random)] })),
  family('Cast', 4, (random) => ({ params: { type_from: 1, type_to: 1 }, bottoms: [shape(random)] })),
  family('SDPA', 24, (random) => {
    const [inner, rows, keys, outputs, groups] = [
      channels(random, 6),
      channels(random, 6),
      channels(random, 6),
      channels(random, 6),
      channels(random, 3),
    ];
    const heads = groups * random.int(1, 2);
    const masked = random.int(0, 1);
    return {
      params: { attn_mask: masked, scale: random.pick([0, 0.5]) },
      bottoms: [
        [heads, rows, inner],
        [groups, keys, inner],
        [groups, keys, outputs],
        ...(masked ? [random.chance(0.5) ? [rows, keys] : [heads, rows, keys]] : []),
      ],
    };
  }),
  family('MultiHeadAttention', 24, (random) => {
    const heads = random.int(1, 3);
    const embed = heads * random.int(1, 4);
    const [query, rows, keys] = [channels(random, 6), channels(random, 6), channels(random, 6)];
    const masked = random.int(0, 1);
    const form = random.int(1, 3);
    const [key, value] = form === 1 ? [query, query] : form === 2 ? [4, 4] : [random.int(1, 5), random.int(1, 5)];
    const bottoms = [[rows, query], ...(form > 1 ? [[keys, key]] : []), ...(form > 2 ? [[keys, value]] : [])];
    const columns = form === 1 ? rows : keys;
    return {
      params: { embed_dim: embed, num_heads: heads, weight_data_size: embed * query, kdim: key, vdim: value, attn_mask: masked },
      bottoms: [...bottoms, ...(masked ? [random.chance(0.5) ? [rows, columns] : [heads, rows, columns]] : [])],
    };
  }),
  family('RotaryEmbed', 16, (random) => {
    const [half, rows, interleaved] = [random.int(1, 4), random.int(1, 5), random.int(0, 1)];
    const width = interleaved || random.chance(0.5) ? half : 2 * half;
    return {
      params: { interleaved },
      bottoms: [
        [random.int(1, 4), rows, 2 * half],
        [rows, width],
        [rows, width],
      ],
    };
  }),
  map('Noop'),
  map('DeepCopy'),
];

function region(random: Random): readonly number[] {
  const [x, y] = [random.float(-2, 6), random.float(-2, 6)];
  return [x, y, x + random.float(0, 8), y + random.float(0, 8)];
}

function windowParams(
  random: Random,
): Record<'kernel_w' | 'kernel_h' | 'dilation_w' | 'dilation_h' | 'stride_w' | 'stride_h' | 'output_w' | 'output_h', number> {
  return {
    ...{ kernel_w: random.int(1, 3), kernel_h: random.int(1, 3), dilation_w: random.int(1, 2), dilation_h: random.int(1, 2) },
    ...{ stride_w: random.int(1, 2), stride_h: random.int(1, 2), output_w: random.int(2, 6), output_h: random.int(2, 6) },
  };
}

/** A number as a product of `count` factors. */
function factors(random: Random, total: number, count: number): number[] {
  let remaining = total;
  return Array.from({ length: count }, (_, index) => {
    if (index === count - 1) return remaining;
    const divisors = Array.from({ length: remaining }, (_, place) => place + 1).filter((size) => remaining % size === 0);
    const size = random.pick(divisors);
    remaining /= size;
    return size;
  });
}
