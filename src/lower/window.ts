import { OperatorError } from '../graph/ir/operator.ts';
import type { WindowAxis } from '../graph/ops/window.ts';

/** A spatial axis as ncnn's convolutions take it: the pads are cells, or a code that has ncnn compute them. */
export interface SlidingAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
}

const sameUpper = -233;
const sameLower = -234;

/**
 * The axes with their pads in cells. Where SAME padding depends on a size that is free, all axes get ncnn's code for it
 * instead, which it computes when the net runs; throws where it computes that differently from ONNX.
 */
export function slidingAxes(axes: readonly WindowAxis[], lower: boolean): readonly SlidingAxis[] {
  const explicit = axes.flatMap(({ kernel, stride, dilation, pads }) =>
    pads === undefined ? [] : [{ kernel, stride, dilation, begin: pads[0], end: pads[1] }],
  );
  if (explicit.length === axes.length) return explicit;
  // Where the kernel is smaller than the stride ncnn may compute negative pads and crop; and in three dimensions
  // it puts the odd cell of the depth behind for SAME_LOWER, too.
  if (axes.some(({ extent, stride }) => extent < stride) || (lower && axes.length > 2)) throw freePads();
  const code = lower ? sameLower : sameUpper;
  return axes.map(({ kernel, stride, dilation }) => ({ kernel, stride, dilation, begin: code, end: code }));
}

/** The error for padding that depends on a free size. */
export function freePads(): OperatorError {
  return new OperatorError('shape', 'the padding depends on the size of the input, which is free');
}

/** Parameters of Convolution1D and its kin. */
export function widthParams({ kernel, stride, dilation, begin, end }: SlidingAxis): {
  readonly kernel_w: number;
  readonly dilation_w: number;
  readonly stride_w: number;
  readonly pad_left: number;
  readonly pad_right: number;
} {
  return { kernel_w: kernel, dilation_w: dilation, stride_w: stride, pad_left: begin, pad_right: end };
}

/** What Convolution and its kin take beside {@link widthParams}. */
export function heightParams({ kernel, stride, dilation, begin, end }: SlidingAxis): {
  readonly kernel_h: number;
  readonly dilation_h: number;
  readonly stride_h: number;
  readonly pad_top: number;
  readonly pad_bottom: number;
} {
  return { kernel_h: kernel, dilation_h: dilation, stride_h: stride, pad_top: begin, pad_bottom: end };
}

/** What Convolution3D and its kin take beside {@link heightParams}. */
export function depthParams({ kernel, stride, dilation, begin, end }: SlidingAxis): {
  readonly kernel_d: number;
  readonly dilation_d: number;
  readonly stride_d: number;
  readonly pad_front: number;
  readonly pad_behind: number;
} {
  return { kernel_d: kernel, dilation_d: dilation, stride_d: stride, pad_front: begin, pad_behind: end };
}
