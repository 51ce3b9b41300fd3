import {
  type CaffeShape,
  type ConvertLayer,
  fixed,
  fixedProduct,
  invalid,
  type LayerContext,
  type LayerRules,
  onlyInput,
  positiveAxis,
  refuseBatchAxis,
  unsupported,
  usualValue,
} from '../layer.ts';
import { bottomAxisView, sameAs } from './axes.ts';

const softmax: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { axis = 1 } = context.message.softmax_param ?? {};
  const view = bottomAxisView(context, value, axis);
  const blob = context.emit('Softmax', { axis: view.axis, fixbug0: 1 }, [view.blob], view.shape);
  return [sameAs(value, blob, view.shape)];
};

const reductionCodes: Readonly<Record<string, number>> = { SUM: 0, ASUM: 1, SUMSQ: 2, MEAN: 3 };

/** Reduces all axes from one on to a single number. */
const reduction: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { operation = 'SUM', axis = 0, coeff = 1 } = context.message.reduction_param ?? {};
  const at = positiveAxis(axis, value.shape.length);
  if (at === 0) refuseBatchAxis(context, 'the reduction');
  const code = reductionCodes[operation];
  if (code === undefined) throw invalid(`unknown operation ${operation}`);
  const outer = fixedProduct(fixed(value.shape.slice(0, at)));
  const inner = fixedProduct(fixed(value.shape.slice(at)));
  const source = context.view(value, outer === 1 ? [inner] : [outer, inner]);
  const params = outer === 1 ? { operation: code, reduce_all: 1 } : { operation: code, reduce_all: 0, axes: [1], keepdims: 0, fixbug0: 1 };
  const reduced = context.emit('Reduction', params, [source], [outer]);
  const blob =
    coeff === 1 ? reduced : context.emit('BinaryOp', { op_type: 2, with_scalar: 1, b: coeff }, [reduced], [outer], { suffix: 'coeff' });
  return [{ ...usualValue(blob, value.shape.slice(0, at)), blobShape: [outer] }];
};

/** The search for the largest entries is unrolled; a larger number would add too many layers. */
const maxEntries = 16;

/** Positions are computed as float32, which represents integers exactly up to this number. */
const maxNumbered = 2 ** 24;

/**
 * Indices of the largest entries. Among equal entries the last comes first, as in Caffe. ncnn's ArgMax is not part of its default build.
 */
const argMax: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { axis, top_k: count = 1, out_max_val: values = false } = context.message.argmax_param ?? {};
  const { shape } = value;
  if (axis === undefined) {
    const size = fixedProduct(fixed(shape.slice(1)));
    if (shape[0] !== 1)
      throw unsupported(
        'the reduction goes over the batch, but ncnn computes one sample at a time',
        'Make the first size of every input 1.',
      );
    const found = largestEntries(context, context.view(value, [1, size, 1]), [1, size, 1], count);
    const rows = values ? [...found.map(({ index }) => index), ...found.map(({ best }) => best)] : found.map(({ index }) => index);
    const blob = joined(context, rows, 1, 1, rows.length);
    return [{ blob, shape: [1, values ? 2 : 1, count], blobShape: [1, rows.length, 1] }];
  }
  const at = positiveAxis(axis, shape.length);
  if (at === 0) refuseBatchAxis(context, 'the search');
  const outer = fixedProduct(fixed(shape.slice(0, at)));
  const size = fixedProduct(fixed([shape[at] ?? 1]));
  const inner = fixedProduct(fixed(shape.slice(at + 1)));
  const found = largestEntries(context, context.view(value, [outer, size, inner]), [outer, size, inner], count);
  const rows = found.map(({ index, best }) => (values ? best : index));
  const result: CaffeShape = shape.map((entry, index) => (index === at ? count : entry));
  return [{ blob: joined(context, rows, outer, inner, count), shape: result, blobShape: [outer, count, inner] }];
};

function joined(context: LayerContext, rows: readonly string[], outer: number, inner: number, count: number): string {
  const [only = ''] = rows;
  return rows.length === 1 ? only : context.emit('Concat', { axis: 1 }, rows, [outer, count, inner]);
}

interface Largest {
  readonly index: string;
  readonly best: string;
}

/** The largest entries along the middle axis and their indices, each [outer, 1, inner]. */
function largestEntries(context: LayerContext, blob: string, shape: readonly [number, number, number], count: number): readonly Largest[] {
  const [outer, size, inner] = shape;
  if (count > size) throw invalid(`\`top_k\` is ${count}, but there are ${size} entries`);
  if (count > maxEntries) throw unsupported(`\`top_k\` is ${count}, but at most ${maxEntries} is supported`);
  if (size > maxNumbered) throw unsupported(`the positions of ${size} entries are not exact in float32`);
  const one = [outer, 1, inner];
  const reduceMax = (source: string, suffix: string): string =>
    context.emit('Reduction', { operation: 4, reduce_all: 0, axes: [1], keepdims: 1, fixbug0: 1 }, [source], one, { suffix });
  const binary = (op_type: number, bottoms: readonly string[], suffix: string): string =>
    context.emit('BinaryOp', { op_type }, bottoms, shape, { suffix });
  const scaled = (source: string, factor: number, suffix: string): string =>
    context.emit('BinaryOp', { op_type: 2, with_scalar: 1, b: factor }, [source], shape, { suffix });
  context.reserve(size);
  const numbers = context.constant(
    Float32Array.from({ length: size }, (_, index) => index),
    [1, size, 1],
  );
  const found: Largest[] = [];
  let remaining = blob;
  for (let entry = 0; entry < count; entry++) {
    const best = reduceMax(remaining, 'max');
    const less = context.emit('Threshold', {}, [binary(1, [best, remaining], 'below')], shape, { suffix: 'less' });
    const candidates = binary(0, [scaled(less, -size, 'behind'), numbers], 'candidates');
    const index = reduceMax(candidates, 'index');
    found.push({ index, best });
    if (entry + 1 === count) break;
    const distance = context.emit('AbsVal', {}, [binary(1, [candidates, index], 'distance')], shape, { suffix: 'absolute' });
    const others = context.emit('Threshold', { threshold: 0.5 }, [distance], shape, { suffix: 'others' });
    // -1.5e38 for the entry that was found and 1.5e38 for all others, so that the minimum leaves the others unchanged.
    const limit = context.emit('Power', { scale: 2 * limitSize, shift: -limitSize }, [others], shape, { suffix: 'limit' });
    remaining = binary(5, [remaining, limit], 'rest');
  }
  return found;
}

/** Magnitude that removes an entry from the search. Twice this value still fits in a float32. */
const limitSize = 1.5e38;

export const reductionLayerRules: LayerRules = { ArgMax: argMax, Reduction: reduction, Softmax: softmax };
