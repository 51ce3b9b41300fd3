import { OperatorError } from '../graph/ir/operator.ts';
import type { WindowAxis } from '../graph/ops/window.ts';

/** A spatial axis in the parameters of ncnn's convolutions. The pads are element counts, or a code with which ncnn computes them. */
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
 * The axes with pads as element counts. If SAME padding depends on a dynamic size, all axes get ncnn's code for SAME instead, which it
 * evaluates at run time. Throws if ncnn's result would differ from that of ONNX.
 */
export function slidingAxes(axes: readonly WindowAxis[], lower: boolean): readonly SlidingAxis[] {
  const explicit = axes.flatMap(({ kernel, stride, dilation, pads }) =>
    pads === undefined ? [] : [{ kernel, stride, dilation, begin: pads[0], end: pads[1] }],
  );
  if (explicit.length === axes.length) return explicit;
  // If the kernel is smaller than the stride, ncnn may compute negative pads and crop. In three dimensions it puts the odd element of the
  // depth at the end, also for SAME_LOWER.
  if (axes.some(({ extent, stride }) => extent < stride) || (lower && axes.length > 2)) throw dynamicPadsError();
  const code = lower ? sameLower : sameUpper;
  return axes.map(({ kernel, stride, dilation }) => ({ kernel, stride, dilation, begin: code, end: code }));
}

/** The error for padding that depends on a dynamic size. */
export function dynamicPadsError(): OperatorError {
  return new OperatorError('shape', 'the padding depends on the size of the input, which is dynamic');
}

/** Parameters of Convolution1D and similar layers. */
export function widthParams({ kernel, stride, dilation, begin, end }: SlidingAxis): {
  readonly kernel_w: number;
  readonly dilation_w: number;
  readonly stride_w: number;
  readonly pad_left: number;
  readonly pad_right: number;
} {
  return { kernel_w: kernel, dilation_w: dilation, stride_w: stride, pad_left: begin, pad_right: end };
}

/** Parameters of Convolution and similar layers in addition to {@link widthParams}. */
export function heightParams({ kernel, stride, dilation, begin, end }: SlidingAxis): {
  readonly kernel_h: number;
  readonly dilation_h: number;
  readonly stride_h: number;
  readonly pad_top: number;
  readonly pad_bottom: number;
} {
  return { kernel_h: kernel, dilation_h: dilation, stride_h: stride, pad_top: begin, pad_bottom: end };
}

/** Parameters of Convolution3D and similar layers in addition to {@link heightParams}. */
export function depthParams({ kernel, stride, dilation, begin, end }: SlidingAxis): {
  readonly kernel_d: number;
  readonly dilation_d: number;
  readonly stride_d: number;
  readonly pad_front: number;
  readonly pad_behind: number;
} {
  return { kernel_d: kernel, dilation_d: dilation, stride_d: stride, pad_front: begin, pad_behind: end };
}
