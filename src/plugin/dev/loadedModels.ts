import { NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';

/** The models that a development server has loaded, as the code of each environment knows them. */
export interface LoadedModels {
  /** Notes the model of an id; none where it did not load. */
  readonly add: (environment: string, id: string, model: ConvertedModel | undefined) => void;
  /** Whether a model differs from what the code of the environment knows. */
  readonly isChanged: (environment: string, id: string) => Promise<boolean>;
  /** The ids in all environments. */
  readonly ids: () => readonly string[];
}

export function trackLoadedModels(convert: (id: string) => Promise<ConvertedModel>): LoadedModels {
  const descriptions = new Map<string, string>();
  const ids = new Set<string>();
  const keyOf = (environment: string, id: string): string => `${environment} ${id}`;
  const describe = ({ description }: ConvertedModel): string => JSON.stringify(description);
  return {
    add: (environment, id, model) => {
      ids.add(id);
      descriptions.set(keyOf(environment, id), model === undefined ? '' : describe(model));
    },
    isChanged: async (environment, id) => {
      try {
        return descriptions.get(keyOf(environment, id)) !== describe(await convert(id));
      } catch (error) {
        // Its diagnostics are reported when it is loaded.
        if (error instanceof NcnnError) return true;
        throw error;
      }
    },
    ids: () => [...ids],
  };
}
