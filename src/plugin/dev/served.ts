import type { Asset } from '../hosts/host.ts';

/** How many states of one import are kept: the one before the newest may still be asked for by a page that is open. */
const states = 2;

/** The files that a development server has, by their place below its route. */
export interface ServedAssets {
  /** Makes the file of a module available; gives its place. */
  readonly add: (id: string, asset: Asset) => string;
  readonly get: (place: string) => Asset | undefined;
}

export function createServedAssets(): ServedAssets {
  const placesOf = new Map<string, readonly string[]>();
  const assets = new Map<string, Asset>();
  return {
    add: (id, asset) => {
      const { hash, name, extension } = asset;
      const place = `${encodeURIComponent(hash)}/${encodeURIComponent(name)}${extension}`;
      const places = [place, ...(placesOf.get(id) ?? []).filter((other) => other !== place)];
      placesOf.set(id, places.slice(0, states));
      assets.set(place, asset);
      const wanted = new Set([...placesOf.values()].flat());
      for (const old of places.slice(states)) if (!wanted.has(old)) assets.delete(old);
      return place;
    },
    get: (place) => assets.get(place),
  };
}
