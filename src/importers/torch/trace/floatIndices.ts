import type { GraphIndex } from '../../../graph/ir/graphIndex.ts';
import { isInteger } from '../../../graph/ir/tensor.ts';

/** Those of the inputs that the program reads as indices although they are floats. */
export function floatIndices(index: GraphIndex, inputs: readonly string[]): ReadonlySet<string> {
  const pending = Array.from(index.nodes.entries(), ({ node }) => {
    const value = node.operator === 'Gather' ? node.inputs[1] : undefined;
    return value !== undefined && !isInteger(index.typeOf(value)?.dtype ?? 'int64') ? value : '';
  });
  const found = new Set<string>();
  // The operands of indices are integers as well: torch would not accept them otherwise.
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (inputs.includes(value)) found.add(value);
    else for (const input of index.producer(value)?.inputs.slice(0, 1) ?? []) pending.push(input);
  }
  return found;
}
