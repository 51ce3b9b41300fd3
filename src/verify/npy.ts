import { ncnnError } from '../diagnostics/diagnostic.ts';
import { byteSize, type DataType, Tensor } from '../graph/ir/tensor.ts';

/** Element types of numpy by their code without the byte order. */
const dataTypes: ReadonlyMap<string, Exclude<DataType, 'string'>> = new Map<string, Exclude<DataType, 'string'>>([
  ['f2', 'float16'],
  ['f4', 'float32'],
  ['f8', 'float64'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
  ['u1', 'uint8'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['u8', 'uint64'],
  ['b1', 'bool'],
]);

/**
 * Reads a `.npy` file of little-endian numbers in row-major order, as `numpy.save` writes them. Throws `NcnnError`, with `file` as its
 * place, for anything else.
 */
export function readNpy(bytes: Uint8Array, file: string): Tensor {
  const fail = (message: string, code: 'file-foreign' | 'file-malformed' | 'file-truncated' = 'file-malformed'): never => {
    throw ncnnError(code, message, 'Write it with `numpy.save(file, numpy.ascontiguousarray(array))`.', { file });
  };
  if (bytes.length < 10 || bytes[0] !== 0x93 || new TextDecoder().decode(bytes.subarray(1, 6)) !== 'NUMPY') {
    return fail('not a .npy file', 'file-foreign');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = (bytes[6] ?? 0) > 1;
  const start = long ? 12 : 10;
  const length = long && bytes.length >= 12 ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const [, order = '', code = ''] = /'descr':\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  const dtype = dataTypes.get(code);
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (dtype === undefined || sizes === undefined) return fail(`unsupported .npy header: ${header.trim().slice(0, 100)}`);
  if (order === '>') return fail('big-endian numbers are not supported');
  const shape = sizes.split(',').flatMap((text) => (text.trim() === '' ? [] : [Number(text)]));
  if (/'fortran_order':\s*True/.test(header) && shape.filter((size) => size > 1).length > 1)
    return fail('column-major order is not supported');
  const size = shape.reduce((product, axis) => product * axis, 1) * byteSize(dtype);
  const data = bytes.subarray(start + length);
  if (data.byteLength < size) return fail(`${size} bytes of elements are declared, but there are ${data.byteLength}`, 'file-truncated');
  return Tensor.view(dtype, shape, data.subarray(0, size));
}
