import type { DataType } from '../../../graph/ir/tensor.ts';

/** The element types of torch, as in `torch.NAME`. */
export type ScalarType =
  | 'uint8'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'complex32'
  | 'complex64'
  | 'complex128'
  | 'bool'
  | 'qint8'
  | 'quint8'
  | 'qint32'
  | 'bfloat16'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float8';

interface ScalarTypeFacts {
  readonly bytes: number;
  /** The element type in a graph; for a complex type, the type of its two parts. Absent if graphs do not support the type. */
  readonly dtype?: Exclude<DataType, 'string'>;
  readonly isComplex?: true;
  /** The name of the storage class without `Storage`. */
  readonly storage?: string;
}

const facts: Readonly<Record<ScalarType, ScalarTypeFacts>> = {
  uint8: { bytes: 1, dtype: 'uint8', storage: 'Byte' },
  int8: { bytes: 1, dtype: 'int8', storage: 'Char' },
  int16: { bytes: 2, dtype: 'int16', storage: 'Short' },
  int32: { bytes: 4, dtype: 'int32', storage: 'Int' },
  int64: { bytes: 8, dtype: 'int64', storage: 'Long' },
  float16: { bytes: 2, dtype: 'float16', storage: 'Half' },
  float32: { bytes: 4, dtype: 'float32', storage: 'Float' },
  float64: { bytes: 8, dtype: 'float64', storage: 'Double' },
  complex32: { bytes: 4, dtype: 'float16', isComplex: true, storage: 'ComplexHalf' },
  complex64: { bytes: 8, dtype: 'float32', isComplex: true, storage: 'ComplexFloat' },
  complex128: { bytes: 16, dtype: 'float64', isComplex: true, storage: 'ComplexDouble' },
  bool: { bytes: 1, dtype: 'bool', storage: 'Bool' },
  qint8: { bytes: 1, storage: 'QInt8' },
  quint8: { bytes: 1, storage: 'QUInt8' },
  qint32: { bytes: 4, storage: 'QInt32' },
  bfloat16: { bytes: 2, dtype: 'bfloat16', storage: 'BFloat16' },
  uint16: { bytes: 2, dtype: 'uint16' },
  uint32: { bytes: 4, dtype: 'uint32' },
  uint64: { bytes: 8, dtype: 'uint64' },
  float8: { bytes: 1 },
};

/** The numbers of the types in `torch.export`, which differ from those of TorchScript. */
const exportNumbers: ReadonlyMap<number, ScalarType> = new Map([
  [1, 'uint8'],
  [2, 'int8'],
  [3, 'int16'],
  [4, 'int32'],
  [5, 'int64'],
  [6, 'float16'],
  [7, 'float32'],
  [8, 'float64'],
  [9, 'complex32'],
  [10, 'complex64'],
  [11, 'complex128'],
  [12, 'bool'],
  [13, 'bfloat16'],
  [28, 'uint16'],
  [29, 'float8'],
  [30, 'float8'],
  [31, 'float8'],
  [32, 'float8'],
  [33, 'float8'],
  [34, 'uint32'],
  [35, 'uint64'],
]);

/** The facts about an element type. */
export function scalarTypeFacts(type: ScalarType): ScalarTypeFacts {
  return facts[type];
}

/** The type with a number in `torch.export`. */
export function scalarTypeOfExport(number: number): ScalarType | undefined {
  return exportNumbers.get(number);
}

/** The element type of a storage class (`FloatStorage`); `undefined` for an untyped one. */
export function scalarTypeOfStorage(className: string): ScalarType | undefined {
  const name = className.replace(/Storage$/, '');
  return scalarTypes.find((type) => facts[type].storage === name);
}

/** The type by its name in `torch`, `float32` or an alias like `half`. */
export function scalarTypeNamed(name: string): ScalarType | undefined {
  const known = aliases.get(name) ?? (name.startsWith('float8_') ? 'float8' : name);
  return scalarTypes.find((type) => type === known);
}

const scalarTypes = Object.keys(facts).filter(isScalarType);

function isScalarType(name: string): name is ScalarType {
  return Object.hasOwn(facts, name);
}

const aliases: ReadonlyMap<string, ScalarType> = new Map([
  ['float', 'float32'],
  ['double', 'float64'],
  ['half', 'float16'],
  ['short', 'int16'],
  ['int', 'int32'],
  ['long', 'int64'],
  ['chalf', 'complex32'],
  ['cfloat', 'complex64'],
  ['cdouble', 'complex128'],
]);
