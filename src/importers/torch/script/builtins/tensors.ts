import { elementCount, isStatic } from '../../../../graph/ir/dimension.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import { categoryOf, scalarTypeNumber, scalarTypeOf, storedDtype, type TorchDtype } from '../../values/dtype.ts';
import { TracedTensor } from '../../values/tensor.ts';
import { boolValue, describeValue, intValue, listValue, none, stringValue, type TorchValue, tensorValue } from '../../values/value.ts';
import { type Builtin, type BuiltinCall, type BuiltinFamily, checkLength, knownInteger, positionIn, sequenceElements } from './builtin.ts';
import { isNumber } from './numbers.ts';

/** A function of the known properties of a tensor. */
function ofTensor(compute: (tensor: TracedTensor, call: BuiltinCall) => TorchValue | undefined): Builtin {
  return (call) => {
    const [value] = call.args;
    return value?.kind === 'tensor' ? compute(value.tensor, call) : undefined;
  };
}

function rankOf(tensor: TracedTensor, { tracer }: BuiltinCall): number {
  const shape = tracer.shapeOf(tensor);
  if (shape === undefined) throw new OperatorError('shape', 'the rank of the tensor is unknown');
  return shape.length;
}

function sizeAt(tensor: TracedTensor, axis: number, { tracer }: BuiltinCall): TorchValue {
  const size = tracer.shapeOf(tensor)?.[axis];
  if (typeof size === 'number') return intValue(size);
  const [result = none] = tracer.call('aten.sym_size.int', [tensorValue(tensor), intValue(axis)]);
  return result;
}

function sizes(tensor: TracedTensor, call: BuiltinCall): TorchValue {
  const rank = rankOf(tensor, call);
  const [, axis] = call.args;
  const dim = axis ?? call.keywords.get('dim');
  if (dim === undefined) return listValue(Array.from({ length: rank }, (_, index) => sizeAt(tensor, index, call)));
  return sizeAt(tensor, positionIn(rank, dim, 'a shape'), call);
}

/** The number in a tensor, or the tensor itself if it is dynamic; code that needs the number reports that. */
function numberIn(
  value: TorchValue | undefined,
  kind: 'int' | 'float' | 'bool' | undefined,
  { tracer }: BuiltinCall,
): TorchValue | undefined {
  if (value === undefined) return undefined;
  if (isNumber(value)) return kind === undefined ? value : tracer.compute(kind, [value]);
  if (value.kind === 'none' && kind === undefined) return value;
  if (value.kind === 'string' && kind !== undefined) return parseNumber(value.value, kind);
  if (value.kind !== 'tensor') return undefined;
  const number = tracer.numberOf(value.tensor);
  if (number === undefined) return value;
  return kind === undefined ? number : tracer.compute(kind, [number]);
}

function parseNumber(text: string, kind: 'int' | 'float' | 'bool'): TorchValue {
  if (kind === 'bool') return boolValue(text !== '');
  const words: Readonly<Record<string, number>> = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY, nan: Number.NaN };
  const value = words[text] ?? Number(text);
  if (Number.isNaN(value) && text !== 'nan') throw new OperatorError('invalid', `the text ${JSON.stringify(text)} is not a number`);
  return kind === 'int' ? intValue(Math.trunc(value)) : { kind: 'float', value };
}

/** `tensor([[1, 2], [3, 4]])`: numbers in lists. */
function makeTensor(call: BuiltinCall): TorchValue | undefined {
  const [data] = call.args;
  const dtype = dtypeArgument(call.args[1] ?? call.keywords.get('dtype'));
  if (data === undefined) return undefined;
  if (data.kind === 'tensor') return dtype === undefined ? data : castTensor(data, dtype, call);
  if (data.kind === 'dimension') return castTensor(tensorValue(TracedTensor.of(data.value, 'int64')), dtype ?? 'int64', call);
  const values: TorchValue[] = [];
  const shape = flatten(data, values, 0);
  if (values.some(({ kind }) => kind === 'dimension' || kind === 'tensor')) return stackNumbers(values, shape, dtype, call);
  const stored = dtype ?? naturalDtype(values);
  const numbers = values.map((value) =>
    value.kind === 'int' || value.kind === 'float' || value.kind === 'bool' ? value.value : Number.NaN,
  );
  return tensorValue(call.tracer.constant('tensor', tensorOf(numbers, shape, stored), stored));
}

function naturalDtype(values: readonly TorchValue[]): TorchDtype {
  if (values.some(({ kind }) => kind === 'float') || values.length === 0) return 'float32';
  return values.every(({ kind }) => kind === 'bool') ? 'bool' : 'int64';
}

function flatten(value: TorchValue, values: TorchValue[], depth: number): readonly number[] {
  const elements = sequenceElements(value);
  if (elements === undefined) {
    values.push(value);
    checkLength(values.length);
    return [];
  }
  const shapes = elements.map((element) => flatten(element, values, depth + 1));
  const [first = []] = shapes;
  if (shapes.some((shape) => shape.join() !== first.join()))
    throw new OperatorError('invalid', 'the rows of a tensor have different lengths');
  return [elements.length, ...first];
}

/** Numbers of which some are dynamic become the entries of a tensor. */
function stackNumbers(
  values: readonly TorchValue[],
  shape: readonly number[],
  dtype: TorchDtype | undefined,
  call: BuiltinCall,
): TorchValue {
  const parts = values.map((value) => makeTensor({ ...call, args: [value], keywords: new Map() }) ?? none);
  const [stacked = none] = call.tracer.call('aten.stack.default', [listValue(parts)]);
  const [shaped = none] = call.tracer.call('aten.reshape.default', [stacked, listValue(shape.map(intValue))]);
  return dtype === undefined ? shaped : castTensor(shaped, dtype, call);
}

function castTensor(value: TorchValue, dtype: TorchDtype, { tracer }: BuiltinCall): TorchValue {
  if (value.kind === 'tensor' && value.tensor.dtype === dtype) return value;
  const [result = none] = tracer.callOverloaded('aten.to', [value, { kind: 'dtype', dtype }]);
  return result;
}

function tensorOf(numbers: readonly (number | bigint | boolean)[], shape: readonly number[], dtype: TorchDtype): Tensor {
  if (categoryOf(dtype) === 'complex') throw new OperatorError('unsupported', 'a complex tensor cannot be created from a list');
  if (dtype === 'int64')
    return Tensor.int64(
      numbers.map((value) => BigInt(value)),
      shape,
    );
  const floats = Tensor.of('float64', shape, Float64Array.from(numbers, Number));
  if (dtype === 'float64') return floats;
  if (dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16')
    return Tensor.of(dtype, shape, Float32Array.from(numbers, Number));
  if (dtype === 'bool')
    return Tensor.of(
      'bool',
      shape,
      Uint8Array.from(numbers, (value) => Number(Number(value) !== 0)),
    );
  if (dtype === 'int32') return Tensor.of('int32', shape, Int32Array.from(numbers, Number));
  throw new OperatorError('unsupported', `a tensor of ${dtype} cannot be created from a list`);
}

/** An element type, which TorchScript represents by its number. */
function dtypeArgument(value: TorchValue | undefined): TorchDtype | undefined {
  if (value === undefined || value.kind === 'none') return undefined;
  const dtype = value.kind === 'dtype' ? value.dtype : scalarTypeOf(knownInteger(value, 'the dtype'));
  if (dtype === undefined) throw new OperatorError('unsupported', `the dtype ${describeValue(value)} is not supported`);
  return dtype;
}

/** The numbers of a constant tensor as lists. */
function toList(tensor: TracedTensor, { tracer }: BuiltinCall): TorchValue {
  const constant = tracer.constantOf(tensor);
  const shape = tracer.shapeOf(tensor);
  if (constant === undefined || shape === undefined || !isStatic(shape)) {
    throw new OperatorError('unsupported', 'the elements of the tensor are computed when the net runs, so they cannot become a list');
  }
  checkLength(elementCount(shape));
  const numbers: Iterable<string | number | bigint> = constant.values();
  let values: readonly TorchValue[] = Array.from(numbers, (value): TorchValue => {
    if (typeof value === 'bigint') return intValue(value);
    const number = Number(value);
    if (constant.dtype === 'bool') return boolValue(number !== 0);
    return categoryOf(tensor.dtype) === 'int' ? intValue(number) : { kind: 'float', value: number };
  });
  for (const size of shape.toReversed()) {
    if (size === 0) return listValue([]);
    values = Array.from({ length: values.length / size }, (_, row) => listValue(values.slice(row * size, (row + 1) * size)));
  }
  return values[0] ?? none;
}

/** A Python number as a tensor of rank 0. */
function numberToTensor({ args: [value], tracer }: BuiltinCall): TorchValue | undefined {
  if (value?.kind === 'dimension') return tensorValue(TracedTensor.of(value.value, 'int64'));
  if (value === undefined || !isNumber(value)) return value?.kind === 'tensor' ? value : undefined;
  const dtype = naturalDtype([value]);
  const number = value.kind === 'int' || value.kind === 'float' || value.kind === 'bool' ? value.value : 0;
  return tensorValue(tracer.constant('number', tensorOf([number], [], dtype), storedDtype(dtype)));
}

/** Functions of tensor properties, numbers in tensors, and tensors of numbers. */
export const tensorBuiltins: BuiltinFamily = {
  size: ofTensor(sizes),
  shape: ofTensor(sizes),
  dim: ofTensor((tensor, call) => intValue(rankOf(tensor, call))),
  ndimension: ofTensor((tensor, call) => intValue(rankOf(tensor, call))),
  len: ofTensor((tensor, call) => sizeAt(tensor, 0, call)),
  numel: ofTensor((tensor, call) => {
    const all = Array.from({ length: rankOf(tensor, call) }, (_, axis) => sizeAt(tensor, axis, call));
    return all.reduce((left, right) => call.tracer.compute('mul', [left, right]), intValue(1));
  }),
  dtype: ofTensor((tensor) => intValue(scalarTypeNumber(tensor.dtype))),
  is_floating_point: ofTensor((tensor) => boolValue(categoryOf(tensor.dtype) === 'float')),
  is_complex: ofTensor((tensor) => boolValue(categoryOf(tensor.dtype) === 'complex')),
  is_signed: ofTensor((tensor) => boolValue(tensor.dtype !== 'bool' && !tensor.dtype.startsWith('uint'))),
  is_contiguous: ofTensor(() => boolValue(true)),
  item: (call) => numberIn(call.args[0], undefined, call),
  ScalarImplicit: (call) => numberIn(call.args[0], undefined, call),
  IntImplicit: (call) => numberIn(call.args[0], 'int', call),
  FloatImplicit: (call) => numberIn(call.args[0], 'float', call),
  Int: (call) => numberIn(call.args[0], 'int', call),
  Float: (call) => numberIn(call.args[0], 'float', call),
  Bool: (call) => numberIn(call.args[0], 'bool', call),
  tensor: makeTensor,
  as_tensor: makeTensor,
  scalar_tensor: makeTensor,
  tolist: ofTensor(toList),
  NumToTensor: numberToTensor,
  type: ({ args: [value] }) => (value?.kind === 'device' ? stringValue(value.device.replace(/:.*/, '')) : undefined),
};
