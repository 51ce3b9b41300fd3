import { type Dimension, isStatic, product, type Shape, sameShape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import {
  firstNormalizedAxis,
  type LayerwiseForm,
  layerwiseEpsilon,
  layerwiseForms,
  spread,
} from '../../graph/ops/normalization/layerwise.ts';
import type { BlobShape } from '../../net/net.ts';
import { computedWeight, type Weight } from '../../net/weight.ts';
import { binary, reduceAxis, unary, withScalar } from '../arithmetic.ts';
import { type DraftBlob, weightOfTensor } from '../builder.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';

/** Normalization of the last axes: LayerNorm or RMSNorm over rows of `affine_size` elements. */
export const layerwiseLowerings: LoweringFamily = Object.fromEntries(
  Object.entries(layerwiseForms).map(([name, form]) => [name, layerwise(form)]),
);

function layerwise(form: LayerwiseForm): Lowering {
  return (node) => {
    const shape = node.shape(0);
    const axis = firstNormalizedAxis(node, shape.length);
    const axes = shape.slice(axis);
    if (!isStatic(axes)) {
      throw new OperatorError('shape', `the normalized axes [${axes.join(',')}] are dynamic`);
    }
    const size = Number(product(axes));
    const rows: BlobShape = [product(shape.slice(0, axis)), size];
    const x = form.skip === undefined ? node.blob(0, rowsView(node.storedShape(0), size) ?? rows) : withSkip(node, form, rows);

    const scale = node.constant(form.scale);
    const shift = form.shift === undefined ? undefined : node.constant(form.shift);
    const eps = layerwiseEpsilon(node);
    const hasDynamicOperands = [form.scale, form.shift].some((index) => index !== undefined && node.isDynamic(index));
    const weight = (tensor: typeof scale, absent: number): Weight =>
      tensor === undefined
        ? computedWeight(size, () => new Float32Array(size).fill(absent))
        : tensor.size === size
          ? weightOfTensor(tensor)
          : computedWeight(size, () => Float32Array.from(spread(tensor, axes)));
    const type = form.rootMeanSquare ? 'RMSNorm' : 'LayerNorm';
    const weights = hasDynamicOperands ? [] : form.rootMeanSquare ? [weight(scale, 1)] : [weight(scale, 1), weight(shift, 0)];
    let y = node.layer(type, [x], { affine_size: size, eps, affine: hasDynamicOperands ? 0 : 1 }, x.shape, weights);
    if (hasDynamicOperands) {
      y = node.view(y, rows);
      y = binary(node, 'MUL', y, rowOperand(node, form.scale, axes));
      if (form.shift !== undefined && node.optionalInput(form.shift) !== undefined)
        y = binary(node, 'ADD', y, rowOperand(node, form.shift, axes));
    }
    node.define(0, y);
    if (node.hasOutput(1) || node.hasOutput(2)) defineStatistics(node, node.view(x, rows), form.rootMeanSquare, eps);
    if (node.hasOutput(3)) node.define(3, x);
  };
}

/** The stored shape, if ncnn can use one or more of its last axes as a row. */
function rowsView(stored: BlobShape | undefined, size: number): BlobShape | undefined {
  if (stored === undefined) return undefined;
  // A row has at least the innermost axis, and at most all axes except the outermost (unless the blob has only one axis).
  let row: Dimension = 1;
  for (let axis = stored.length - 1; axis >= Math.min(1, stored.length - 1); axis--) {
    row = product([row, stored[axis] ?? 1]);
    // In a 2-D blob a row is the w axis. With more axes, ncnn detects rows of several axes by `affine_size`.
    if (row === size) return stored;
  }
  return undefined;
}

/** The sum of the operand, the skip connection and the bias. */
function withSkip(node: LoweringNode, form: LayerwiseForm, rows: BlobShape): DraftBlob {
  const skip = form.skip ?? 1;
  if (!sameShape(node.shape(0), node.shape(skip))) {
    throw new OperatorError('unsupported', `the skip connection is [${node.shape(skip).join(',')}], which is not the shape of the input`);
  }
  const sum = binary(node, 'ADD', node.blob(0, rows), node.blob(skip, rows));
  if (form.bias === undefined || node.optionalInput(form.bias) === undefined) return sum;
  return binary(node, 'ADD', sum, node.blob(form.bias, [1, rows[1] ?? 1]));
}

/** An operand over the normalized axes, as one row. */
function rowOperand(node: LoweringNode, index: number, axes: readonly number[]): DraftBlob {
  const size = Number(product(axes));
  const shape: Shape = node.shape(index);
  if (product(shape) !== size) {
    throw new OperatorError(
      'unsupported',
      `"${node.input(index).name}" is dynamic and broadcasts from [${shape.join(',')}] to [${axes.join(',')}]`,
    );
  }
  return node.blob(index, [1, size]);
}

/** Mean and inverse standard deviation of each row, which ncnn's layers do not output. */
function defineStatistics(node: LoweringNode, x: DraftBlob, rootMeanSquare: boolean, eps: number): void {
  const mean = reduceAxis(node, 'MEAN', x, 1);
  node.define(1, mean);
  if (!node.hasOutput(2)) return;
  const centered = rootMeanSquare ? x : binary(node, 'SUB', x, mean);
  const variance = reduceAxis(node, 'MEAN', unary(node, 'SQUARE', centered), 1);
  node.define(2, unary(node, 'RECIPROCAL', unary(node, 'SQRT', withScalar(node, 'ADD', variance, eps))));
}
