import type { Asset } from '../hosts/host.ts';

/** How many versions of one import are kept: an open page may still request the previous one. */
const states = 2;

/** The files of a development server, by their path below its route. */
export interface ServedAssets {
  /** Makes the file of a module available; returns its path. */
  readonly add: (id: string, asset: Asset) => string;
  readonly get: (place: string) => Asset | undefined;
}

/** Maximum number of modules whose files are kept, because requests can ask for any number of variations of a model. */
const maxModules = 256;

export function createServedAssets(): ServedAssets {
  const placesOf = new Map<string, readonly string[]>();
  const assets = new Map<string, Asset>();
  return {
    add: (id, asset) => {
      const { hash, name, extension } = asset;
      const place = `${encodeURIComponent(hash)}/${encodeURIComponent(name)}${extension}`;
      const places = [place, ...(placesOf.get(id) ?? []).filter((other) => other !== place)];
      placesOf.delete(id);
      placesOf.set(id, places.slice(0, states));
      const dropped = [...places.slice(states)];
      for (const [other, others] of placesOf) {
        if (placesOf.size <= maxModules) break;
        placesOf.delete(other);
        for (const entry of others) dropped.push(entry);
      }
      assets.set(place, asset);
      const used = new Set([...placesOf.values()].flat());
      for (const old of dropped) if (!used.has(old)) assets.delete(old);
      return place;
    },
    get: (place) => assets.get(place),
  };
}
