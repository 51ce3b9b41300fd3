import { checkList, maxResizeOutputs } from '../../graph/ir/limits.ts';
import { type Interpolation, interpolationTap, mergedTaps, oneTap, type ResizedAxis, type Taps } from '../../kernels/resize.ts';
import type { LayerParams } from '../../net/net.ts';

/** How an Interp layer gets its output sizes: as numbers, or as scales that it multiplies with the input sizes. */
export type SizeForm = 'sizes' | 'scales';

/** Settings of an Interp layer that affect the result. */
export interface InterpForm {
  readonly resizeType: 1 | 2 | 3;
  readonly alignCorner: 0 | 1;
  readonly sizeForm: SizeForm;
}

/** The Interp forms that are candidates for an interpolation. */
export function interpForms({ mode }: Interpolation): readonly InterpForm[] {
  const resizeType = ({ nearest: 1, linear: 2, cubic: 3 } as const)[mode];
  const corners = mode === 'nearest' ? ([0] as const) : ([0, 1] as const);
  const sizeForms = ['sizes', 'scales'] as const;
  return sizeForms.flatMap((sizeForm) => corners.map((alignCorner) => ({ resizeType, alignCorner, sizeForm })));
}

/** The parameters of a form. */
export function interpParams({ resizeType, alignCorner, sizeForm }: InterpForm, h: ResizedAxis, w: ResizedAxis): LayerParams<'Interp'> {
  const params = { resize_type: resizeType, align_corner: alignCorner };
  return sizeForm === 'sizes'
    ? { ...params, output_height: h.outputSize, output_width: w.outputSize }
    : { ...params, height_scale: h.scale, width_scale: w.scale };
}

/** Whether an Interp form computes every output of the axis as ONNX does. */
export function interpComputes(form: InterpForm, axis: ResizedAxis, settings: Interpolation): boolean {
  return givesTaps(form, axis, settings, exact);
}

/** The same for a dynamic size, where rounding may decide which of two elements is nearest. */
function interpComputesNearly(form: InterpForm, axis: ResizedAxis, settings: Interpolation): boolean {
  return givesTaps(form, axis, settings, settings.mode === 'nearest' ? nearly : exact);
}

const exact: readonly number[] = [0];
/** Shift of a coordinate that detects ties. */
const nearestNoise = 1e-5;
const nearly: readonly number[] = [0, -nearestNoise, nearestNoise];

/** Whether every output equals that of ONNX when its coordinate is moved by at least one of the shifts. */
function givesTaps(form: InterpForm, axis: ResizedAxis, settings: Interpolation, shifts: readonly number[]): boolean {
  if (form.sizeForm === 'scales' && Math.trunc(Math.fround(axis.inputSize * Math.fround(axis.scale))) !== axis.outputSize) return false;
  checkList(axis.outputSize, maxResizeOutputs);
  const tolerance = 1e-5 + axis.inputSize * coordinateNoise;
  for (let index = 0; index < axis.outputSize; index++) {
    const taps = mergedTaps(interpTap(form, axis, index));
    if (!shifts.some((shift) => sameTaps(interpolationTap(index, axis, settings, shift), taps, tolerance))) return false;
  }
  return true;
}

/** Sizes at which a form is tested for a dynamic axis: all small sizes, which show clamping and rounding, and some large ones. */
const probes: readonly number[] = [...Array.from({ length: 40 }, (_, index) => index + 1), 63, 64, 127, 224, 513, 1024];

/** Whether an Interp form is correct for every size of a dynamic axis. */
export function interpComputesAnySize(form: InterpForm, scale: number, settings: Interpolation): boolean {
  if (form.sizeForm === 'sizes') return false;
  return probes.every((inputSize) => {
    const outputSize = Math.floor(Math.fround(inputSize * scale));
    return outputSize === 0 || interpComputesNearly(form, { inputSize, outputSize, scale, region: [0, 1] }, settings);
  });
}

/**
 * Whether an Interp form that reads its output sizes from another blob is correct for all sizes. Size 1 is not tested: `pytorch_half_pixel`
 * treats it differently, and a dynamic axis of size 1 is not a practical case.
 */
export function interpComputesAnySizes(form: InterpForm, settings: Interpolation): boolean {
  if (form.sizeForm !== 'sizes') return false;
  const sizes = Array.from({ length: 24 }, (_, index) => index + 2);
  return sizes.every((inputSize) =>
    sizes.every((outputSize) => {
      const axis: ResizedAxis = { inputSize, outputSize, scale: outputSize / inputSize, region: [0, 1] };
      return interpComputesNearly(form, axis, settings);
    }),
  );
}

/** Error of a coordinate from rounding to float32, as in every runtime, per element of the axis. */
const coordinateNoise = 1.2e-7;

/** Whether all elements have the same weights. The tap indices must be in ascending order. */
function sameTaps(left: Taps, right: Taps, tolerance: number): boolean {
  let [first, second] = [0, 0];
  while (first < left.indices.length || second < right.indices.length) {
    const [leftIndex, rightIndex] = [left.indices[first] ?? Infinity, right.indices[second] ?? Infinity];
    const leftShare = leftIndex <= rightIndex ? (left.weights[first++] ?? 0) : 0;
    const rightShare = rightIndex <= leftIndex ? (right.weights[second++] ?? 0) : 0;
    if (!(Math.abs(leftShare - rightShare) <= tolerance)) return false;
  }
  // ONNX has no taps outside the region.
  return left.indices.length > 0;
}

/** The taps of one Interp output, with ncnn's rounding. */
function interpTap({ resizeType, alignCorner, sizeForm }: InterpForm, axis: ResizedAxis, index: number): Taps {
  const { inputSize, outputSize } = axis;
  const scale = Math.fround(axis.scale);
  const last = inputSize - 1;
  const clamp = (place: number): number => Math.max(0, Math.min(last, place));
  // Resizing to the same size copies the elements, except for cubic interpolation by a scale.
  if (inputSize === outputSize && resizeType !== 3) return oneTap(index);
  if (resizeType === 1) {
    const step = sizeForm === 'sizes' ? Math.fround(inputSize / outputSize) : Math.fround(1 / scale);
    return oneTap(Math.min(Math.trunc(Math.fround(index * step)), last));
  }
  const plain = sizeForm === 'sizes' ? inputSize / outputSize : 1 / scale;
  const corners = outputSize > 1 ? last / (outputSize - 1) : 0;
  const place = Math.fround(alignCorner ? index * corners : (index + 0.5) * plain - 0.5);
  const first = Math.floor(place);
  const fraction = place - first;
  if (resizeType === 2) return { indices: [clamp(first), clamp(first + 1)], weights: [1 - fraction, fraction] };
  const weights = cubicWeights(fraction);
  return { indices: weights.map((_, tap) => clamp(first - 1 + tap)), weights };
}

function cubicWeights(fraction: number): readonly number[] {
  const a = -0.75;
  const near = (x: number): number => (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  const outer = fraction + 1;
  const first = a * outer ** 3 - 5 * a * outer ** 2 + 8 * a * outer - 4 * a;
  const second = near(fraction);
  const third = near(1 - fraction);
  return [first, second, third, 1 - first - second - third];
}
