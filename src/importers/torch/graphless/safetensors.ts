import type { Budget } from '../../../budget/budget.ts';
import type { ByteSource } from '../../../bytes/byteSource.ts';
import { type NcnnError, ncnnError } from '../../../diagnostics/diagnostic.ts';
import { isJsonObject, type PythonJson, parsePythonJson } from '../archive/json.ts';
import type { ScalarType } from '../archive/scalarType.ts';
import type { NamedTensor } from './contents.ts';

const types: Readonly<Record<string, ScalarType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8',
  F8_E5M2: 'float8',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};

/** Bytes of the number at the start of a file. */
const lengthBytes = 8;

/** Whether a file is in the safetensors format: the 64-bit length of a JSON header, followed by the header. */
export function isSafetensors(contents: ByteSource): boolean {
  const bytes = contents.part(0, Math.min(10, contents.size));
  return bytes[6] === 0 && bytes[7] === 0 && bytes[8] === 0x7b && bytes[9] === 0x22;
}

/** The tensors of a safetensors file. Throws `NcnnError`. */
export function safetensorsIn(contents: ByteSource, file: string, budget: Budget): readonly NamedTensor[] {
  const { buffer, byteOffset } = contents.part(0, lengthBytes);
  const length = Number(new DataView(buffer, byteOffset, lengthBytes).getBigUint64(0, true));
  if (length > contents.size - lengthBytes) {
    throw malformed(file, `the header declares ${length} bytes, but the file has ${contents.size}`);
  }
  const header = parsePythonJson(new TextDecoder().decode(contents.part(lengthBytes, length)), file, budget);
  if (!isJsonObject(header)) throw malformed(file, 'the header is not a JSON object');
  return Object.entries(header).flatMap(([name, entry]) => {
    if (name === '__metadata__' || !isJsonObject(entry)) return [];
    const type = typeof entry.dtype === 'string' ? types[entry.dtype] : undefined;
    const shape = sizesOf(entry.shape);
    if (type === undefined || shape === undefined) throw malformed(file, `the tensor "${name}" has no known type and shape`);
    return [{ name, type, shape }];
  });
}

function sizesOf(value: PythonJson | undefined): readonly number[] | undefined {
  const sizes: unknown[] = Array.isArray(value) ? [...value] : [undefined];
  return sizes.every((size): size is number => typeof size === 'number') ? sizes : undefined;
}

function malformed(file: string, message: string): NcnnError {
  return ncnnError('file-malformed', `the safetensors file is damaged: ${message}`, 'Download the file again.', { file });
}
