import { fixShapes } from '../../diagnostics/remedies.ts';
import { type Dimension, isStatic, product, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { isFloat } from '../../graph/ir/tensor.ts';
import { type AxisPlan, interpolationOf, isIdentityResize, resizePlan } from '../../graph/ops/image/resize.ts';
import { type Interpolation, interpolationTaps, type ResizedAxis } from '../../kernels/resize.ts';
import type { BlobShape } from '../../net/net.ts';
import { withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';
import { type InterpForm, interpComputes, interpComputesAnySize, interpComputesAnySizes, interpForms, interpParams } from './interp.ts';

/**
 * Resizes axis by axis. If an Interp form uses exactly the elements and weights of ONNX, that layer resizes the last two axes together;
 * otherwise each axis is multiplied by the matrix of its interpolation weights.
 */
export const resizeLowerings: LoweringFamily = { Resize: resize };

function resize(node: LoweringNode): void {
  const shape = node.shape(0);
  const settings = interpolationOf(node);
  if (settings.mode !== 'nearest' && !isFloat(node.input(0).dtype)) {
    throw new OperatorError('unsupported', `${settings.mode} interpolation of ${node.input(0).dtype} is rounded, which ncnn does not do`);
  }
  if (settings.antialias && settings.mode === 'nearest') throw new OperatorError('invalid', 'antialiasing is not supported for nearest');
  const plan = knownPlan(node, shape);
  const changed = plan.flatMap((axis, index) => (isIdentityResize(axis) ? [] : [index]));
  if (changed.length === 0) {
    node.alias(0, 0);
    return;
  }

  const extrapolation = settings.coordinates === 'tf_crop_and_resize' ? node.float('extrapolation_value', 0) : 0;
  const sizes: Dimension[] = [...shape];
  let blob = node.blob(0, node.storedShape(0) ?? defaultBlobShape(shape));
  // A matrix row without weights gives 0, so the extrapolation value is subtracted before and added back after.
  if (extrapolation !== 0) blob = withScalar(node, 'SUB', blob, extrapolation);
  const last = shape.length - 1;
  const [h, w] = [plan[last - 1], plan[last]];
  const pending = [...changed];
  const like = h && w && [h, w].some(isOpen) ? resizedLike(node, blob, sizes, settings, h, w) : undefined;
  if (like !== undefined) {
    blob = like;
    pending.splice(0, pending.length, ...changed.filter((axis) => axis < last - 1));
  } else if (h && w && pending.some((axis) => axis >= last - 1)) {
    // Testing all sizes of a dynamic axis is slow.
    const axes = isDynamicAxis(h) && isDynamicAxis(w) && h.scale === w.scale ? [h] : [h, w];
    const form = interpForms(settings).find((candidate) => axes.every((axis) => fits(candidate, axis, settings)));
    if (form !== undefined) {
      blob = interpPair(node, blob, sizes, form, h, w);
      pending.splice(0, pending.length, ...changed.filter((axis) => axis < last - 1));
    }
  }
  for (const axis of pending.reverse()) blob = resizeOne(node, blob, sizes, axis, plan[axis], settings);
  if (extrapolation !== 0) blob = withScalar(node, 'ADD', blob, extrapolation);
  node.define(0, blob);
}

/** The plan of the axes. Dynamic sizes are taken from the declared shape of the result. */
function knownPlan(node: LoweringNode, shape: Shape): readonly AxisPlan[] {
  const dynamicIndex = [2, 3].find((index) => node.isDynamic(index) && node.dimensions(index) === undefined);
  if (dynamicIndex === undefined) return resizePlan(node, shape);
  const result = node.outputShape();
  const stretched = dynamicIndex === 3 && node.string('keep_aspect_ratio_policy', 'stretch') === 'stretch';
  if (!stretched || !isStatic(result) || !isStatic(shape) || node.optionalInput(1)?.constant?.size) node.constantIntegers(dynamicIndex);
  return result.map((output, axis) => ({ input: shape[axis] ?? 1, output, scale: Number(output) / Number(shape[axis]), region: [0, 1] }));
}

/** Interp of the last two axes, with all axes before them as channels. */
function interpPair(node: LoweringNode, blob: DraftBlob, sizes: Dimension[], form: InterpForm, h: AxisPlan, w: AxisPlan): DraftBlob {
  const last = sizes.length - 1;
  const channels = product(sizes.slice(0, last - 1));
  const x = node.view(blob, [channels, h.input, w.input]);
  sizes.splice(last - 1, 2, h.output, w.output);
  return node.layer('Interp', [x], interpParams(form, resizedAxis(h), resizedAxis(w)), [channels, h.output, w.output]);
}

/** Whether the output size of an axis is dynamic and is not its input size times a scale. */
function isOpen({ output, scale }: AxisPlan): boolean {
  return typeof output === 'string' && scale === undefined;
}

/** Interp of the last two axes to the sizes of another blob, read at run time. Returns `undefined` if no blob has these sizes. */
function resizedLike(
  node: LoweringNode,
  blob: DraftBlob,
  sizes: Dimension[],
  settings: Interpolation,
  h: AxisPlan,
  w: AxisPlan,
): DraftBlob | undefined {
  const form = interpForms(settings).find((candidate) => interpComputesAnySizes(candidate, settings));
  if (form === undefined || settings.coordinates === 'tf_crop_and_resize') return undefined;
  const last = sizes.length - 1;
  const x = node.view(blob, [product(sizes.slice(0, last - 1)), h.input, w.input]);
  const params = { resize_type: form.resizeType, align_corner: form.alignCorner };
  const result = node.interpLike(x, [h.output, w.output], params);
  if (result !== undefined) sizes.splice(last - 1, 2, h.output, w.output);
  return result;
}

/** Resizes the middle axis of `[before, axis, after]`. */
function resizeOne(
  node: LoweringNode,
  blob: DraftBlob,
  sizes: Dimension[],
  index: number,
  axis: AxisPlan | undefined,
  settings: Interpolation,
): DraftBlob {
  if (axis === undefined) return blob;
  const [before, after] = [product(sizes.slice(0, index)), product(sizes.slice(index + 1))];
  const result: BlobShape = [before, axis.output, after];
  sizes[index] = axis.output;
  const x = (): DraftBlob => node.view(blob, [before, axis.input, after]);
  const unchanged: AxisPlan = { input: after, output: after, scale: 1, region: [0, 1] };
  const form = interpForms(settings).find((candidate) => [axis, unchanged].every((each) => fits(candidate, each, settings)));
  if (form !== undefined) return node.layer('Interp', [x()], interpParams(form, resizedAxis(axis), resizedAxis(unchanged)), result);

  const { input, output, scale, region } = axis;
  if (typeof input === 'string' || typeof output === 'string' || scale === undefined) {
    throw new OperatorError(
      'unsupported',
      `ncnn has no ${settings.mode} interpolation with ${settings.coordinates} coordinates for a dynamic axis`,
      fixShapes,
    );
  }
  if (input * output > matrixLimit) {
    throw new OperatorError(
      'unsupported',
      `the matrix to resize an axis from ${input} to ${output} would be too large`,
      'Resize to a smaller size, or use an interpolation that ncnn supports.',
    );
  }
  const matrix = new Float32Array(output * input);
  interpolationTaps({ inputSize: input, outputSize: output, scale, region }, settings).forEach(({ indices, weights }, row) => {
    indices.forEach((column, tap) => {
      matrix[row * input + column] = (matrix[row * input + column] ?? 0) + (weights[tap] ?? 0);
    });
  });
  const shares = node.constantBlob(matrix, [output, input], `axis${index}`);
  if (after === 1) return node.layer('MatMul', [node.view(blob, [before, input]), shares], { transB: 1 }, [before, output]);
  return node.layer('MatMul', [shares, x()], {}, result);
}

/** Maximum number of elements in an interpolation matrix (16 MiB). */
const matrixLimit = 1 << 22;

function fits(form: InterpForm, axis: AxisPlan, settings: Interpolation): boolean {
  const { input, scale } = axis;
  if (isIdentityResize(axis)) {
    // A dynamic axis has no output size to give, but with scale 1 every mode copies it.
    return form.sizeForm === 'scales' || typeof input === 'number';
  }
  if (scale === undefined || settings.coordinates === 'tf_crop_and_resize') return false;
  if (isDynamicAxis(axis)) return interpComputesAnySize(form, scale, settings);
  return interpComputes(form, resizedAxis(axis), settings);
}

function isDynamicAxis({ input, output }: AxisPlan): boolean {
  return typeof input === 'string' || typeof output === 'string';
}

/** The axis in numbers. A dynamic size is 0, because a form with scales does not use it. */
function resizedAxis({ input, output, scale, region }: AxisPlan): ResizedAxis {
  return { inputSize: Number(input) || 0, outputSize: Number(output) || 0, scale: scale ?? 1, region };
}
