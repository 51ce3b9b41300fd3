import { NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';

/** The models that a development server has loaded, as each environment last loaded them. */
export interface LoadedModels {
  /** Records the model of an id; `undefined` if it did not load. */
  readonly add: (environment: string, id: string, model: ConvertedModel | undefined) => void;
  /** Whether a model differs from the one that the environment last loaded. */
  readonly isChanged: (environment: string, id: string) => Promise<boolean>;
  /** The ids of all environments. */
  readonly ids: () => readonly string[];
}

/** Maximum number of known models, because requests can ask for any number of variations. An unknown model counts as changed. */
const maxModels = 1024;

export function trackLoadedModels(convert: (id: string) => Promise<ConvertedModel>): LoadedModels {
  const loaded = new Map<string, { readonly id: string; readonly description: string }>();
  const keyOf = (environment: string, id: string): string => `${environment} ${id}`;
  const describe = ({ description }: ConvertedModel): string => JSON.stringify(description);
  return {
    add: (environment, id, model) => {
      const key = keyOf(environment, id);
      loaded.delete(key);
      loaded.set(key, { id, description: model === undefined ? '' : describe(model) });
      const [oldest] = loaded.keys();
      if (loaded.size > maxModels && oldest !== undefined) loaded.delete(oldest);
    },
    isChanged: async (environment, id) => {
      try {
        return loaded.get(keyOf(environment, id))?.description !== describe(await convert(id));
      } catch (error) {
        // Its diagnostics are reported when it is loaded.
        if (error instanceof NcnnError) return true;
        throw error;
      }
    },
    ids: () => [...new Set([...loaded.values()].map(({ id }) => id))],
  };
}
