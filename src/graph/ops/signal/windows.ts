import { numericTensor, present } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { elementType } from '../shape/elementType.ts';

/** Cosine coefficients of the window functions, by operator. */
export const windowCoefficients: Readonly<Record<string, readonly number[]>> = {
  HannWindow: [0.5, 0.5],
  HammingWindow: [25 / 46, 21 / 46],
  BlackmanWindow: [0.42, 0.5, 0.08],
};

/** Windows and filter banks, which a model computes from sizes. */
export const windowOperators: OperatorFamily = {
  ...Object.fromEntries(Object.entries(windowCoefficients).map(([name, coefficients]) => [name, cosineWindow(coefficients)])),
  MelWeightMatrix: {
    infer: (node) => {
      const [bins, length] = [0, 1].map((index) => node.dimensions(index)?.[0]);
      const spectrum = typeof length === 'number' ? Math.floor(length / 2) + 1 : node.symbol('spectrum');
      return [{ dtype: elementType(node, 'output_datatype') ?? 'float32', shape: [spectrum, bins ?? node.symbol('bins')] }];
    },
    evaluate: (node, inputs) => {
      const [bins = 0, length = 0, rate = 0, lowest = 0, highest = 0] = inputs.map((input) => present(input).scalar());
      const spectrum = Math.floor(length / 2) + 1;
      return [
        numericTensor(elementType(node, 'output_datatype') ?? 'float32', [spectrum, bins], melWeights(bins, length, rate, lowest, highest)),
      ];
    },
  },
};

/** A sum of cosines with alternating signs; periodic windows omit the last element of the period. */
function cosineWindow(coefficients: readonly number[]): Operator {
  return {
    infer: (node) => [
      { dtype: elementType(node, 'output_datatype') ?? 'float32', shape: [node.dimensions(0)?.[0] ?? node.symbol('size')] },
    ],
    evaluate: (node, [input]) => {
      const size = present(input).scalar();
      if (size < 0) throw new OperatorError('invalid', `the window size ${size} is not valid`);
      return [numericTensor(elementType(node, 'output_datatype') ?? 'float32', [size], windowValues(node, coefficients, size))];
    },
  };
}

/** The values of a window operator for a given size. */
export function windowValues(node: OperatorNode, coefficients: readonly number[], size: number): Float64Array {
  const period = node.int('periodic', 1) === 1 ? size : size - 1;
  return Float64Array.from({ length: size }, (_, index) =>
    coefficients.reduce(
      (sum, coefficient, order) => sum + (order % 2 === 0 ? 1 : -1) * coefficient * Math.cos((2 * Math.PI * order * index) / period),
      0,
    ),
  );
}

/** Triangles of equal width on the mel scale, [spectrum, bins]. */
function melWeights(bins: number, length: number, rate: number, lowest: number, highest: number): Float64Array {
  const toMel = (hertz: number): number => (2595 * Math.log1p(hertz / 700)) / Math.LN10;
  const toHertz = (mel: number): number => 700 * Math.expm1((mel / 2595) * Math.LN10);
  const step = (toMel(highest) - toMel(lowest)) / (bins + 2);
  const edges = Array.from({ length: bins + 2 }, (_, index) => Math.floor(((length + 1) * toHertz(index * step + toMel(lowest))) / rate));
  const rows = Math.floor(length / 2) + 1;
  const weights = new Float64Array(rows * bins);
  for (let bin = 0; bin < bins; bin++) {
    const [left = 0, center = 0, right = 0] = edges.slice(bin, bin + 3);
    if (center === left) weights[center * bins + bin] = 1;
    // A model may specify any frequency; frequencies beyond the spectrum have no row.
    else
      for (let index = Math.max(0, left); index <= Math.min(center, rows - 1); index++)
        weights[index * bins + bin] = (index - left) / (center - left);
    for (let index = Math.max(0, center); index < Math.min(right, rows); index++)
      weights[index * bins + bin] = (right - index) / (right - center);
  }
  return weights;
}
