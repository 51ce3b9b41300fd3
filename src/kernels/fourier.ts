/** A discrete Fourier transform as a real matrix. The elements are real, or pairs of a real and an imaginary part. */
export interface FourierTransform {
  /** Number of input elements. They are padded with zeros or truncated to `length`. */
  readonly inputLength: number;
  /** Length of the transform. */
  readonly length: number;
  readonly inputParts: 1 | 2;
  readonly inverse: boolean;
  /** Forward: only the first half of the spectrum is computed. Inverse: only that half is given, and the result is real. */
  readonly oneSided: boolean;
}

/** Number of elements of the result, and number of parts of each. */
export function fourierResult({ length, inverse, oneSided }: FourierTransform): { readonly size: number; readonly parts: 1 | 2 } {
  if (!oneSided) return { size: length, parts: 2 };
  return inverse ? { size: length, parts: 1 } : { size: Math.floor(length / 2) + 1, parts: 2 };
}

/** The matrix `[size * parts, inputLength * inputParts]`, row-major. The parts are the innermost index on both axes. */
export function fourierMatrix(transform: FourierTransform): Float64Array {
  const { inputLength, length, inputParts, inverse, oneSided } = transform;
  const { size, parts } = fourierResult(transform);
  const width = inputLength * inputParts;
  const matrix = new Float64Array(size * parts * width);
  const sign = inverse ? 1 : -1;
  const half = inverse && oneSided;
  const used = Math.min(inputLength, half ? Math.floor(length / 2) + 1 : length);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < used; column++) {
      // The product is reduced modulo the length first, so that large products stay accurate.
      const angle = (2 * Math.PI * ((row * column) % length)) / length;
      // In half a spectrum every element counts twice, except those that mirror themselves.
      const mirrored = half && column > 0 && 2 * column !== length ? 2 : 1;
      const scale = inverse ? mirrored / length : 1;
      const cosine = Math.cos(angle) * scale;
      const sine = sign * Math.sin(angle) * scale;
      const first = row * parts * width + column * inputParts;
      matrix[first] = cosine;
      if (inputParts === 2) matrix[first + 1] = -sine;
      if (parts === 2) matrix[first + width] = sine;
      if (parts === 2 && inputParts === 2) matrix[first + width + 1] = cosine;
    }
  }
  return matrix;
}
