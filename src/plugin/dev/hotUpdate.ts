import { modelImport } from '../../project/imports/query.ts';

/** A module in the graph of a development server, as far as it matters here. */
export interface GraphModule<Self> {
  readonly id: string | null;
  readonly importers: ReadonlySet<Self>;
}

/**
 * Of the modules that a change of a file is said to touch, those that did become something else. A model stands for the files it is
 * made of, as nobody else imports them, and is left out where it came out the same: a page is not reloaded for a file that was
 * saved anew.
 */
export async function changedModules<Module extends GraphModule<Module>>(
  modules: readonly Module[],
  isChanged: (id: string) => Promise<boolean>,
): Promise<Module[]> {
  const isModel = ({ id }: Module): boolean => id !== null && modelImport.test(id);
  const changed = new Set<Module>();
  for (const module of modules) {
    const models = isModel(module) ? [module] : [...module.importers].filter(isModel);
    // A file that is a module by itself too, or none of ours.
    if (!isModel(module) && (models.length === 0 || models.length < module.importers.size)) changed.add(module);
    for (const model of models) if (model.id !== null && (await isChanged(model.id))) changed.add(model);
  }
  return [...changed];
}
