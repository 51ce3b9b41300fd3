import { pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { product } from '../../graph/ir/dimension.ts';
import { checkList } from '../../graph/ir/limits.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { fourierTransform, frameCount, frameLength, frameTransform, transformedAxis } from '../../graph/ops/signal/fourier.ts';
import { type FourierTransform, fourierMatrix, fourierResult } from '../../kernels/fourier.ts';
import type { BlobShape } from '../../net/net.ts';
import { weightOf } from '../../net/weight.ts';
import { binary } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';

/** Fourier transforms as products with a constant matrix. */
export const fourierLowerings: LoweringFamily = { DFT: dft, STFT: stft };

function dft(node: LoweringNode): void {
  const shape = node.shape(0);
  const axis = transformedAxis(node, shape) ?? node.constantIntegers(2)?.[0] ?? 0;
  const transform = fourierTransform(node, shape, axis);
  if (transform === undefined) throw new OperatorError('shape', 'the length of the transform is unknown', pinOrFixShapes);
  const { inputLength, inputParts } = transform;
  const { size, parts } = fourierResult(transform);
  const matrix = matrixOf(node, transform);
  const [before, after] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1, -1))];
  const [width, height] = [inputLength * inputParts, size * parts];
  if (after === 1) {
    node.define(0, node.layer('MatMul', [node.blob(0, [before, width]), matrix], { transB: 1 }, [before, height]));
    return;
  }
  const swapped = swapMiddle(node, node.blob(0, [before, inputLength, after, inputParts]));
  const rows: BlobShape = [before, after, height];
  const y = node.layer('MatMul', [node.view(swapped, [before, after, width]), matrix], { transB: 1 }, rows);
  node.define(0, swapMiddle(node, node.view(y, [before, after, size, parts])));
}

/** A convolution with the rows of the matrix, each multiplied by the window. With a dynamic window, the frames are extracted first. */
function stft(node: LoweringNode): void {
  const shape = node.shape(0);
  const [signal = 1, parts = 1] = node.sampleShape(0);
  const step = node.constantIntegers(1)?.[0];
  const length = frameLength(node);
  if (step === undefined || length === undefined) throw new OperatorError('shape', 'the length of the frames is unknown', pinOrFixShapes);
  const transform = frameTransform(node, shape, length);
  const { inputParts } = transform;
  const result = fourierResult(transform);
  const height = result.size * result.parts;
  const frames = frameCount(signal, length, step);
  const x =
    parts === 1 ? node.blob(0, [1, signal]) : node.layer('Permute', [node.blob(0, [signal, parts])], { order_type: 1 }, [parts, signal]);
  const window = node.constant(2)?.toFloat64();
  const convolve = (weights: Float32Array, outputs: number): DraftBlob => {
    const params = { num_output: outputs, kernel_w: length, stride_w: step, weight_data_size: weights.length };
    return node.layer('Convolution1D', [x], params, [outputs, frames], [weightOf(weights)]);
  };
  let y: DraftBlob;
  if (node.isDynamic(2)) {
    if (inputParts === 2) throw new OperatorError('unsupported', 'the window of a complex signal must be a constant', pinOrFixShapes);
    checkList(length * length);
    const unit = new Float32Array(length * length);
    for (let place = 0; place < length; place++) unit[place * length + place] = 1;
    const weighted = binary(node, 'MUL', matrixOf(node, transform), node.blob(2, [1, length]));
    y = node.layer('MatMul', [weighted, convolve(unit, length)], {}, [height, frames]);
  } else {
    const matrix = fourierMatrix(transform);
    // In a convolution kernel the channels (here the real and imaginary parts) come before the positions.
    const kernel = Float32Array.from({ length: matrix.length }, (_, index) => {
      const row = Math.floor(index / (length * inputParts));
      const [part, place] = [Math.floor(index / length) % inputParts, index % length];
      return (matrix[(row * length + place) * inputParts + part] ?? 0) * (window?.[place] ?? 1);
    });
    y = convolve(kernel, height);
  }
  node.define(0, node.layer('Permute', [y], { order_type: 1 }, [frames, height]));
}

/** Maximum number of elements in a transform matrix (64 MiB). */
const matrixLimit = 1 << 24;

function matrixOf(node: LoweringNode, transform: FourierTransform): DraftBlob {
  const { size, parts } = fourierResult(transform);
  const shape = [size * parts, transform.inputLength * transform.inputParts] as const;
  if (shape[0] * shape[1] > matrixLimit) {
    throw new OperatorError(
      'unsupported',
      `a transform of ${transform.length} elements would take too large a matrix`,
      'Compute the transform outside the net.',
    );
  }
  return node.constantBlob(Float32Array.from(fourierMatrix(transform)), shape, 'transform');
}

/** Permutes [a, b, c, d] to [a, c, b, d]. */
function swapMiddle(node: LoweringNode, blob: DraftBlob): DraftBlob {
  const [a = 1, b = 1, c = 1, d = 1] = blob.shape;
  return node.layer('Permute', [blob], { order_type: 2 }, [a, c, b, d]);
}
