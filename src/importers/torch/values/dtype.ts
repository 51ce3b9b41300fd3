import type { DataType } from '../../../graph/ir/tensor.ts';

/** Element types of torch. A complex tensor is stored as pairs of floats on an additional last axis. */
export type TorchDtype = Exclude<DataType, 'string'> | 'complex64' | 'complex128';

/** The categories of type promotion: floats take precedence over integers, and these over bools. */
export type DtypeCategory = 'bool' | 'int' | 'float' | 'complex';

const categories: readonly DtypeCategory[] = ['bool', 'int', 'float', 'complex'];

export function categoryOf(dtype: TorchDtype): DtypeCategory {
  if (dtype === 'bool') return 'bool';
  if (dtype.startsWith('complex')) return 'complex';
  return dtype.includes('float') ? 'float' : 'int';
}

/** The type of the stored elements; for complex numbers, that of their parts. */
export function storedDtype(dtype: TorchDtype): Exclude<DataType, 'string'> {
  if (dtype === 'complex64') return 'float32';
  return dtype === 'complex128' ? 'float64' : dtype;
}

/** The type of a real tensor with elements of a stored type. */
export function dtypeOfStored(dtype: DataType | undefined): TorchDtype {
  return dtype === undefined || dtype === 'string' ? 'float32' : dtype;
}

/** The promotion of two types with the same priority. */
function promoteDtypes(left: TorchDtype, right: TorchDtype): TorchDtype {
  if (left === right) return left;
  const [a, b] = [categoryOf(left), categoryOf(right)];
  if (a === 'complex' || b === 'complex') {
    return [left, right].some((dtype) => dtype === 'complex128' || dtype === 'float64') ? 'complex128' : 'complex64';
  }
  if (a !== b) return rankOf(a) > rankOf(b) ? left : right;
  if (a === 'float') return promoteFloats(left, right);
  return promoteIntegers(left, right);
}

/** An operand of a promotion: tensors with axes take precedence over those without, and these over Python numbers. */
export interface PromotedOperand {
  readonly dtype: TorchDtype;
  readonly priority: 'tensor' | 'scalarTensor' | 'number';
}

/** The type in which torch computes: that of the operands with the highest priority, unless others have a higher category. */
export function promotedDtype(operands: readonly PromotedOperand[]): TorchDtype {
  const [tensor, scalarTensor, number] = (['tensor', 'scalarTensor', 'number'] as const).map((priority) =>
    operands.filter((operand) => operand.priority === priority).map(({ dtype }) => dtype),
  );
  const results = [tensor, scalarTensor, number].map((dtypes = []) =>
    dtypes.length === 0 ? undefined : dtypes.reduce((left, right) => promoteDtypes(left, right)),
  );
  return results.reduce((left, right) => combine(left, right)) ?? 'float32';
}

/** A type of lower priority only counts if its category is higher. */
function combine(higher: TorchDtype | undefined, lower: TorchDtype | undefined): TorchDtype | undefined {
  if (higher === undefined || lower === undefined) return higher ?? lower;
  if (rankOf(categoryOf(lower)) <= rankOf(categoryOf(higher))) return higher;
  return categoryOf(lower) === 'complex' && higher === 'float64' ? 'complex128' : lower;
}

function rankOf(category: DtypeCategory): number {
  return categories.indexOf(category);
}

function promoteFloats(left: TorchDtype, right: TorchDtype): TorchDtype {
  if (left === 'float64' || right === 'float64') return 'float64';
  // The only common type of float16 and bfloat16 is float32.
  return 'float32';
}

function promoteIntegers(left: TorchDtype, right: TorchDtype): TorchDtype {
  const bits = (dtype: TorchDtype): number => Number(/\d+$/.exec(dtype)?.[0] ?? 8);
  const isUnsigned = (dtype: TorchDtype): boolean => dtype.startsWith('u');
  if (isUnsigned(left) === isUnsigned(right)) return bits(left) >= bits(right) ? left : right;
  const [unsigned, signed] = isUnsigned(left) ? [left, right] : [right, left];
  if (bits(signed) > bits(unsigned)) return signed;
  return ({ 8: 'int16', 16: 'int32' } as const)[bits(unsigned)] ?? 'int64';
}

/** The types by their TorchScript numbers. */
const scalarTypes: ReadonlyMap<number, TorchDtype> = new Map([
  [0, 'uint8'],
  [1, 'int8'],
  [2, 'int16'],
  [3, 'int32'],
  [4, 'int64'],
  [5, 'float16'],
  [6, 'float32'],
  [7, 'float64'],
  [9, 'complex64'],
  [10, 'complex128'],
  [11, 'bool'],
  [15, 'bfloat16'],
  [27, 'uint16'],
  [28, 'uint32'],
  [29, 'uint64'],
]);

/** The type with a number of `c10::ScalarType`; `undefined` if graphs do not support it. */
export function scalarTypeOf(number: number): TorchDtype | undefined {
  return scalarTypes.get(number);
}

/** A type by its name in torch; `undefined` if graphs do not support it. */
export function torchDtypeOf(name: string): TorchDtype | undefined {
  for (const dtype of scalarTypes.values()) if (dtype === name) return dtype;
  return undefined;
}

/** The `c10::ScalarType` number of a type. */
export function scalarTypeNumber(dtype: TorchDtype): number {
  return [...scalarTypes].find(([, type]) => type === dtype)?.[0] ?? -1;
}
