import type { Graph } from './graph.ts';

/**
 * Finds the source node that a name belongs to and returns its index. Nodes derived from another node are named after it, followed by a
 * slash.
 */
export function originIn({ nodes }: Graph): (name: string) => number | undefined {
  const places = new Map(nodes.map(({ name }, place) => [name, place]));
  return (name) => {
    for (let length = name.length; length > 0; length = name.lastIndexOf('/', length - 1)) {
      const place = places.get(name.slice(0, length));
      if (place !== undefined) return place;
    }
    return undefined;
  };
}
