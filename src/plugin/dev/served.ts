import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';

/** How many states of one import are kept: the one before the newest may still be asked for by a page that is open. */
const states = 2;

/** The weights that a development server has, by their place below its route. */
export interface ServedWeights {
  /** Makes the weights of an import available; gives their place. */
  readonly add: (id: string, model: ConvertedModel) => string;
  readonly get: (place: string) => ConvertedModel | undefined;
}

export function createServedWeights(): ServedWeights {
  const placesOf = new Map<string, readonly string[]>();
  const models = new Map<string, ConvertedModel>();
  return {
    add: (id, model) => {
      const { hash, name } = model.description;
      const place = `${encodeURIComponent(hash)}/${encodeURIComponent(name)}.bin`;
      const places = [place, ...(placesOf.get(id) ?? []).filter((other) => other !== place)];
      placesOf.set(id, places.slice(0, states));
      models.set(place, model);
      const wanted = new Set([...placesOf.values()].flat());
      for (const old of places.slice(states)) if (!wanted.has(old)) models.delete(old);
      return place;
    },
    get: (place) => models.get(place),
  };
}
