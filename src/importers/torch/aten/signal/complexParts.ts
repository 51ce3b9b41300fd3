import type { CallGraph } from '../callGraph.ts';

/** The real and the imaginary part of a complex value, whose numbers are on its last axis. */
export function complexParts(call: CallGraph, value: string): readonly [real: string, imaginary: string] {
  const axis = call.rankOf(value) - 1;
  const pick = (index: number): string => call.emit('Gather', [value, call.scalar(index, 'int64')], { axis });
  return [pick(0), pick(1)];
}

/** A complex value from its real and its imaginary part. */
export function joinedParts(call: CallGraph, parts: readonly string[]): string {
  const axis = call.rankOf(parts[0] ?? '');
  return call.emit(
    'Concat',
    parts.map((part) => call.unsqueeze(part, [axis])),
    { axis },
  );
}
