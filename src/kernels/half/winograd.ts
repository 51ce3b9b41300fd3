import type { ConvolutionSizes } from '../convolution.ts';
import { addPair, pairOf } from './accumulate.ts';
import { roundHalf } from './round.ts';

type Numbers = ArrayLike<number>;
type Matrix = readonly (readonly number[])[];

/** The matrices of Winograd's algorithm for 3x3 kernels, as in ncnn's `convolution_3x3_winograd_fp16s.h`. */
interface Winograd {
  /** Output elements per side of a tile. */
  readonly tile: number;
  readonly kernel: Matrix;
  readonly input: Matrix;
  readonly output: Matrix;
}

const root = Math.SQRT2;

const tiles2: Winograd = {
  tile: 2,
  kernel: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
  input: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, -1, 0, 1],
  ],
  output: [
    [1, 1, 1, 0],
    [0, 1, -1, 1],
  ],
};

const tiles4: Winograd = {
  tile: 4,
  kernel: [
    [1, 0, 0],
    [-2 / 3, -root / 3, -1 / 3],
    [-2 / 3, root / 3, -1 / 3],
    [1 / 6, root / 6, 1 / 3],
    [1 / 6, -root / 6, 1 / 3],
    [0, 0, 1],
  ],
  input: [
    [1, 0, -2.5, 0, 1, 0],
    [0, -root, -2, root / 2, 1, 0],
    [0, root, -2, -root / 2, 1, 0],
    [0, -root / 2, -0.5, root, 1, 0],
    [0, root / 2, -0.5, -root, 1, 0],
    [0, 1, 0, -2.5, 0, 1],
  ],
  output: [
    [1, 1, 1, 1, 1, 0],
    [0, root / 2, -root / 2, root, -root, 0],
    [0, 0.5, 0.5, 2, 2, 0],
    [0, root / 4, -root / 4, root * 2, -root * 2, 1],
  ],
};

const tiles6: Winograd = {
  tile: 6,
  kernel: [
    [1, 0, 0],
    [-2 / 9, -2 / 9, -2 / 9],
    [-2 / 9, 2 / 9, -2 / 9],
    [1 / 90, 1 / 45, 2 / 45],
    [1 / 90, -1 / 45, 2 / 45],
    [1 / 45, 1 / 90, 1 / 180],
    [1 / 45, -1 / 90, 1 / 180],
    [0, 0, 1],
  ],
  input: [
    [1, 0, -5.25, 0, 5.25, 0, -1, 0],
    [0, 1, 1, -4.25, -4.25, 1, 1, 0],
    [0, -1, 1, 4.25, -4.25, -1, 1, 0],
    [0, 0.5, 0.25, -2.5, -1.25, 2, 1, 0],
    [0, -0.5, 0.25, 2.5, -1.25, -2, 1, 0],
    [0, 2, 4, -2.5, -5, 0.5, 1, 0],
    [0, -2, 4, 2.5, -5, -0.5, 1, 0],
    [0, -1, 0, 5.25, 0, -5.25, 0, 1],
  ],
  output: [
    [1, 1, 1, 1, 1, 32, 32, 0],
    [0, 1, -1, 2, -2, 16, -16, 0],
    [0, 1, 1, 4, 4, 8, 8, 0],
    [0, 1, -1, 8, -8, 4, -4, 0],
    [0, 1, 1, 16, 16, 2, 2, 0],
    [0, 1, -1, 32, -32, 1, -1, 1],
  ],
};

/** The tile size that ncnn chooses for a convolution by its channels; `undefined` if it does not use Winograd's algorithm. */
export function winogradFor({
  inputChannels,
  outputChannels,
  groups,
  input,
  kernel,
  stride,
  dilation,
}: ConvolutionSizes): Winograd | undefined {
  const isPlane = input[0] === 1 && kernel[0] === 1;
  const slides = [1, 2].every((axis) => kernel[axis] === 3 && stride[axis] === 1 && dilation[axis] === 1);
  if (groups !== 1 || !isPlane || !slides || Math.max(inputChannels, outputChannels) < 16) return undefined;
  if (inputChannels <= 128 && outputChannels <= 128) return tiles6;
  return inputChannels >= 16 && outputChannels >= 16 ? tiles4 : tiles2;
}

/**
 * A convolution by tiles: kernel and input are transformed, multiplied per channel, and transformed back. Each step is rounded to float16.
 */
export function convolveWinograd(
  x: Numbers,
  weight: Numbers,
  bias: Numbers | undefined,
  sizes: ConvolutionSizes,
  winograd: Winograd,
): Float64Array {
  const { inputChannels, outputChannels, output } = sizes;
  const [height, width] = [output[1], output[2]];
  const { tile } = winograd;
  const [rows, columns] = [Math.ceil(height / tile), Math.ceil(width / tile)];
  const tiles = rows * columns;
  const side = tile + 2;
  const places = side * side;
  const result = new Float64Array(outputChannels * height * width);
  const tilesOfInput = new Float64Array(inputChannels * places * tiles);
  for (let channel = 0; channel < inputChannels; channel++) transformInput(x, channel, sizes, winograd, [rows, columns], tilesOfInput);
  const kernels = transformKernels(weight, inputChannels * outputChannels, winograd.kernel);
  const products = new Float64Array(outputChannels * places * tiles);
  const none = new Float64Array(tiles);
  for (let place = 0; place < places; place++) {
    const bounds = new Float64Array(outputChannels);
    const rowOf = (channel: number): Float64Array =>
      tilesOfInput.subarray((channel * places + place) * tiles, (channel * places + place + 1) * tiles);
    for (let channel = 0; channel < inputChannels; channel += 2) {
      const pair = pairOf(rowOf(channel), channel + 1 < inputChannels ? rowOf(channel + 1) : none);
      for (let o = 0; o < outputChannels; o++) {
        const index = (o * inputChannels + channel) * places + place;
        const b = channel + 1 < inputChannels ? (kernels[index + places] ?? 0) : 0;
        bounds[o] = addPair(products, (o * places + place) * tiles, pair, kernels[index] ?? 0, b, bounds[o] ?? 0);
      }
    }
  }
  for (let o = 0; o < outputChannels; o++) {
    const sums = products.subarray(o * places * tiles, (o + 1) * places * tiles);
    gatherOutput(sums, o, roundHalf(bias?.[o] ?? 0), [height, width], winograd, [rows, columns], result);
  }
  return result;
}

/** The kernels of all pairs of channels, transformed in fp32 when ncnn loads the net, and rounded to float16. */
function transformKernels(weight: Numbers, count: number, matrix: Matrix): Float64Array {
  const places = matrix.length ** 2;
  const kernels = new Float64Array(count * places);
  const kernel = new Float64Array(9);
  const transform = new Transform(matrix, Math.fround);
  for (let index = 0; index < count; index++) {
    for (let tap = 0; tap < 9; tap++) kernel[tap] = weight[index * 9 + tap] ?? 0;
    const factors = transform.of(kernel);
    for (let place = 0; place < places; place++) kernels[index * places + place] = roundHalf(factors[place] ?? 0);
  }
  return kernels;
}

/** Computes `matrix · block · matrixᵀ` for square blocks of one size. */
class Transform {
  /** The last result, which the next call overwrites. */
  readonly result: Float64Array;
  readonly #factors: Float64Array;
  readonly #half: Float64Array;
  readonly #side: number;
  readonly #count: number;
  readonly #round: (value: number) => number;

  /** `round` is applied to each element after each product. */
  constructor(matrix: Matrix, round: (value: number) => number) {
    this.#count = matrix.length;
    this.#side = matrix[0]?.length ?? 0;
    this.#factors = Float64Array.from(matrix.flat());
    this.#half = new Float64Array(this.#count * this.#side);
    this.result = new Float64Array(this.#count ** 2);
    this.#round = round;
  }

  of(block: Float64Array): Float64Array {
    this.#multiply(block, this.#side, 1, this.#half, this.#side);
    this.#multiply(this.#half, 1, this.#side, this.result, this.#count);
    return this.result;
  }

  /** Row by row: the products of all rows of the matrix with the columns of `from`. */
  #multiply(from: Float64Array, step: number, next: number, to: Float64Array, columns: number): void {
    const [count, side, factors, round] = [this.#count, this.#side, this.#factors, this.#round];
    const isLast = to === this.result;
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        const start = column * next;
        for (let index = 0; index < side; index++) sum += (factors[row * side + index] ?? 0) * (from[start + index * step] ?? 0);
        to[isLast ? column * count + row : row * columns + column] = round(sum);
      }
    }
  }
}

function transformInput(
  x: Numbers,
  channel: number,
  { input, padBegin }: ConvolutionSizes,
  { tile, input: matrix }: Winograd,
  [rows, columns]: readonly [number, number],
  tilesOfInput: Float64Array,
): void {
  const side = tile + 2;
  const tiles = rows * columns;
  const block = new Float64Array(side * side);
  const first = channel * input[1] * input[2];
  const transform = new Transform(matrix, roundHalf);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let y = 0; y < side; y++) {
        const h = row * tile + y - padBegin[1];
        for (let cell = 0; cell < side; cell++) {
          const w = column * tile + cell - padBegin[2];
          const isInside = h >= 0 && h < input[1] && w >= 0 && w < input[2];
          block[y * side + cell] = isInside ? (x[first + h * input[2] + w] ?? 0) : 0;
        }
      }
      const values = transform.of(block);
      const place = row * columns + column;
      for (let index = 0; index < values.length; index++)
        tilesOfInput[(channel * values.length + index) * tiles + place] = values[index] ?? 0;
    }
  }
}

function gatherOutput(
  sums: Float64Array,
  channel: number,
  bias: number,
  [height, width]: readonly [number, number],
  { tile, output: matrix }: Winograd,
  [rows, columns]: readonly [number, number],
  result: Float64Array,
): void {
  const side = tile + 2;
  const tiles = rows * columns;
  const block = new Float64Array(side * side);
  const transform = new Transform(matrix, roundHalf);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let index = 0; index < block.length; index++) block[index] = sums[index * tiles + row * columns + column] ?? 0;
      const values = transform.of(block);
      for (let y = 0; y < tile && row * tile + y < height; y++) {
        for (let cell = 0; cell < tile && column * tile + cell < width; cell++) {
          const at = (channel * height + row * tile + y) * width + column * tile + cell;
          result[at] = roundHalf((values[y * tile + cell] ?? 0) + bias);
        }
      }
    }
  }
}
