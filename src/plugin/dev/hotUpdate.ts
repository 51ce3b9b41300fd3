import { modelImport } from '../../project/imports/query.ts';

/** The properties of a module in a development server's graph that are used here. */
export interface GraphModule<Self> {
  readonly id: string | null;
  readonly importers: ReadonlySet<Self>;
}

/**
 * Filters the modules that a file change affects to those that really changed. A model also stands for its side files, which only models
 * import, and is left out if its conversion has the same result: saving a file without changes does not reload the page.
 */
export async function changedModules<Module extends GraphModule<Module>>(
  modules: readonly Module[],
  isChanged: (id: string) => Promise<boolean>,
): Promise<Module[]> {
  const isModel = ({ id }: Module): boolean => id !== null && modelImport.test(id);
  const changed = new Set<Module>();
  for (const module of modules) {
    const models = isModel(module) ? [module] : [...module.importers].filter(isModel);
    // A file that is also a module itself, or does not belong to a model.
    if (!isModel(module) && (models.length === 0 || models.length < module.importers.size)) changed.add(module);
    for (const model of models) if (model.id !== null && (await isChanged(model.id))) changed.add(model);
  }
  return [...changed];
}
