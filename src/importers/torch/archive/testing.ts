import { deflateSync } from 'fflate';

/** The format of a test archive; by default the one that torch writes. */
export interface ZipForm {
  /** Whether sizes are in a record after the contents, with zeros in the local header. */
  readonly hasDescriptors?: boolean;
  /** Whether sizes, offsets and counts are in the 64-bit fields. */
  readonly isZip64?: boolean;
  /** Names of the entries to deflate. */
  readonly deflated?: readonly string[];
  readonly comment?: string;
}

const encoder = new TextEncoder();

/** Writes a zip archive: each local header is padded so that contents begin at a multiple of 64. */
export function zipArchive(entries: Readonly<Record<string, Uint8Array | string>>, form: ZipForm = {}): Uint8Array {
  const { hasDescriptors = true, isZip64 = false, deflated = [], comment = '' } = form;
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    parts.push(bytes);
    length += bytes.length;
  };
  for (const [name, contents] of Object.entries(entries)) {
    const bytes = typeof contents === 'string' ? encoder.encode(contents) : contents;
    const isDeflated = deflated.includes(name);
    const packed = isDeflated ? deflateSync(bytes) : bytes;
    const title = encoder.encode(name);
    const start = length;
    const padding = 64 - ((start + 30 + title.length + 4) % 64);
    const [flags, method] = [hasDescriptors ? 0x808 : 0x800, isDeflated ? 8 : 0];
    const local = hasDescriptors ? [0, 0] : [packed.length, bytes.length];
    add(numbers('4222224444', [0x04034b50, 20, flags, method, 0, 0, 0, ...local].slice(0, 9)).subarray(0, 26));
    add(numbers('22', [title.length, padding + 4]));
    add(title);
    add(numbers('22', [0x4246, padding]));
    add(encoder.encode('Z'.repeat(padding)));
    add(packed);
    if (hasDescriptors) add(numbers('4444', [0x08074b50, 0, packed.length, bytes.length]));
    const sizes = isZip64 ? [0xffffffff, 0xffffffff] : [packed.length, bytes.length];
    const extra = isZip64 ? numbers('22888', [1, 24, bytes.length, packed.length, start]) : new Uint8Array(0);
    directory.push(
      numbers('4222222444', [0x02014b50, 20, 20, flags, method, 0, 0, 0, ...sizes]),
      numbers('2222244', [title.length, extra.length, 0, 0, 0, 0, isZip64 ? 0xffffffff : start]),
      title,
      extra,
    );
  }
  const count = Object.keys(entries).length;
  const offset = length;
  directory.forEach(add);
  const size = length - offset;
  if (isZip64) {
    const end = length;
    add(numbers('4822448888', [0x06064b50, 44, 45, 45, 0, 0, count, count, size, offset]));
    add(numbers('4484', [0x07064b50, 0, end, 1]));
  }
  const [shownCount, shownOffset] = isZip64 ? [0xffff, 0xffffffff] : [count, offset];
  add(numbers('42222442', [0x06054b50, 0, 0, shownCount, shownCount, size, shownOffset, comment.length]));
  add(encoder.encode(comment));
  const result = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Little-endian numbers with the given widths in bytes. */
function numbers(widths: string, values: readonly number[]): Uint8Array {
  const result: number[] = [];
  [...widths].forEach((width, index) => {
    let value = BigInt(values[index] ?? 0);
    for (let byte = 0; byte < Number(width); byte++) {
      result.push(Number(value & 0xffn));
      value >>= 8n;
    }
  });
  return Uint8Array.from(result);
}

/** A value that a test pickles: numbers with a fraction are floats, others integers. */
export type PickleSource =
  | null
  | boolean
  | number
  | string
  | readonly PickleSource[]
  | { readonly tuple: readonly PickleSource[] }
  | { readonly dict: Readonly<Record<string, PickleSource>> }
  | { readonly float: number }
  | { readonly tensor: readonly number[]; readonly shape: readonly number[] }
  | { readonly className: string; readonly attributes: Readonly<Record<string, PickleSource>> };

/** A pickle of protocol 2 as torch writes it, and the bytes of its storages, one per float32 tensor. */
export function pickleBytes(value: PickleSource): { readonly bytes: Uint8Array; readonly tensors: readonly Uint8Array[] } {
  const tensors: Uint8Array[] = [];
  const text = (content: string): readonly number[] => {
    const encoded = encoder.encode(content);
    return [0x58, ...numbers('4', [encoded.length]), ...encoded];
  };
  const global = (module: string, name: string): readonly number[] => [0x63, ...encoder.encode(`${module}\n${name}\n`)];
  const entries = (record: Readonly<Record<string, PickleSource>>): readonly number[] => [
    ...[0x7d, 0x28],
    ...Object.entries(record).flatMap(([key, entry]) => [...text(key), ...write(entry)]),
    0x75,
  ];
  const tuple = (parts: readonly (readonly number[])[]): readonly number[] => [0x28, ...parts.flat(), 0x74];
  const integer = (number: number): readonly number[] => [0x4a, ...numbers('4', [number >>> 0])];
  const tensor = (values: readonly number[], shape: readonly number[]): readonly number[] => {
    const key = String(tensors.push(Uint8Array.from(new Uint8Array(Float32Array.from(values).buffer))) - 1);
    const storage = [...tuple([text('storage'), global('torch', 'FloatStorage'), text(key), text('cpu'), integer(values.length)]), 0x51];
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    const hooks = [...global('collections', 'OrderedDict'), 0x29, 0x52];
    const args = tuple([storage, integer(0), tuple(shape.map(integer)), tuple(strides.map(integer)), [0x89], hooks]);
    return [...global('torch._utils', '_rebuild_tensor_v2'), ...args, 0x52];
  };
  const write = (part: PickleSource): readonly number[] => {
    if (part === null) return [0x4e];
    if (typeof part === 'boolean') return [part ? 0x88 : 0x89];
    if (typeof part === 'string') return text(part);
    if (typeof part === 'number') return Number.isInteger(part) ? integer(part) : write({ float: part });
    if ('tuple' in part) return tuple(part.tuple.map(write));
    if ('dict' in part) return entries(part.dict);
    if ('float' in part) return [0x47, ...new Uint8Array(Float64Array.of(part.float).buffer).reverse()];
    if ('tensor' in part) return tensor(part.tensor, part.shape);
    if ('className' in part) {
      const end = part.className.lastIndexOf('.');
      return [...global(part.className.slice(0, end), part.className.slice(end + 1)), 0x29, 0x81, ...entries(part.attributes), 0x62];
    }
    return [0x5d, 0x28, ...part.flatMap(write), 0x65];
  };
  return { bytes: Uint8Array.from([0x80, 2, ...write(value), 0x2e]), tensors };
}
