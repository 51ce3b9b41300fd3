import type { TorchDtype } from './dtype.ts';
import type { TracedTensor } from './tensor.ts';

/** A value of a PyTorch program while it is traced. */
export type TorchValue =
  | { readonly kind: 'tensor'; readonly tensor: TracedTensor }
  | IntValue
  | DimensionValue
  | FloatValue
  | BoolValue
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'none' }
  | ListValue
  | { readonly kind: 'tuple'; readonly elements: readonly TorchValue[] }
  | { readonly kind: 'dict'; readonly entries: Map<string | number | boolean, TorchValue> }
  | { readonly kind: 'dtype'; readonly dtype: TorchDtype }
  | { readonly kind: 'device'; readonly device: string }
  | { readonly kind: 'memoryFormat'; readonly format: 'contiguous' | 'preserve' | 'channelsLast' | 'channelsLast3d' }
  | { readonly kind: 'layout'; readonly layout: string }
  | ObjectValue
  | FailedValue;

/** An integer; a bigint only beyond 2^53. */
export interface IntValue {
  readonly kind: 'int';
  readonly value: number | bigint;
}

/** A dynamic integer. */
export interface DimensionValue {
  readonly kind: 'dimension';
  /** A symbol, or an expression over symbols. */
  readonly dimension: string;
  /** The int64 scalar of the graph that contains it. */
  readonly value: string;
}

export interface FloatValue {
  readonly kind: 'float';
  readonly value: number;
}

export interface BoolValue {
  readonly kind: 'bool';
  readonly value: boolean;
}

/** A list, which programs may append to. */
export interface ListValue {
  readonly kind: 'list';
  readonly elements: TorchValue[];
}

/** An instance of a class: a module, a named tuple. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly type: string;
  readonly attributes: Map<string, TorchValue>;
}

/**
 * The result of a failed call. Calls that read it fail silently, because the cause is already reported. A result that cannot be computed
 * but that programs usually do not read has a `reason`, which is reported once it is read.
 */
export interface FailedValue {
  readonly kind: 'failed';
  readonly reason?: string;
}

export type ValueKind = TorchValue['kind'];

export const none: TorchValue = { kind: 'none' };
export const failed: FailedValue = { kind: 'failed' };

export function tensorValue(tensor: TracedTensor): TorchValue {
  return { kind: 'tensor', tensor };
}

/** An integer, as a number if that is exact. */
export function intValue(value: number | bigint): IntValue {
  const number = Number(value);
  return { kind: 'int', value: Number.isSafeInteger(number) ? number : value };
}

export function floatValue(value: number): FloatValue {
  return { kind: 'float', value };
}

export function boolValue(value: boolean): BoolValue {
  return { kind: 'bool', value };
}

export function stringValue(value: string): TorchValue {
  return { kind: 'string', value };
}

export function listValue(elements: readonly TorchValue[]): ListValue {
  return { kind: 'list', elements: [...elements] };
}

/** Whether a value, or a part of it, comes from a failed call. */
export function hasFailed(value: TorchValue): boolean {
  switch (value.kind) {
    case 'failed':
      return true;
    case 'list':
    case 'tuple':
      return value.elements.some(hasFailed);
    case 'dict':
      return [...value.entries.values()].some(hasFailed);
    default:
      return false;
  }
}

/** Why values cannot be read, if that was not reported yet. */
export function unreportedReason(values: readonly TorchValue[]): string | undefined {
  for (const value of values) {
    if (value.kind === 'failed' && value.reason !== undefined) return value.reason;
    const inner = unreportedReason(partsOfValue(value));
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function partsOfValue(value: TorchValue): readonly TorchValue[] {
  if (value.kind === 'list' || value.kind === 'tuple') return value.elements;
  return value.kind === 'dict' ? [...value.entries.values()] : [];
}

/** A value in the notation of messages: `int 3`, `a list of 2 values`. */
export function describeValue(value: TorchValue): string {
  switch (value.kind) {
    case 'int':
    case 'float':
    case 'bool':
      return `${value.kind} ${value.value}`;
    case 'string':
      return JSON.stringify(value.value);
    case 'dimension':
      return `size ${value.dimension}`;
    case 'list':
    case 'tuple':
      return `a ${value.kind} of ${value.elements.length} values`;
    case 'none':
      return 'None';
    default:
      return `a ${value.kind}`;
  }
}
