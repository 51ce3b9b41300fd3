import type { Graph } from './graph.ts';

/** Finds the node of a graph that a name belongs to, by its place. Nodes made of another one are named after it, with a slash between. */
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
