/** Values as a `.npy` file, which `numpy.load` reads. */
export function writeNpy(data: Float32Array | Int32Array, shape: readonly number[]): readonly Uint8Array[] {
  const type = data instanceof Int32Array ? '<i4' : '<f4';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Magic, version and header length take 10 bytes; the values start at a multiple of 64.
  const length = Math.ceil((header.length + 11) / 64) * 64 - 10;
  const text = new TextEncoder().encode(`${header.padEnd(length - 1)}\n`);
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8);
  return [start, text, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}
