import type { ScalarType } from './scalarType.ts';
import type { StoredTensor, TensorStorage } from './storedTensor.ts';

/** A value of a pickle. Lists, dicts and objects may occur in several places. */
export type PickleValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'complex'; readonly real: number; readonly imaginary: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tuple'; readonly elements: readonly PickleValue[] }
  | PickleList
  | PickleDict
  | PickleObject
  | { readonly kind: 'class'; readonly name: string }
  | { readonly kind: 'dtype'; readonly type: ScalarType }
  | { readonly kind: 'device'; readonly name: string }
  | { readonly kind: 'storage'; readonly storage: TensorStorage; readonly type: ScalarType | undefined }
  | { readonly kind: 'tensor'; readonly tensor: StoredTensor; readonly isParameter: boolean }
  /** A value that a converted model cannot contain: a quantized or sparse tensor. `what` is its name with the article. */
  | { readonly kind: 'unsupported'; readonly what: string };

export interface PickleList {
  readonly kind: 'list';
  readonly elements: PickleValue[];
}

export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: [PickleValue, PickleValue][];
}

/** An instance of a class. It is only inspected: no code of the class runs. */
export interface PickleObject {
  readonly kind: 'object';
  /** `__torch__.net.Net`, `collections.Counter`. */
  readonly className: string;
  /** The arguments of the constructor. */
  readonly argumentList: readonly PickleValue[];
  /** The state of the object, usually a dict of its attributes. */
  state: PickleValue | undefined;
}

/** The entries of a dict with string keys, or the attributes of an object; empty for other values. */
export function namedEntries(value: PickleValue | undefined): ReadonlyMap<string, PickleValue> {
  const dict = value?.kind === 'object' ? value.state : value;
  const entries = new Map<string, PickleValue>();
  if (dict?.kind !== 'dict') return entries;
  for (const [key, entry] of dict.entries) if (key.kind === 'string') entries.set(key.value, entry);
  return entries;
}
