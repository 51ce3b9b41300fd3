import { producersOf } from '../../deadCode.ts';
import type { Layer, Net } from '../../net.ts';

/** The order in which ncnn runs layers. */
export interface Execution {
  readonly layers: readonly Layer[];
  /**
   * For each layer, the position of the first layer that runs for it. The layers that run for a layer are contiguous and directly before
   * it.
   */
  readonly starts: readonly number[];
}

/**
 * The order in which ncnn runs the layers when the outputs are extracted one after the other: inputs first, layers that no output needs
 * last.
 */
export function executionOf({ layers, outputs }: Net): Execution {
  const producers = producersOf(layers);
  const inputs = layers.filter(({ type }) => type === 'Input');
  const ordered: Layer[] = [];
  const startOf = new Map<Layer, number>();
  const enter = (layer: Layer): boolean => {
    if (startOf.has(layer)) return false;
    startOf.set(layer, ordered.length);
    return true;
  };
  const bottomsOf = ({ bottoms }: Layer): readonly (Layer | undefined)[] => bottoms.map((bottom) => producers.get(bottom));
  const roots = outputs.flatMap((output) => producers.get(output) ?? []);
  for (const root of [...inputs, ...roots, ...layers]) depthFirst(root, bottomsOf, enter, (layer) => ordered.push(layer));
  return { layers: ordered, starts: ordered.map((layer) => startOf.get(layer) ?? 0) };
}

/** The layers in the order of {@link executionOf}. */
export function executionOrder(net: Net): readonly Layer[] {
  return executionOf(net).layers;
}

/**
 * Visits each node after the nodes that it reads. `enter` returns whether a node still has to be visited. Uses an explicit stack, because a
 * net can be deeper than the call stack.
 */
export function depthFirst<T>(
  root: T,
  bottomsOf: (node: T) => readonly (T | undefined)[],
  enter: (node: T) => boolean,
  visit: (node: T) => void,
): void {
  if (!enter(root)) return;
  const stack = [{ node: root, bottoms: bottomsOf(root), next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.next === top.bottoms.length) {
      visit(top.node);
      stack.pop();
      continue;
    }
    const bottom = top.bottoms[top.next++];
    if (bottom !== undefined && enter(bottom)) stack.push({ node: bottom, bottoms: bottomsOf(bottom), next: 0 });
  }
}
