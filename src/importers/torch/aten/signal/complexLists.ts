import { storedDtype } from '../../values/dtype.ts';
import { TracedTensor } from '../../values/tensor.ts';
import { listValue, type TorchValue, tensorValue } from '../../values/value.ts';
import type { AtenCall } from '../call.ts';
import type { ConvertCall } from '../operator.ts';
import { complexParts, joinedParts } from './complexParts.ts';

/**
 * A rule for a list of tensors that only moves elements. If one of them is complex, the rule is applied to the real parts and to the
 * imaginary parts.
 *
 * @param name the parameter with the list
 */
export function withComplexLists(name: string, convert: (call: AtenCall) => string): ConvertCall {
  return (call) => {
    const list = call.argument(name);
    const elements = list.kind === 'list' || list.kind === 'tuple' ? list.elements : [];
    if (!elements.some(isComplex)) return convert(call);
    const pairs = elements.map((element) => (isComplex(element) ? partsOf(call, element) : [element, zeroOf(call, element)]));
    const results = [0, 1].map((part) => convert(call.with(name, listValue(pairs.flatMap((pair) => pair[part] ?? [])))));
    return call.complexResult(joinedParts(call, results));
  };
}

function isComplex(value: TorchValue): boolean {
  return value.kind === 'tensor' && storedDtype(value.tensor.dtype) !== value.tensor.dtype;
}

function partsOf(call: AtenCall, value: TorchValue): readonly TorchValue[] {
  if (value.kind !== 'tensor') return [];
  const dtype = storedDtype(value.tensor.dtype);
  return complexParts(call, value.tensor.value).map((part) => tensorValue(TracedTensor.of(part, dtype)));
}

/** The imaginary part of a real tensor. */
function zeroOf(call: AtenCall, value: TorchValue): TorchValue {
  if (value.kind !== 'tensor') return value;
  const { value: real, dtype } = value.tensor;
  const zero = call.emit('Expand', [call.scalarLike(0, real), call.sizeVector(call.sizeArguments(real))]);
  return tensorValue(TracedTensor.of(zero, dtype));
}
