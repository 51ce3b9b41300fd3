/** Block-wise quantized weights: `quantize_term` holds bits, format and block size as decimal digits. */
export function blockQuantization(term: number): { bits: number; block: number; inputScale: boolean } | undefined {
  const bits = Math.trunc(term / 100);
  const format = Math.trunc((term % 100) / 10);
  const block = [32, 64, 128][term % 10];
  if (![4, 6, 8].includes(bits) || format > 1 || block === undefined) return undefined;
  return { bits, block, inputScale: format === 1 };
}

/** Bytes of a row of so many packed elements. */
export function packedBytes(elements: number, bits: number): number {
  return Math.trunc((elements * bits + 7) / 8);
}
