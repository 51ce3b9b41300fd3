import { type NcnnError, ncnnError } from '../../diagnostics/diagnostic.ts';
import { byteSize, type DataType, Tensor } from '../../graph/ir/tensor.ts';

/** The first eight bytes of a list of arrays. */
const listMagic = 0x112;
/** The magic number before an array since release 0.12 (64-bit sizes), 1.0 (storage types) and 1.6 (numpy shapes). */
const v1 = 0xf993fac8;
const v2 = 0xf993fac9;
const v3 = 0xf993faca;

/** MXNet's type flags; 8 to 12 are those of later releases. */
const dataTypes: readonly Exclude<DataType, 'string'>[] = [
  'float32',
  'float64',
  'float16',
  'uint8',
  'int32',
  'int8',
  'int64',
  'bool',
  'int16',
  'uint16',
  'uint32',
  'uint64',
  'bfloat16',
];
const sparseTypes: Readonly<Record<number, string>> = { 1: 'row_sparse', 2: 'csr' };
const maxAxes = 32;

/**
 * Reads a `.params` file: arrays by name, without the prefixes `arg:` and `aux:`. Every array is a view of the file's bytes.
 *
 * Layout: magic (uint64), reserved (uint64), count (uint64), the arrays; count (uint64), and for each name its length (uint64) and bytes.
 * An array: magic (uint32), storage type (int32, since V2), rank (uint32), sizes (int64; uint32 without magic, where the rank comes first),
 * device (two int32), type flag (int32), elements. An array of rank 0 ends after its rank, except in V3, where it is a scalar.
 *
 * Throws `NcnnError`: `file-malformed`, `file-truncated`, `type-unsupported`.
 */
export function readParams(bytes: Uint8Array, file: string): ReadonlyMap<string, Tensor> {
  const reader = new Reader(bytes, file);
  if (bytes.length < 24 || reader.size('its magic') !== listMagic) {
    throw ncnnError('file-malformed', 'the file is not an MXNet list of arrays: its first bytes differ', fileHint, { file });
  }
  reader.size('reserved');
  // An array takes at least its magic, storage type and rank.
  const count = reader.count('the number of arrays', 8);
  const arrays: (Tensor | undefined)[] = [];
  for (let index = 0; index < count; index++) arrays.push(readArray(reader, `array ${index + 1} of ${count}`));
  const named = reader.count('the number of names', 8);
  if (named !== count) {
    if (named === 0) throw ncnnError('file-malformed', 'the arrays of the file have no names', fileHint, { file });
    throw reader.malformed(`expected as many names as arrays, got ${count} arrays and ${named} names`);
  }
  const result = new Map<string, Tensor>();
  for (const array of arrays) {
    const name = new TextDecoder().decode(reader.bytes(reader.count('the length of a name', 1), 'a name')).replace(/^(arg|aux):/, '');
    if (array !== undefined) result.set(name, array);
  }
  return result;
}

const fileHint = 'Give the `.params` that MXNet wrote with `save_checkpoint` or `export`.';

/** Reads an array; `undefined` if it is empty. */
function readArray(reader: Reader, what: string): Tensor | undefined {
  const magic = reader.uint32(what);
  const wide = magic === v1 || magic === v2 || magic === v3;
  if (magic === v2 || magic === v3) {
    const storage = reader.int32(what);
    const sparse = sparseTypes[storage];
    if (sparse !== undefined) {
      throw reader.fault(
        'type-unsupported',
        `${what} is stored as ${sparse}`,
        "Save it dense, with `array.tostype('default')`, and write the file again.",
      );
    }
    if (storage !== 0) throw reader.malformed(`${what} has the storage type ${storage}`);
  }
  const rank = wide ? reader.uint32(what) : magic;
  if (rank > maxAxes) throw reader.malformed(`${what} would have ${rank} axes`);
  if (rank === 0 && magic !== v3) return undefined;
  const shape = Array.from({ length: rank }, () => (wide ? reader.size(what) : reader.uint32(what)));
  reader.bytes(8, what);
  const flag = reader.int32(what);
  const dtype = dataTypes[flag];
  if (dtype === undefined) throw reader.malformed(`${what} has the type flag ${flag}`);
  const elements = shape.reduce((product, size) => product * size, 1);
  return Tensor.view(dtype, shape, reader.bytes(elements * byteSize(dtype), `${what} (${dtype} [${shape.join(',')}])`));
}

/** A little-endian reader. It allocates nothing larger than the file can fill. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #file: string;
  #offset = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#file = file;
  }

  uint32(what: string): number {
    return this.#view.getUint32(this.#take(4, what), true);
  }

  int32(what: string): number {
    return this.#view.getInt32(this.#take(4, what), true);
  }

  /** A 64-bit number. */
  size(what: string): number {
    const value = Number(this.#view.getBigInt64(this.#take(8, what), true));
    if (!Number.isSafeInteger(value) || value < 0) throw this.malformed(`${what} has the size ${value}`);
    return value;
  }

  /** A 64-bit number of items that take at least `least` bytes each. */
  count(what: string, minBytes: number): number {
    const count = this.size(what);
    if (count * minBytes > this.#bytes.length - this.#offset) throw this.#truncated(`${what} is ${count}`);
    return count;
  }

  bytes(length: number, what: string): Uint8Array {
    const start = this.#take(length, what);
    return this.#bytes.subarray(start, start + length);
  }

  fault(code: 'file-malformed' | 'file-truncated' | 'type-unsupported', message: string, hint: string): NcnnError {
    return ncnnError(code, message, hint, { file: this.#file, offset: this.#offset });
  }

  malformed(message: string): NcnnError {
    return this.fault('file-malformed', `the arrays cannot be read: ${message}`, 'Check how the file was created, or download it again.');
  }

  #truncated(message: string): NcnnError {
    const hint = 'Download or copy the file again: the previous download or copy was probably interrupted.';
    return this.fault('file-truncated', `the file ends too early, after ${this.#bytes.length} bytes: ${message}`, hint);
  }

  #take(length: number, what: string): number {
    const start = this.#offset;
    if (!(length <= this.#bytes.length - start))
      throw this.#truncated(`${what} needs ${length} more bytes, but only ${this.#bytes.length - start} are left`);
    this.#offset = start + length;
    return start;
  }
}
