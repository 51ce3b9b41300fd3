import { OperatorError } from '../../../../graph/ir/operator.ts';
import { boolValue, describeValue, floatValue, intValue, listValue, none, stringValue, type TorchValue } from '../../values/value.ts';
import { type Builtin, type BuiltinFamily, entriesPerValue, reserve, sequenceElements } from './builtin.ts';

type DictKey = string | number | boolean;
type DictEntries = Map<DictKey, TorchValue>;

/** A value as a dict key. Throws `OperatorError` for tensors and other values that are not keys. */
export function dictKey(value: TorchValue | undefined): DictKey {
  if (value?.kind === 'string' || value?.kind === 'bool' || value?.kind === 'float') return value.value;
  if (value?.kind === 'int') return Number(value.value);
  throw new OperatorError('unsupported', `a dict cannot have ${value === undefined ? 'nothing' : describeValue(value)} as a key`);
}

function keyValue(key: DictKey): TorchValue {
  if (typeof key === 'string') return stringValue(key);
  if (typeof key === 'boolean') return boolValue(key);
  return Number.isInteger(key) ? intValue(key) : floatValue(key);
}

function ofDict(compute: (entries: DictEntries, args: readonly TorchValue[], dict: TorchValue) => TorchValue): Builtin {
  return ({ args }) => {
    const [dict] = args;
    return dict?.kind === 'dict' ? compute(dict.entries, args.slice(1), dict) : undefined;
  };
}

/** A function from all entries of a dict to a list or dict. */
function ofEntries(compute: (entries: DictEntries) => TorchValue): Builtin {
  return (call) => {
    const [dict] = call.args;
    if (dict?.kind !== 'dict') return undefined;
    reserve(call, dict.entries.size, 3 * entriesPerValue * dict.entries.size);
    return compute(dict.entries);
  };
}

function entryOf(entries: DictEntries, key: TorchValue | undefined): TorchValue {
  const entryKey = dictKey(key);
  const value = entries.get(entryKey);
  if (value === undefined) throw new OperatorError('invalid', `the dict has no key ${JSON.stringify(entryKey)}`);
  return value;
}

/** Functions of dicts, whose keys are strings, numbers or bools. */
export const dictBuiltins: BuiltinFamily = {
  len: ofDict((entries) => intValue(entries.size)),
  keys: ofEntries((entries) => listValue([...entries.keys()].map(keyValue))),
  values: ofEntries((entries) => listValue([...entries.values()])),
  items: ofEntries((entries) => listValue([...entries].map(([key, value]) => ({ kind: 'tuple', elements: [keyValue(key), value] })))),
  __getitem__: ofDict((entries, [key]) => entryOf(entries, key)),
  get: ofDict((entries, [key, missing = none]) => entries.get(dictKey(key)) ?? missing),
  __contains__: ofDict((entries, [key]) => boolValue(entries.has(dictKey(key)))),
  _set_item: ofDict((entries, [key, value = none], dict) => {
    entries.set(dictKey(key), value);
    return dict;
  }),
  setdefault: ofDict((entries, [key, value = none]) => {
    const known = entries.get(dictKey(key)) ?? value;
    entries.set(dictKey(key), known);
    return known;
  }),
  pop: ofDict((entries, [key, missing]) => {
    const value = missing === undefined ? entryOf(entries, key) : (entries.get(dictKey(key)) ?? missing);
    entries.delete(dictKey(key));
    return value;
  }),
  Delete: ofDict((entries, [key]) => {
    entryOf(entries, key);
    entries.delete(dictKey(key));
    return none;
  }),
  update: ofDict((entries, [other]) => {
    if (other?.kind === 'dict') for (const [key, value] of other.entries) entries.set(key, value);
    return none;
  }),
  clear: ofDict((entries) => {
    entries.clear();
    return none;
  }),
  copy: ofEntries((entries) => ({ kind: 'dict', entries: new Map(entries) })),
  dict: (call) => {
    const [pairs] = call.args;
    const length = pairs?.kind === 'dict' ? pairs.entries.size : (sequenceElements(pairs)?.length ?? 0);
    reserve(call, length, 3 * entriesPerValue * length);
    if (pairs?.kind === 'dict') return { kind: 'dict', entries: new Map(pairs.entries) };
    const entries: DictEntries = new Map();
    for (const pair of sequenceElements(pairs) ?? []) {
      const [key, value = none] = sequenceElements(pair) ?? [];
      entries.set(dictKey(key), value);
    }
    return { kind: 'dict', entries };
  },
};
