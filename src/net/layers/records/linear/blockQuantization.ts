/** Block-wise quantized weights. The decimal digits of `quantize_term` encode the bits, format and block size. */
export function blockQuantization(term: number): { bits: number; block: number; inputScale: boolean } | undefined {
  const bits = Math.trunc(term / 100);
  const format = Math.trunc((term % 100) / 10);
  const block = [32, 64, 128][term % 10];
  if (![4, 6, 8].includes(bits) || format > 1 || block === undefined) return undefined;
  return { bits, block, inputScale: format === 1 };
}

/** Number of bytes in a row of packed elements. */
export function packedBytes(elements: number, bits: number): number {
  return Math.trunc((elements * bits + 7) / 8);
}
