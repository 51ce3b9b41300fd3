import type { DataType } from '../../../graph/ir/tensor.ts';

/** Element types of torch. A complex tensor is stored as pairs of floats on one more axis, the last. */
export type TorchDtype = Exclude<DataType, 'string'> | 'complex64' | 'complex128';

/** What decides a promotion: any float wins over any integer, which wins over bool. */
export type DtypeCategory = 'bool' | 'int' | 'float' | 'complex';

const categories: readonly DtypeCategory[] = ['bool', 'int', 'float', 'complex'];

export function categoryOf(dtype: TorchDtype): DtypeCategory {
  if (dtype === 'bool') return 'bool';
  if (dtype.startsWith('complex')) return 'complex';
  return dtype.includes('float') ? 'float' : 'int';
}

/** The type of the elements as they are stored: that of the parts of a complex number. */
export function storedDtype(dtype: TorchDtype): Exclude<DataType, 'string'> {
  if (dtype === 'complex64') return 'float32';
  return dtype === 'complex128' ? 'float64' : dtype;
}

/** The type of a real tensor with elements of a stored type. */
export function dtypeOfStored(dtype: DataType | undefined): TorchDtype {
  return dtype === undefined || dtype === 'string' ? 'float32' : dtype;
}

/** The type to which two types of operands with the same priority are promoted. */
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

/** What an operand contributes to a promotion: tensors with axes go before those without, and these before Python numbers. */
export interface PromotedOperand {
  readonly dtype: TorchDtype;
  readonly priority: 'tensor' | 'scalarTensor' | 'number';
}

/** The type that torch computes in: that of the operands of the highest priority, unless others are of a higher category. */
export function promotedDtype(operands: readonly PromotedOperand[]): TorchDtype {
  const [tensor, scalarTensor, number] = (['tensor', 'scalarTensor', 'number'] as const).map((priority) =>
    operands.filter((operand) => operand.priority === priority).map(({ dtype }) => dtype),
  );
  const results = [tensor, scalarTensor, number].map((dtypes = []) =>
    dtypes.length === 0 ? undefined : dtypes.reduce((left, right) => promoteDtypes(left, right)),
  );
  return results.reduce((left, right) => combine(left, right)) ?? 'float32';
}

/** Of a lower priority only a higher category counts. */
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
  // Half and bfloat16 have no common type but float32.
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

/** The types by the numbers that TorchScript has for them. */
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

/** The type with a number of `c10::ScalarType`; `undefined` for one that no graph can hold. */
export function scalarTypeOf(number: number): TorchDtype | undefined {
  return scalarTypes.get(number);
}

/** A type by its name in torch; `undefined` for one that no graph can hold. */
export function torchDtypeOf(name: string): TorchDtype | undefined {
  for (const dtype of scalarTypes.values()) if (dtype === name) return dtype;
  return undefined;
}

/** The number of `c10::ScalarType` of a type. */
export function scalarTypeNumber(dtype: TorchDtype): number {
  return [...scalarTypes].find(([, type]) => type === dtype)?.[0] ?? -1;
}
