import type { UnpluginOptions } from 'unplugin';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { weightPlaces } from '../interpreter/places.ts';
import { readParamBin } from '../net/format/paramBinRead.ts';
import { readWeights } from '../net/format/weightsRead.ts';
import * as kernels from '../net/layers/kernels/index.ts';
import { recordOf } from '../net/layers/layerTypes.ts';
import type { ConvertedModel } from '../project/conversion/convertedModel.ts';
import { findImports } from '../project/imports/findImports.ts';
import type { Build } from './build.ts';
import type { HookContext } from './hosts/host.ts';

/** The interpreter module that contains the plans; in the package, its name contains a hash. */
const plansModule = /[\\/]interpreterPlans(?:-[\w-]+)?\.m?[jt]s(?:\?.*)?$/;
const emptyPlans = /\bplans = \{\};/;
const otherPlans = /import\((["'])\.\/planOf[\w.-]*\1\)/;

/**
 * The part of the plugin that gives the interpreter the plans of the models that the project imports, so that a build contains only their
 * kernels. The tables of all layers, for other models, are in a chunk that is loaded on demand.
 */
export function planPlugin(build: Build): UnpluginOptions {
  return {
    name: 'unplugin-ncnn:plans',
    transform: {
      filter: { id: plansModule },
      async handler(code, id) {
        const models = await importedModels(build, this);
        for (const { files } of models) for (const file of files) build.watch(this, id, file);
        if (models.length === 0) return { code, map: null };
        const { types, plans } = plansOf(models);
        const names = [...types.keys()].filter((type) => Object.hasOwn(kernels, type));
        const known = code.replace(emptyPlans, () => `plans = ${plans};`);
        return {
          code: [
            `import { ${names.map((name) => `${name} as Kernel${name}`).join(', ')} } from "./kernels.mjs";`,
            ...types.values(),
            // esbuild writes a single file, which would contain all kernels.
            build.bundler === 'esbuild' ? known.replace(otherPlans, () => unknownModel) : known,
          ].join('\n'),
          map: null,
        };
      },
    },
  };
}

const unknownModel = `Promise.reject(Object.assign(new Error("The build does not know this model. Import it in the project's sources, or run it with ncnn.wasm."), { name: "SessionError", code: "support" }))`;

/** The models that the project's sources import. A model that cannot be converted is reported where it is imported. */
async function importedModels(build: Build, context: HookContext): Promise<readonly ConvertedModel[]> {
  const ids = new Set<string>();
  const models: ConvertedModel[] = [];
  for (const { specifier, importer } of await findImports(build.host.root())) {
    try {
      const id = await build.resolve(specifier, importer, context);
      if (id === undefined || ids.has(id)) continue;
      ids.add(id);
      models.push((await build.load(id, context)).model);
    } catch (error) {
      if (!(error instanceof NcnnError)) throw error;
    }
  }
  return models;
}

/** Declarations of the layer types by name, and the object with the plans by model hash. */
function plansOf(models: readonly ConvertedModel[]): { readonly types: ReadonlyMap<string, string>; readonly plans: string } {
  const types = new Map<string, string>();
  const plans = models.flatMap(({ description, paramBin, bin }) => {
    const parsed = readParamBin(paramBin);
    if (parsed.diagnostics.length > 0) return [];
    const { layers } = readWeights(parsed.layers, bin);
    const entries = new Map<number, string>();
    for (const layer of layers) {
      const record = recordOf(layer);
      if (record === undefined) continue;
      const kernel = Object.hasOwn(kernels, layer.type) ? `kernel: Kernel${layer.type}, ` : '';
      types.set(layer.type, `const Type${layer.type} = { type: "${layer.type}", ${kernel}params: ${JSON.stringify(record.params)} };`);
      entries.set(record.index, `Type${layer.type}`);
    }
    const members = [...entries].map(([index, name]) => `${index}: ${name}`).join(', ');
    return [`"${description.hash}": { types: { ${members} }, weights: ${JSON.stringify(weightPlaces(layers, bin))} }`];
  });
  return { types, plans: `{ ${plans.join(',\n')} }` };
}
