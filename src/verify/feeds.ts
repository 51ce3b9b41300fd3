import { ncnnError } from '../diagnostics.ts';
import { type Dimension, elementCount, formatShape, isStatic } from '../graph/dimension.ts';
import { allocate, byteSize, type DataType, isFloat, Tensor } from '../graph/tensor.ts';
import { randomNumbers } from './random.ts';

/** An input of the source, as it declares it. */
export interface DeclaredInput {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly Dimension[] | undefined;
}

/** What a caller feeds: a tensor, values with a shape where the declared one has free axes, or raw bytes of the declared type. */
export type GivenInput =
  | Tensor
  | { readonly data: ArrayLike<number | bigint>; readonly shape?: readonly number[] }
  | { readonly bytes: Uint8Array; readonly shape?: readonly number[] };

/** Sizes for free axes of inputs that nothing settles: of samples one, of others a multiple of what nets commonly halve. */
const sampleCount = 1;
const freeSize = 64;

/**
 * A tensor for each input: what is given, the rest random. Floats are in [-1, 1), integers and bools 0 or 1, which are
 * valid indices everywhere. Throws `NcnnError` where what is given does not fit.
 */
export function makeFeeds(
  inputs: readonly DeclaredInput[],
  given: Readonly<Record<string, GivenInput>>,
  seed: number,
): ReadonlyMap<string, Tensor> {
  const names = new Set(inputs.map(({ name }) => name));
  const stranger = Object.keys(given).find((name) => !names.has(name));
  if (stranger !== undefined) {
    const list = [...names].map((name) => `"${name}"`).join(', ');
    throw ncnnError('name-unknown', `\`input=${stranger}\`: the net takes no input "${stranger}"`, `There are ${list || 'none'}.`);
  }
  const symbols = new Map<string, number>();
  const random = randomNumbers(seed);
  const feeds = new Map<string, Tensor>();
  for (const input of inputs) {
    const value = Object.hasOwn(given, input.name) ? given[input.name] : undefined;
    if (value !== undefined) feeds.set(input.name, givenTensor(input, value, symbols));
  }
  for (const input of inputs) if (!feeds.has(input.name)) feeds.set(input.name, randomTensor(input, symbols, random));
  return new Map(
    inputs.flatMap(({ name }) => [[name, feeds.get(name)] as const]).filter((entry): entry is [string, Tensor] => entry[1] !== undefined),
  );
}

function givenTensor(input: DeclaredInput, value: GivenInput, symbols: Map<string, number>): Tensor {
  const count = value instanceof Tensor ? value.size : 'data' in value ? value.data.length : value.bytes.byteLength / size(input);
  const shape = value.shape ?? settled(input, count);
  const declared = input.shape ?? shape;
  const fits =
    shape.length === declared.length && shape.every((length, axis) => typeof declared[axis] === 'string' || declared[axis] === length);
  if (!fits || elementCount(shape) !== count) {
    throw ncnnError(
      'shape-mismatch',
      `what is fed to "${input.name}" has ${count} elements of the shape [${shape.join(',')}], but the model declares ${formatShape(input.shape)}`,
      'Feed an array of the declared shape.',
    );
  }
  declared.forEach((length, axis) => {
    if (typeof length === 'string') symbols.set(length, shape[axis] ?? 1);
  });
  if (!(value instanceof Tensor) && 'bytes' in value && input.dtype !== 'string') return Tensor.view(input.dtype, shape, value.bytes);
  if (value instanceof Tensor && value.dtype === input.dtype) return value.reshape(shape);
  const source = value instanceof Tensor ? value.values() : 'data' in value ? value.data : [];
  return tensorOf(input, shape, (index) => Number(source[index] ?? 0));
}

function size({ dtype }: DeclaredInput): number {
  return dtype === 'string' ? 1 : byteSize(dtype);
}

/** The declared shape, one free axis of which is settled by the number of elements. */
function settled({ shape }: DeclaredInput, count: number): readonly number[] {
  if (shape === undefined) return [count];
  const known = elementCount(shape.filter((length) => typeof length === 'number'));
  return shape.map((length) => (typeof length === 'number' ? length : count / known));
}

function randomTensor(input: DeclaredInput, symbols: Map<string, number>, random: () => number): Tensor {
  if (input.shape === undefined) {
    throw ncnnError('shape-unknown', `the rank of input "${input.name}" is unknown`, `Give it with \`shape=${input.name}:1,3,224,224\`.`);
  }
  const shape = input.shape.map((length, axis) => {
    if (typeof length === 'number') return length;
    const known = symbols.get(length) ?? (axis === 0 ? sampleCount : freeSize);
    symbols.set(length, known);
    return known;
  });
  return tensorOf(input, shape, () => (isFloat(input.dtype) ? 2 * random() - 1 : Math.floor(2 * random())));
}

function tensorOf(input: DeclaredInput, shape: readonly number[], value: (index: number) => number): Tensor {
  const { dtype, name } = input;
  if (dtype === 'string' || !isStatic(shape)) {
    throw ncnnError('type-unsupported', `the input "${name}" holds texts`, 'Pin it with `const=`, or cut the graph behind it.');
  }
  const array = allocate(dtype, elementCount(shape));
  for (let index = 0; index < array.length; index++) {
    if (array instanceof BigInt64Array || array instanceof BigUint64Array) array[index] = BigInt(Math.trunc(value(index)));
    else array[index] = value(index);
  }
  return Tensor.of(dtype, shape, array);
}
