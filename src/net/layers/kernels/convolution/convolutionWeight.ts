import { hasDynamicWeight } from '../../hasDynamicWeight.ts';
import type { WindowAxisParams } from '../../windowAxes.ts';
import { type BlobData, extents, type LayerCall, requireThat } from '../call.ts';
import { applyFusedActivation } from '../elementwise/activation.ts';
import { along, windowAxisValues } from '../window.ts';

/** The weights of a convolution, which are stored in the layer or read from a blob. */
export interface ConvolutionWeight {
  readonly values: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly kernel: readonly number[];
  readonly outputs: number;
  /** Number of input channels that each output reads. */
  readonly inputs: number;
}

/** The channels of a blob and its sizes along the axes that the kernel slides over. */
export function kernelChannels(
  bottom: BlobData,
  axes: readonly WindowAxisParams[],
): { readonly channels: number; readonly sizes: readonly number[] } {
  const { w, h, d, c, dims } = extents(bottom);
  requireThat(dims <= axes.length + 1, `a blob of ${dims} dims has too many`);
  const sizes = { w, h, d };
  return { channels: axes.length === 1 ? h : c, sizes: axes.map(({ letter }) => sizes[letter]) };
}

export function kernelGroups(call: LayerCall): number {
  return call.has('group') ? call.number('group') : 1;
}

export function kernelWeight(call: LayerCall, axes: readonly WindowAxisParams[], groups: number, transposed: boolean): ConvolutionWeight {
  const biased = call.number('bias_term') !== 0;
  if (!hasDynamicWeight(call)) {
    const kernel = windowAxisValues(call, 'kernel', axes);
    const outputs = call.number('num_output');
    const values = call.weight(0);
    const inputs = values.length / outputs / along(kernel);
    requireThat(Number.isInteger(inputs) && outputs % groups === 0, `${values.length} weights cannot be divided into ${outputs} kernels`);
    return { values, bias: biased ? call.weight(1) : undefined, kernel, outputs, inputs };
  }
  const weightBlob = call.bottom(1);
  const kernel = weightBlob.shape.slice(-axes.length);
  const [first = 1, second = 1] = [...Array.from({ length: axes.length + 2 - weightBlob.shape.length }, () => 1), ...weightBlob.shape];
  requireThat(weightBlob.shape.length === axes.length + 2, `the weight blob has ${weightBlob.shape.length} dims`);
  const bias = biased ? call.bottom(2).values : undefined;
  if (!transposed) return { values: weightBlob.values, bias, kernel, outputs: first, inputs: second };
  return {
    values: ordered(weightBlob.values, first, second, groups, along(kernel)),
    bias,
    kernel,
    outputs: second * groups,
    inputs: first / groups,
  };
}

/** Reorders weights [inputs, outputs / groups, …] to [outputs, inputs / groups, …]. */
export function ordered(values: Float32Array, first: number, second: number, groups: number, taps: number): Float32Array {
  const result = new Float32Array(values.length);
  const inner = first / groups;
  for (let group = 0; group < groups; group++) {
    for (let a = 0; a < inner; a++) {
      for (let b = 0; b < second; b++) {
        const source = ((group * inner + a) * second + b) * taps;
        result.set(values.subarray(source, source + taps), ((group * second + b) * inner + a) * taps);
      }
    }
  }
  return result;
}

/** Applies the fused activation and rounds to float32. */
export function activated(call: LayerCall, shape: readonly number[], values: Float64Array): readonly BlobData[] {
  const activation = applyFusedActivation(call);
  const result = new Float32Array(values);
  if (activation !== undefined) for (let index = 0; index < result.length; index++) result[index] = activation(values[index] ?? 0);
  return [{ shape, values: result }];
}

export function checkChannels(channels: number, { inputs, outputs, bias }: ConvolutionWeight, groups: number): void {
  requireThat(channels === inputs * groups, `the blob has ${channels} channels, but the weights are for ${inputs * groups}`);
  requireThat(bias === undefined || bias.length >= outputs, `expected ${outputs} biases, got ${bias?.length}`);
}

export function outputShape(channels: number, sizes: readonly number[]): readonly number[] {
  requireThat(
    [channels, ...sizes].every((size) => Number.isInteger(size) && size > 0),
    `the result would have the shape [${[channels, ...sizes].join(',')}]`,
  );
  return [channels, ...sizes];
}
