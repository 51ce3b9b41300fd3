import { type Dimension, factorsOf, formatDimension, formatShape, isStatic, product, termsOf } from '../graph/ir/dimension.ts';
import { OperatorError } from '../graph/ir/operator.ts';
import type { BlobShape, LayerParams } from '../net/net.ts';

/** The parameters of a Reshape layer, and the bottoms after the first whose sizes they use. */
export interface ReshapePlan<B> {
  readonly params: LayerParams<'Reshape'>;
  readonly measured: readonly B[];
}

/**
 * Plans a reshape to a shape with the same number of elements: 0 copies the size at the same position of the bottom, -1 is inferred from
 * the rest. If that is not enough, because several dynamic axes must be split, the sizes become expressions in the sizes of other blobs:
 * `measured` returns a blob that has an axis of a given size.
 *
 * Throws if the numbers of elements differ, or if no blob has a size.
 */
export function planReshape<B extends { readonly shape: BlobShape }>(
  origin: B,
  to: BlobShape,
  measured: (size: string) => B | undefined,
): ReshapePlan<B> {
  const from = origin.shape;
  if (product(from) !== product(to)) {
    const difference =
      isStatic(from) && isStatic(to)
        ? 'the numbers of elements differ'
        : 'for some sizes of the dynamic axes the numbers of elements differ';
    throw new OperatorError('shape', `${formatShape(from)} cannot be reshaped to ${formatShape(to)}: ${difference}`);
  }
  if (to.length < 1 || to.length > 4) throw new OperatorError('unsupported', `a blob has 1 to 4 axes, not [${to.join(',')}]`);
  const copied = (size: Dimension, axis: number): boolean => axisName(from, from.indexOf(size)) === axisName(to, axis);
  const sizes = to.map((size, axis) => (typeof size === 'number' ? size : copied(size, axis) ? 0 : -1));
  if (sizes.filter((size) => size === -1).length > 1) return expressed(origin, to, measured);
  const [w = 0, h, third, fourth] = sizes.reverse();
  const params =
    h === undefined ? { w } : third === undefined ? { w, h } : fourth === undefined ? { w, h, c: third } : { w, h, d: third, c: fourth };
  return { params, measured: [] };
}

/** ncnn refers to the blobs in an expression by a single digit. */
export const maxMeasured = 10;

/** The sizes as an ncnn expression, innermost first. */
function expressed<B extends { readonly shape: BlobShape }>(
  origin: B,
  to: BlobShape,
  measured: (size: string) => B | undefined,
): ReshapePlan<B> {
  const sizes = new SizeExpressions(origin, measured);
  const expressions = to.map((size) => sizes.of(size));
  const missing = to.filter((_, axis) => expressions[axis] === undefined);
  if (missing.length > 1 || sizes.bottoms.length > maxMeasured) {
    const dynamicSizes = (missing.length > 1 ? missing : to.filter((size) => typeof size === 'string')).map(formatDimension).join(' and ');
    const reshaping = `${formatShape(origin.shape)} cannot be reshaped to ${formatShape(to)}`;
    throw new OperatorError('shape', `${reshaping} while ${dynamicSizes} are dynamic`);
  }
  const text = expressions.map((size) => size ?? '-1').reverse();
  return { params: { shape_expr: text.join(',') }, measured: sizes.bottoms.slice(1) };
}

/** Sizes in ncnn's expression syntax: `0w` is the width of the first bottom, `*(2,1h)` is twice the height of the second. */
export class SizeExpressions<B extends { readonly shape: BlobShape }> {
  readonly #bottoms: B[];
  readonly #measured: (size: string) => B | undefined;

  /** @param measured returns a blob that has an axis of the given size */
  constructor(origin: B, measured: (size: string) => B | undefined) {
    this.#bottoms = [origin];
    this.#measured = measured;
  }

  /** The blobs that the expressions use, in order of first use. The first one is the operand itself. */
  get bottoms(): readonly B[] {
    return this.#bottoms;
  }

  /** The expression of a size; `undefined` if no blob has the size or the sizes in its product or sum. */
  of(size: Dimension): string | undefined {
    if (typeof size === 'number') return String(size);
    const whole = this.#axisOf(size);
    if (whole !== undefined) return whole;
    const terms = termsOf(size);
    if (terms.length > 1)
      return joined(
        '+',
        terms.map((term) => this.of(term)),
      );
    const { factor, symbols } = factorsOf(size);
    if (factor === 1 && symbols.length < 2) return undefined;
    return joined(
      '*',
      [...(factor === 1 ? [] : [factor]), ...symbols].map((part) => this.of(part)),
    );
  }

  #axisOf(size: string): string | undefined {
    const found = this.#bottoms.find(({ shape }) => shape.includes(size)) ?? this.#measured(size);
    if (found === undefined) return undefined;
    if (!this.#bottoms.includes(found)) this.#bottoms.push(found);
    return `${this.#bottoms.indexOf(found)}${axisName(found.shape, found.shape.indexOf(size))}`;
  }
}

function joined(operator: '+' | '*', operands: readonly (string | undefined)[]): string | undefined {
  return operands.includes(undefined) ? undefined : operands.reduceRight((tail, each) => `${operator}(${each},${tail})`);
}

/** ncnn's name for the size of an axis. */
function axisName(shape: BlobShape, axis: number): string {
  if (axis < 0) return '';
  if (axis === shape.length - 1) return 'w';
  if (axis === shape.length - 2) return 'h';
  return axis === 0 ? 'c' : 'd';
}
