import { ncnnError } from '../../../diagnostics/diagnostic.ts';
import type { PickleValue } from './pickleValue.ts';

/** Maximum nesting of a pickle; each nested module takes two levels. */
const maxDepth = 1000;

/** Rejects a value that contains itself, or that is nested too deeply for recursive code. Throws `NcnnError`. */
export function checkNesting(root: PickleValue, file: string): void {
  const open = new Set<PickleValue>();
  const finished = new Set<PickleValue>();
  const pending: { readonly value: PickleValue; readonly isEnd: boolean }[] = [{ value: root, isEnd: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, isEnd } = next;
    if (isEnd) {
      open.delete(value);
      finished.add(value);
      continue;
    }
    if (finished.has(value)) continue;
    if (open.has(value)) throw refusal('a value of the pickle contains itself', file);
    const parts = partsOf(value);
    if (parts.length === 0) continue;
    open.add(value);
    if (open.size > maxDepth) throw refusal(`the pickle is nested deeper than ${maxDepth} levels`, file);
    pending.push({ value, isEnd: true });
    for (const part of parts) pending.push({ value: part, isEnd: false });
  }
}

function refusal(message: string, file: string): Error {
  return ncnnError('limit-exceeded', message, 'Save the model again with torch, without such values.', { file });
}

function partsOf(value: PickleValue): readonly PickleValue[] {
  switch (value.kind) {
    case 'tuple':
    case 'list':
      return value.elements;
    case 'dict':
      return value.entries.flat();
    case 'object':
      return value.state === undefined ? value.argumentList : [...value.argumentList, value.state];
    default:
      return [];
  }
}
