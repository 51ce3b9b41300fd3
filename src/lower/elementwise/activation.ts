import { type Dimension, isStatic, product, type Shape } from '../../graph/ir/dimension.ts';
import { geluApproximation, seluAlpha, seluGamma } from '../../graph/ops/elementwise/activation.ts';
import type { BlobShape } from '../../net/net.ts';
import { groupLike } from '../broadcast.ts';
import { weightOfTensor } from '../builder.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';
import { lowerElementwise } from './elementwise.ts';
import { above, applyLayer, binaryTerm, clamp, defineTerm, dynamicTerm, type Term, term, unaryTerm } from './formula.ts';

/** Activation functions. Each is one layer if ncnn has the same formula. */
export const activationLowerings: LoweringFamily = {
  Relu: lowerElementwise('ReLU', {}),
  LeakyRelu: (node) => lowerElementwise('ReLU', { slope: node.float('alpha', 0.01) })(node),
  PRelu: (node) => prelu(node),
  Elu: (node) => lowerElementwise('ELU', { alpha: node.float('alpha', 1) })(node),
  Selu: (node) => lowerElementwise('SELU', { alpha: node.float('alpha', seluAlpha), lambda: node.float('gamma', seluGamma) })(node),
  Celu: (node) => lowerElementwise('CELU', { alpha: node.float('alpha', 1) })(node),
  Sigmoid: lowerElementwise('Sigmoid', {}),
  HardSigmoid: formula((node, x) => {
    const alpha = node.float('alpha', 0.2);
    const beta = node.float('beta', 0.5);
    // ncnn divides by alpha to compute the bounds of the linear part.
    if (alpha > 0) return applyLayer(node, 'HardSigmoid', { alpha, beta }, x);
    return clamp(node, 0, 1, binaryTerm(node, 'ADD', binaryTerm(node, 'MUL', x, alpha), beta));
  }),
  HardSwish: lowerElementwise('HardSwish', { alpha: 1 / 6, beta: 0.5 }),
  // ncnn's Softplus overflows for large inputs, so its input is clamped at 30. Above 30 the function equals the identity in float32.
  Softplus: formula((node, x) => binaryTerm(node, 'MAX', x, applyLayer(node, 'Softplus', {}, binaryTerm(node, 'MIN', x, 30)))),
  Softsign: formula((node, x) => binaryTerm(node, 'DIV', x, binaryTerm(node, 'ADD', unaryTerm(node, 'ABS', x), 1))),
  ThresholdedRelu: formula((node, x) => {
    const alpha = node.float('alpha', 1);
    // The lower bound prevents NaN for minus infinity and does not change values above the threshold.
    return binaryTerm(node, 'MUL', above(node, alpha, x), binaryTerm(node, 'MAX', x, alpha));
  }),
  Gelu: (node) => lowerElementwise('GELU', { fast_gelu: geluApproximation(node) === 'tanh' ? 1 : 0 })(node),
  Mish: lowerElementwise('Mish', {}),
  Swish: formula((node, x) => swish(node, x)),
  SwiGLU: (node) => defineTerm(node, 0, binaryTerm(node, 'MUL', swish(node, term(node, 0)), term(node, 1))),
  Shrink: (node) => lowerElementwise('Shrink', { bias: node.float('bias', 0), lambd: node.float('lambd', 0.5) })(node),
};

function formula(compute: (node: LoweringNode, x: Term) => Term): Lowering {
  return (node) => defineTerm(node, 0, compute(node, term(node, 0)));
}

function swish(node: LoweringNode, x: Term): Term {
  const alpha = node.float('alpha', 1);
  if (alpha === 1) return applyLayer(node, 'Swish', {}, x);
  return binaryTerm(node, 'MUL', x, applyLayer(node, 'Sigmoid', {}, binaryTerm(node, 'MUL', x, alpha)));
}

/** A single slope becomes ReLU, and one slope per channel becomes PReLU. Other slopes are computed with arithmetic layers. */
function prelu(node: LoweringNode): void {
  const x = term(node, 0);
  const slope = term(node, 1);
  const slopes = node.constant(1);
  if (typeof slope === 'number') {
    defineTerm(node, 0, applyLayer(node, 'ReLU', { slope }, x));
    return;
  }
  const view = slopes && channelView(node.shape(0), dynamicTerm(node, x).blob.shape, slopes.shape);
  if (slopes !== undefined && view !== undefined) {
    const blob = node.blob(0, view);
    node.define(0, node.layer('PReLU', [blob], { num_slope: slopes.size }, view, [weightOfTensor(slopes)]));
    return;
  }
  const negative = binaryTerm(node, 'MUL', binaryTerm(node, 'MIN', x, 0), slope);
  defineTerm(node, 0, binaryTerm(node, 'ADD', applyLayer(node, 'ReLU', {}, x), negative));
}

interface Axis {
  readonly size: Dimension;
  readonly own: boolean;
}

/**
 * The blob shape whose outermost axis consists of exactly the axes with slopes: the stored shape if possible, else a shape with the other
 * axes merged. Returns `undefined` if other axes precede or separate the axes with slopes.
 */
function channelView(shape: Shape, stored: BlobShape, slopes: Shape): BlobShape | undefined {
  const padded = [...shape.slice(slopes.length).map(() => 1), ...slopes];
  if (padded.length !== shape.length) return undefined;
  const axes = shape.map((size, axis): Axis => ({ size, own: padded[axis] !== 1 })).filter(({ size }) => size !== 1);
  const count = axes.findIndex(({ own }) => !own);
  const channels = count < 0 ? axes : axes.slice(0, count);
  const spatial = count < 0 ? [] : axes.slice(count);
  if (channels.length === 0 || spatial.some(({ own }) => own)) return undefined;
  const size = product(channels.map((axis) => axis.size));
  if (!isStatic([size]) || size === 1) return undefined;
  const groups = groupLike(
    axes,
    (axis) => axis.size,
    stored,
    (run) => run.every(({ own }) => own) || run.every(({ own }) => !own),
  );
  if (groups !== undefined && stored[0] === size) return stored;
  return spatial.length === 0 ? [size] : defaultBlobShape([1, size, product(spatial.map((axis) => axis.size))]);
}
