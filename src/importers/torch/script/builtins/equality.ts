import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { TorchValue } from '../../values/value.ts';

/**
 * Whether two values are equal in Python; `undefined` for tensors and dynamic sizes, whose comparison is part of the graph. Throws
 * `OperatorError` for lists that contain them.
 */
export function areEqual(left: TorchValue, right: TorchValue): boolean | undefined {
  if (isComputed(left) || isComputed(right)) {
    return left.kind === 'none' || right.kind === 'none' ? left.kind === right.kind : undefined;
  }
  if ((left.kind === 'list' || left.kind === 'tuple') && left.kind === right.kind) {
    if (left.elements.length !== right.elements.length) return false;
    return left.elements.every((element, index) => {
      const other = right.elements[index];
      return other !== undefined && mustBeEqual(element, other);
    });
  }
  if (left.kind === 'object' && right.kind === 'object') return left === right || isSameMember(left, right);
  return plainOf(left) === plainOf(right);
}

function mustBeEqual(left: TorchValue, right: TorchValue): boolean {
  const equal = areEqual(left, right);
  if (equal === undefined) throw new OperatorError('unsupported', 'the comparison needs list values that are computed when the net runs');
  return equal;
}

function isComputed(value: TorchValue): boolean {
  return value.kind === 'tensor' || value.kind === 'dimension';
}

/** Members of an Enum are equal if their values are. */
function isSameMember(left: Extract<TorchValue, { kind: 'object' }>, right: Extract<TorchValue, { kind: 'object' }>): boolean {
  const [a, b] = [left.attributes.get('value'), right.attributes.get('value')];
  return left.type === right.type && a !== undefined && b !== undefined && areEqual(a, b) === true;
}

/** A value for comparison with `===`: 1, 1.0 and True are equal in Python. */
function plainOf(value: TorchValue): unknown {
  switch (value.kind) {
    case 'int':
    case 'float':
    case 'bool':
      return typeof value.value === 'bigint' ? value.value : Number(value.value);
    case 'string':
      return `"${value.value}`;
    case 'none':
      return null;
    case 'device':
      return `device ${value.device}`;
    case 'dtype':
      return `dtype ${value.dtype}`;
    default:
      return value;
  }
}
