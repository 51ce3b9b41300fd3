import type { Budget } from '../budget/budget.ts';
import { closest } from '../diagnostics/closest.ts';
import { ncnnError } from '../diagnostics/diagnostic.ts';
import { cutBehind, fixShapes } from '../diagnostics/remedies.ts';
import { type Dimension, elementCount, formatShape, isStatic } from '../graph/ir/dimension.ts';
import { allocate, byteSize, type DataType, isFloat, Tensor } from '../graph/ir/tensor.ts';
import { type Picture, type PixelScale, pictureTensor } from './image.ts';
import { randomNumbers } from './random.ts';
import { feedBudget } from './verificationBudget.ts';

/** An input as the source declares it. */
export interface DeclaredInput {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly Dimension[] | undefined;
}

/**
 * What a caller can feed: a tensor, values with a shape if the declared shape has dynamic axes, raw bytes of the declared type, or a
 * picture (see {@link pictureTensor} for the conversion to a tensor).
 */
export type VerifyInput =
  | Tensor
  | ({ readonly picture: Picture } & PixelScale)
  | { readonly data: ArrayLike<number | bigint>; readonly shape?: readonly number[] }
  | { readonly bytes: Uint8Array; readonly shape?: readonly number[] };

/** Default sizes of dynamic axes: one for a batch, otherwise a multiple of common downsampling factors. */
const sampleCount = 1;
const freeSize = 64;

/**
 * A tensor for each input: the given one, or random values. Floats are in [-1, 1), integers and bools 0 or 1, which are always valid
 * indices. Throws `NcnnError` if a given value does not fit, or if the inputs have more elements than the budget allows.
 */
export function createFeeds(
  inputs: readonly DeclaredInput[],
  values: Readonly<Record<string, VerifyInput>>,
  seed: number,
  budget: Budget = feedBudget({}),
): ReadonlyMap<string, Tensor> {
  const named = byName(inputs, values);
  const symbols = new Map<string, number>();
  const random = randomNumbers(seed);
  const feeds = new Map<string, Tensor>();
  for (const input of inputs) {
    const value = named.get(input.name);
    if (value !== undefined) feeds.set(input.name, tensorOfInput(input, value, symbols));
  }
  for (const input of inputs) if (!feeds.has(input.name)) feeds.set(input.name, randomTensor(input, symbols, random, budget));
  return new Map(
    inputs.flatMap(({ name }) => [[name, feeds.get(name)] as const]).filter((entry): entry is [string, Tensor] => entry[1] !== undefined),
  );
}

/** The given values by input name; `#0`, `#1` … address inputs by position. */
function byName(inputs: readonly DeclaredInput[], values: Readonly<Record<string, VerifyInput>>): ReadonlyMap<string, VerifyInput> {
  const names = inputs.map(({ name }) => name);
  return new Map(
    Object.entries(values).map(([key, value]) => {
      const name = names.includes(key) ? key : /^#\d+$/.test(key) ? names[Number(key.slice(1))] : undefined;
      if (name !== undefined) return [name, value];
      const [suggestion] = closest(key, names);
      const hint =
        suggestion === undefined ? `The inputs are ${quoted(names)}.` : `Did you mean "${suggestion}"? The inputs are ${quoted(names)}.`;
      throw ncnnError('name-unknown', `the net takes no input "${key}"`, hint);
    }),
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ') || 'none';
}

function tensorOfInput(input: DeclaredInput, feed: VerifyInput, symbols: Map<string, number>): Tensor {
  const value = feed instanceof Tensor || !('picture' in feed) ? feed : pictureInput(input, feed, symbols);
  const count = value instanceof Tensor ? value.size : 'data' in value ? value.data.length : value.bytes.byteLength / size(input);
  const shape = value.shape ?? settled(input, count);
  const declared = input.shape ?? shape;
  const fits =
    shape.length === declared.length && shape.every((length, axis) => typeof declared[axis] === 'string' || declared[axis] === length);
  const expected = elementCount(shape);
  if (!fits || expected !== count) {
    const problem = fits
      ? `${count} elements, expected ${expected} for the shape [${shape.join(',')}]`
      : `the shape [${shape.join(',')}], expected ${formatShape(input.shape)}`;
    throw ncnnError('shape-mismatch', `the data for the input "${input.name}" has ${problem}`, 'Feed an array of the declared shape.');
  }
  declared.forEach((length, axis) => {
    if (typeof length === 'string') symbols.set(length, shape[axis] ?? 1);
  });
  if (!(value instanceof Tensor) && 'bytes' in value && input.dtype !== 'string') return Tensor.view(input.dtype, shape, value.bytes);
  if (value instanceof Tensor && value.dtype === input.dtype) return value.reshape(shape);
  const source = value instanceof Tensor ? value.values() : 'data' in value ? value.data : [];
  return tensorOf(input, shape, (index) => Number(source[index] ?? 0));
}

function pictureInput(
  input: DeclaredInput,
  { picture, ...scale }: { readonly picture: Picture } & PixelScale,
  symbols: ReadonlyMap<string, number>,
): { readonly data: ArrayLike<number>; readonly shape: readonly number[] } {
  const norm = input.dtype === 'string' || isFloat(input.dtype) ? 1 / 255 : 1;
  const { shape, values } = pictureTensor(picture, input, scale, norm, (symbol) => symbols.get(symbol));
  return { data: isFloat(input.dtype) ? values : Array.from(values, Math.round), shape };
}

function size({ dtype }: DeclaredInput): number {
  return dtype === 'string' ? 1 : byteSize(dtype);
}

/** The declared shape, with at most one dynamic axis inferred from the number of elements. */
function settled({ shape }: DeclaredInput, count: number): readonly number[] {
  if (shape === undefined) return [count];
  const known = elementCount(shape.filter((length) => typeof length === 'number'));
  return shape.map((length) => (typeof length === 'number' ? length : count / known));
}

function randomTensor(input: DeclaredInput, symbols: Map<string, number>, random: () => number, budget: Budget): Tensor {
  if (input.shape === undefined) {
    throw ncnnError('shape-unknown', `the rank of the input "${input.name}" is unknown`, fixShapes);
  }
  const shape = input.shape.map((length, axis) => {
    if (typeof length === 'number') return length;
    const known = symbols.get(length) ?? (axis === 0 ? sampleCount : freeSize);
    symbols.set(length, known);
    return known;
  });
  budget.spend('elements', elementCount(shape), { node: input.name });
  return tensorOf(input, shape, () => (isFloat(input.dtype) ? 2 * random() - 1 : Math.floor(2 * random())));
}

function tensorOf(input: DeclaredInput, shape: readonly number[], value: (index: number) => number): Tensor {
  const { dtype, name } = input;
  if (dtype === 'string' || !isStatic(shape)) {
    throw ncnnError('type-unsupported', `the input "${name}" contains strings, which ncnn does not support`, cutBehind);
  }
  const array = allocate(dtype, elementCount(shape));
  for (let index = 0; index < array.length; index++) {
    if (array instanceof BigInt64Array || array instanceof BigUint64Array) array[index] = BigInt(Math.trunc(value(index)));
    else array[index] = value(index);
  }
  return Tensor.of(dtype, shape, array);
}
