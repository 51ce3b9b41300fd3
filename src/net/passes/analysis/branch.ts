import { numberParam, paramOf } from '../../layers/params.ts';
import { type WindowAxisParams, windowAxisParams } from '../../layers/windowAxes.ts';
import { fusedWeight, type Weight } from '../../weight.ts';
import type { LayerAmong } from '../editor.ts';
import type { Channelwise } from './affine.ts';
import { entry } from './channels.ts';
import { float64Values } from './float64Values.ts';
import { type ConvolutionType, groupsOf, isPlain, weightIn } from './linear.ts';

type BranchLayer = LayerAmong<ConvolutionType>;

/** The taps of a window along one axis: tap `t` reads the element `stride * output + dilation * t - before`. */
interface Taps {
  readonly kernel: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** A convolution as a sum over taps, so that convolutions of one blob with different windows can be added. */
export interface Branch {
  /** One for each axis, outermost first. */
  readonly axes: readonly Taps[];
  readonly strides: readonly number[];
  readonly outputs: number;
  readonly groups: number;
  readonly inputsPerGroup: number;
  readonly weight: Weight;
  readonly bias: Weight | undefined;
}

/** A convolution as a branch; `undefined` if its window is not known or its padding is not zero. */
export function branchOf(layer: BranchLayer): Branch | undefined {
  if (!isPlain(layer)) return undefined;
  const read = (name: string): number => numberParam(layer.type, layer.params, name);
  const letters = axesOf(layer);
  const axes = letters.map(({ letter, before, after }) => ({
    kernel: read(`kernel_${letter}`),
    dilation: read(`dilation_${letter}`),
    before: read(before),
    after: read(after),
  }));
  const weight = weightIn(layer);
  const [outputs, groups] = [paramOf(layer, 'num_output'), groupsOf(layer)];
  const inputsPerGroup = weight.length / (outputs * volume(axes));
  // Negative numbers stand for automatic padding.
  const isKnown = axes.every(({ before, after }) => before >= 0 && after >= 0) && Number.isInteger(inputsPerGroup);
  if (!isKnown || read('pad_value') !== 0) return undefined;
  const strides = letters.map(({ letter }) => read(`stride_${letter}`));
  return { axes, strides, outputs, groups, inputsPerGroup, weight, bias: layer.weights[1] };
}

/**
 * `scale x + shift` as a branch of the same groups as another one: a window of one element with the factors on the diagonal. `undefined` if
 * the other branch has another number of inputs than outputs.
 */
export function identityBranch(
  { outputs, groups, inputsPerGroup, axes, strides }: Branch,
  { scale, shift }: Channelwise,
): Branch | undefined {
  if (inputsPerGroup * groups !== outputs) return undefined;
  const weight = fusedWeight(outputs * inputsPerGroup, [], () => {
    const factors = scale?.();
    const values = new Float64Array(outputs * inputsPerGroup);
    for (let output = 0; output < outputs; output++) {
      values[output * inputsPerGroup + (output % inputsPerGroup)] = entry(factors, output, 1);
    }
    return values;
  });
  const summands = (): Float64Array => Float64Array.from({ length: outputs }, (_, output) => entry(shift?.(), output, 0));
  const bias = shift === undefined ? undefined : fusedWeight(outputs, [], summands);
  const single = { kernel: 1, dilation: 1, before: 0, after: 0 };
  return { axes: axes.map(() => single), strides: strides.map(() => 1), outputs, groups, inputsPerGroup, weight, bias };
}

/**
 * One branch that computes `signs[0] * one + signs[1] * two`; `undefined` if their taps do not fall on a common window or if that has more
 * weights than both together.
 */
export function sumOfBranches(one: Branch, two: Branch, signs: readonly [number, number]): Branch | undefined {
  const { outputs, groups, inputsPerGroup, strides } = one;
  if (outputs !== two.outputs || groups !== two.groups || inputsPerGroup !== two.inputsPerGroup) return undefined;
  if (strides.join() !== two.strides.join()) return undefined;
  const axes: Taps[] = [];
  for (const [axis, taps] of one.axes.entries()) {
    const other = two.axes[axis];
    const common = other && commonTaps(taps, other);
    if (common === undefined) return undefined;
    axes.push(common);
  }
  const length = outputs * inputsPerGroup * volume(axes);
  if (length > one.weight.length + two.weight.length) return undefined;
  const weight = fusedWeight(length, [one.weight, two.weight], () => {
    const sum = new Float64Array(length);
    addKernels(sum, axes, one, signs[0]);
    addKernels(sum, axes, two, signs[1]);
    return sum;
  });
  return { ...one, axes, weight, bias: sumOfBiases([one.bias, two.bias], signs, outputs) };
}

/** The parameters and weights of a convolution that computes the branch. */
export function partsOf(branch: Branch, layer: BranchLayer): { readonly params: object; readonly weights: readonly Weight[] } {
  const { weight, bias } = branch;
  const window = axesOf(layer).flatMap(({ letter, before, after }, axis): readonly (readonly [string, number])[] => {
    const taps = branch.axes[axis];
    if (taps === undefined) return [];
    return [
      [`kernel_${letter}`, taps.kernel],
      [`dilation_${letter}`, taps.dilation],
      [before, taps.before],
      [after, taps.after],
    ];
  });
  const params = { ...Object.fromEntries(window), weight_data_size: weight.length, bias_term: bias === undefined ? 0 : 1 };
  return { params, weights: bias === undefined ? [weight] : [weight, bias] };
}

function axesOf({ type }: BranchLayer): readonly WindowAxisParams[] {
  return windowAxisParams[type.endsWith('1D') ? 1 : type.endsWith('3D') ? 3 : 2];
}

function volume(axes: readonly Taps[]): number {
  return axes.reduce((product, { kernel }) => product * kernel, 1);
}

/** The smallest window that has the taps of both; `undefined` if the distances of the taps or the sizes of the results differ. */
function commonTaps(one: Taps, two: Taps): Taps | undefined {
  const dilation = one.kernel > 1 ? one.dilation : two.kernel > 1 ? two.dilation : 1;
  if (two.kernel > 1 && two.dilation !== dilation) return undefined;
  const before = Math.max(one.before, two.before);
  const [first, second] = [(before - one.before) / dilation, (before - two.before) / dilation];
  if (!Number.isInteger(first) || !Number.isInteger(second) || growth(one) !== growth(two)) return undefined;
  const kernel = Math.max(first + one.kernel, second + two.kernel);
  return { kernel, dilation, before, after: growth(one) + dilation * (kernel - 1) - before };
}

/** By how much the result is larger than the input if the stride is 1. */
function growth({ kernel, dilation, before, after }: Taps): number {
  return before + after - dilation * (kernel - 1);
}

/** Adds the kernels of a branch, times a sign, to the kernels of a larger window. */
function addKernels(sum: Float64Array, axes: readonly Taps[], branch: Branch, sign: number): void {
  const places = placesIn(axes, branch.axes);
  const size = volume(axes);
  const values = float64Values(branch.weight);
  for (let kernel = 0, index = 0; index < values.length; kernel++) {
    for (const place of places) {
      const target = kernel * size + place;
      sum[target] = (sum[target] ?? 0) + sign * (values[index++] ?? 0);
    }
  }
}

/** Where the taps of a window are in a larger one, both in row-major order. */
function placesIn(outer: readonly Taps[], inner: readonly Taps[]): readonly number[] {
  let places: readonly number[] = [0];
  for (const [axis, { kernel, dilation, before }] of outer.entries()) {
    const taps = inner[axis];
    if (taps === undefined) throw new RangeError('the windows have different numbers of axes');
    const offset = (before - taps.before) / dilation;
    places = places.flatMap((place) => Array.from({ length: taps.kernel }, (_, tap) => place * kernel + offset + tap));
  }
  return places;
}

function sumOfBiases(biases: readonly (Weight | undefined)[], signs: readonly number[], outputs: number): Weight | undefined {
  if (biases.every((bias) => bias === undefined)) return undefined;
  return fusedWeight(outputs, biases, () => {
    const sum = new Float64Array(outputs);
    for (const [index, bias] of biases.entries()) {
      const sign = signs[index] ?? 1;
      if (bias !== undefined) for (const [output, value] of float64Values(bias).entries()) sum[output] = (sum[output] ?? 0) + sign * value;
    }
    return sum;
  });
}
