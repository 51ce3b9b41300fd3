import { type FourierTransform, fourierMatrix, fourierResult } from '../../../kernels/fourier.ts';
import { multiplyMatrices, transposeMatrix } from '../../../kernels/matmul.ts';
import { type Dimension, derive, elementCount, type Shape } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { batchBesideAxes } from '../rules/axes.ts';
import { axisSize, operandSize, resultSize } from '../rules/cost.ts';
import { samplewise } from '../rules/samples.ts';

/** Fourier transforms of real elements, or of complex ones with real and imaginary part on the innermost axis. */
export const fourierOperators: OperatorFamily = {
  DFT: {
    cost: (node) => {
      const { shape } = node.constant(0) ?? { shape: [] };
      const axis = transformedAxis(node, shape) ?? 0;
      const transform = fourierTransform(node, shape, axis);
      return transform === undefined ? 0 : transformCost(transform, operandSize(node, 0));
    },
    axesInput: 2,
    batch: batchBesideAxes((node) => [...(node.constantIntegers(2) ?? [-2]), -1]),
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined) return [{ dtype, shape }];
      const axis = transformedAxis(node, shape);
      const transform = axis === undefined ? undefined : fourierTransform(node, shape, axis);
      if (axis === undefined || transform === undefined) {
        const parts = node.int('inverse', 0) === 1 && node.int('onesided', 0) === 1 ? 1 : 2;
        return [{ dtype, shape: [...shape.slice(0, -1).map((_, index) => node.symbol(index)), parts] }];
      }
      const { size, parts } = fourierResult(transform);
      return [{ dtype, shape: [...shape.slice(0, axis), size, ...shape.slice(axis + 1, -1), parts] }];
    },
    evaluate: (node, [input]) => {
      const x = present(input);
      const axis = transformedAxis(node, x.shape) ?? 0;
      const transform = fourierTransform(node, x.shape, axis);
      if (transform === undefined) throw new OperatorError('shape', 'the length of the transform is unknown');
      const { size, parts } = fourierResult(transform);
      const { inputLength, inputParts } = transform;
      const after = elementCount(x.shape.slice(axis + 1, -1));
      const rows = x.size / (inputLength * inputParts);
      const width = inputLength * inputParts;
      const values = x.toFloat64();
      const gathered = new Float64Array(x.size);
      const place = (row: number, element: number, part: number, length: number, count: number): number =>
        ((Math.floor(row / after) * length + element) * after + (row % after)) * count + part;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < width; column++) {
          const [element, part] = [Math.floor(column / inputParts), column % inputParts];
          gathered[row * width + column] = values[place(row, element, part, inputLength, inputParts)] ?? 0;
        }
      }
      const height = size * parts;
      const product = new Float64Array(rows * height);
      multiplyMatrices(gathered, 0, transposeMatrix(fourierMatrix(transform), height, width), 0, product, 0, [rows, width, height]);
      const result = new Float64Array(rows * height);
      for (let index = 0; index < product.length; index++) {
        const [row, column] = [Math.floor(index / height), index % height];
        result[place(row, Math.floor(column / parts), column % parts, size, parts)] = product[index] ?? 0;
      }
      return [numericTensor(x.dtype, [...x.shape.slice(0, axis), size, ...x.shape.slice(axis + 1, -1), parts], result)];
    },
  },
  STFT: {
    ...samplewise,
    cost: (node, results) => {
      const { shape } = node.constant(0) ?? { shape: [] };
      const length = frameLength(node) ?? 1;
      const frames = resultSize(results) / Math.max(1, axisSize(node, 0, 0));
      return transformCost(frameTransform(node, shape, length), frames * length);
    },
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const step = node.dimensions(1)?.[0];
      const length = frameLength(node);
      if (shape === undefined || typeof step !== 'number' || length === undefined) {
        return [{ dtype, shape: [shape?.[0] ?? node.symbol(0), node.symbol(1), node.symbol(2), 2] }];
      }
      return [
        {
          dtype,
          shape: [shape[0] ?? 1, frameCount(shape[1] ?? 1, length, step), fourierResult(frameTransform(node, shape, length)).size, 2],
        },
      ];
    },
    evaluate: (node, [signal, stepInput, window, lengthInput]) => {
      const x = present(signal);
      const length = lengthInput?.scalar() ?? window?.size ?? x.shape[1] ?? 0;
      const step = present(stepInput).scalar();
      const transform = frameTransform(node, x.shape, length);
      const { size, parts } = fourierResult(transform);
      const [samples = 1, total = 0] = x.shape;
      const frames = Number(frameCount(total, length, step));
      const weights = window?.toFloat64();
      const width = length * transform.inputParts;
      const values = x.toFloat64();
      const framed = Float64Array.from({ length: samples * frames * width }, (_, index) => {
        const frame = Math.floor(index / width);
        const start = (Math.floor(frame / frames) * total + (frame % frames) * step) * transform.inputParts;
        const place = Math.floor((index % width) / transform.inputParts);
        return (values[start + (index % width)] ?? 0) * (weights?.[place] ?? 1);
      });
      const height = size * parts;
      const result = new Float64Array(samples * frames * height);
      const matrix = transposeMatrix(fourierMatrix(transform), height, width);
      multiplyMatrices(framed, 0, matrix, 0, result, 0, [samples * frames, width, height]);
      return [numericTensor(x.dtype, [samples, frames, size, parts], result)];
    },
  },
};

/** The cost of computing the matrix of the transform and multiplying it by each row of the elements. */
function transformCost(transform: FourierTransform, elements: number): number {
  const { size, parts } = fourierResult(transform);
  const rows = size * parts;
  return rows * transform.inputLength * transform.inputParts * stepsPerAngle + rows * elements;
}

/** Number of steps per element of the matrix. */
const stepsPerAngle = 16;

/** The axis that DFT transforms; `undefined` if it is dynamic. */
export function transformedAxis(node: OperatorNode, shape: Shape): number | undefined {
  const axes = node.optionalInput(2) === undefined ? [-2] : node.dimensions(2);
  const [axis] = axes ?? [];
  if (typeof axis !== 'number') return undefined;
  const positive = node.axis(axis, shape.length);
  if (positive === shape.length - 1) throw new OperatorError('invalid', 'the axis of the parts cannot be transformed');
  return positive;
}

/** The transform of a DFT; `undefined` if its length is dynamic. */
export function fourierTransform(node: OperatorNode, shape: Shape, axis: number): FourierTransform | undefined {
  const inputLength = shape[axis];
  const inverse = node.int('inverse', 0) === 1;
  const oneSided = node.int('onesided', 0) === 1;
  if (typeof inputLength !== 'number') return undefined;
  const lengths = node.optionalInput(1) === undefined ? [inverse && oneSided ? 2 * (inputLength - 1) : inputLength] : node.dimensions(1);
  const [length] = lengths ?? [];
  if (typeof length !== 'number') return undefined;
  return { inputLength, length, inputParts: partsOf(shape.at(-1)), inverse, oneSided };
}

/** The transform of one frame of an STFT. */
export function frameTransform(node: OperatorNode, shape: Shape, length: number): FourierTransform {
  const inputParts = shape.length < 3 ? 1 : partsOf(shape[2]);
  return { inputLength: length, length, inputParts, inverse: false, oneSided: node.int('onesided', 1) === 1 };
}

/** Number of elements in a frame of an STFT: the operand, the window length, or the whole signal. */
export function frameLength(node: OperatorNode): number | undefined {
  const length =
    node.optionalInput(3) !== undefined
      ? node.dimensions(3)?.[0]
      : (node.optionalInput(2) ?? { shape: node.input(0).shape?.slice(1) }).shape?.[0];
  return typeof length === 'number' ? length : undefined;
}

/** Number of frames that fit in a signal. */
export function frameCount(signal: Dimension, length: number, step: number): Dimension {
  if (typeof signal === 'number' && signal < length)
    throw new OperatorError('invalid', `a signal of ${signal} elements holds no frame of ${length}`);
  return derive(
    signal,
    (size) => Math.floor((size - length) / step) + 1,
    (symbol) => `floor((${symbol}-${length})/${step})+1`,
  );
}

function partsOf(size: Dimension | undefined): 1 | 2 {
  if (size === 1 || size === 2) return size;
  throw new OperatorError('invalid', `elements have one part or two, not ${size}`);
}
