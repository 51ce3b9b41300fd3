import type { TorchValue } from '../../values/value.ts';
import { payForWalk } from '../../values/walk.ts';
import type { Builtin, BuiltinCall, BuiltinFamily } from './builtin.ts';
import { dictBuiltins } from './dicts.ts';
import { environmentBuiltins } from './environment.ts';
import { listBuiltins } from './lists.ts';
import { numberBuiltins } from './numbers.ts';
import { stringBuiltins } from './strings.ts';
import { tensorBuiltins } from './tensors.ts';

/** Functions of the same name are tried in this order; the types of their arguments decide. */
const families: readonly BuiltinFamily[] = [
  numberBuiltins,
  listBuiltins,
  dictBuiltins,
  stringBuiltins,
  tensorBuiltins,
  environmentBuiltins,
];

const builtins = collect();

function collect(): ReadonlyMap<string, readonly Builtin[]> {
  const found = new Map<string, Builtin[]>();
  for (const family of families) {
    for (const [name, builtin] of Object.entries(family)) found.set(name, [...(found.get(name) ?? []), builtin]);
  }
  return found;
}

/** Functions that read at most one element of their arguments. */
const atOnce: ReadonlySet<string> = new Set(['append', 'len', '__getitem__', '_set_item', 'get', 'setdefault']);

/**
 * Computes a function on Python values; `undefined` if there is none with this name for these arguments. Throws `OperatorError` where
 * Python would raise an exception.
 */
export function callBuiltin(name: string, call: BuiltinCall): TorchValue | undefined {
  const found = builtins.get(name) ?? [];
  if (found.length > 0 && !atOnce.has(name)) payForWalk([...call.args, ...call.keywords.values()], call.tracer.budget);
  for (const builtin of found) {
    const result = builtin(call);
    if (result !== undefined) return result;
  }
  return undefined;
}
