import type { TracedOutput } from '../trace/tracer.ts';
import type { TorchValue } from '../values/value.ts';

/**
 * The tensors in the result of `forward` with their names: `out0` … by position in tuples and lists, or the path of keys if it contains a
 * dict. Numbers and strings are ignored.
 */
export function resultLeaves(result: TorchValue): readonly TracedOutput[] {
  const leaves = leavesOf(result, []);
  return leaves.map(({ path, tensor }, place) => ({
    name: path.every((key) => typeof key === 'number') ? `out${place}` : path.join('.'),
    tensor,
  }));
}

interface ResultLeaf {
  /** Positions in tuples and lists are numbers, keys of dicts are strings. */
  readonly path: readonly (string | number)[];
  readonly tensor: TracedOutput['tensor'];
}

function leavesOf(value: TorchValue, path: readonly (string | number)[]): readonly ResultLeaf[] {
  switch (value.kind) {
    case 'tensor':
      return [{ path, tensor: value.tensor }];
    case 'list':
    case 'tuple':
      return value.elements.flatMap((element, place) => leavesOf(element, [...path, place]));
    case 'dict':
      return [...value.entries].flatMap(([key, entry]) => leavesOf(entry, [...path, String(key)]));
    default:
      return [];
  }
}
