import type { Shape } from '../../../graph/ir/dimension.ts';
import { sameShape } from '../../../graph/ir/dimension.ts';
import type { Tensor } from '../../../graph/ir/tensor.ts';
import type { TorchDtype } from '../values/dtype.ts';
import type { TorchValue } from '../values/value.ts';
import { areEqual } from './builtins/equality.ts';

/** The initial value of an attribute that `forward` writes. */
export type ScriptState =
  /** A tensor that the caller keeps between two runs. */
  | { readonly kind: 'input'; readonly dtype: TorchDtype; readonly shape: Shape }
  /** A tensor that does not depend on the inputs. */
  | { readonly kind: 'constant'; readonly dtype: TorchDtype; readonly tensor: Tensor }
  /** A Python value: its value after the first run. */
  | { readonly kind: 'value'; readonly value: TorchValue };

/** The states merged with those of another run; the same map if nothing changed. States are never removed. */
export function mergeStates(
  known: ReadonlyMap<string, ScriptState>,
  found: ReadonlyMap<string, ScriptState>,
): ReadonlyMap<string, ScriptState> {
  const changed = [...found].filter(([path, state]) => {
    const before = known.get(path);
    return before === undefined || !isSameState(before, state);
  });
  return changed.length === 0 ? known : new Map([...known, ...changed]);
}

function isSameState(left: ScriptState, right: ScriptState): boolean {
  if (left.kind === 'input') return right.kind === 'input' && left.dtype === right.dtype && sameShape(left.shape, right.shape);
  if (left.kind === 'constant') return right.kind === 'constant' && isSameTensor(left.tensor, right.tensor);
  return right.kind === 'value' && areEqual(left.value, right.value) === true;
}

function isSameTensor(left: Tensor, right: Tensor): boolean {
  if (left === right) return true;
  if (left.dtype !== right.dtype || !sameShape(left.shape, right.shape)) return false;
  const [a, b] = [left.bytes(), right.bytes()];
  return a.every((byte, index) => byte === b[index]);
}
