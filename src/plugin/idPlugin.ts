import type { UnpluginOptions } from 'unplugin';
import { closest } from '../diagnostics/closest.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../diagnostics/diagnostic.ts';
import { type IdTree, idTree } from '../emit/module.ts';
import { importerFiles, parseImporter } from '../project/imports/parseImporter.ts';
import { modelImport, splitId } from '../project/imports/query.ts';
import type { Build } from './build.ts';
import type { HookContext } from './hosts/host.ts';
import { inlineIds, type UnknownId } from './inlineIds/inlineIds.ts';

/** The part of the plugin that inlines the ids of layers and blobs into the code that imports them. */
export function idPlugin(build: Build): UnpluginOptions {
  return {
    name: 'unplugin-ncnn:ids',
    transform: {
      filter: { id: { include: [importerFiles], exclude: [modelImport] }, code: /[?&]ncnn/ },
      async handler(code, importer) {
        const program = await parseImporter(code, splitId(importer).file);
        const { inlined, unknown } = await inlineIds(code, importer, program, (specifier) => idsOf(build, this, specifier, importer));
        build.warn(
          this,
          unknown.map((id) => unknownId(id, splitId(importer).file)),
        );
        return inlined;
      },
    },
    // In development, importers are not transformed again when a model changes. In a build, other plugins compile components to JavaScript
    // first.
    vite: { apply: 'build', enforce: 'post' },
    ...build.host.importerHooks,
  };
}

/** The ids of an imported model; `undefined` for a model that does not convert, which is reported when the bundler loads it. */
async function idsOf(build: Build, context: HookContext, specifier: string, importer: string): Promise<IdTree | undefined> {
  try {
    const id = await build.resolve(specifier, importer, context);
    if (id === undefined) return undefined;
    const { model } = await build.load(id, context);
    // The numbers in the importer are valid only while the model does not change.
    for (const file of model.files) build.watch(context, importer, file);
    return idTree(model.description);
  } catch (error) {
    if (error instanceof NcnnError) return undefined;
    throw error;
  }
}

function unknownId({ expression, name, known }: UnknownId, file: string): Diagnostic {
  const [suggestion] = closest(name, known);
  const hint = suggestion === undefined ? `Use one of the ${known.length} names in the model.` : `Did you mean \`${suggestion}\`?`;
  return diagnostic('id-unknown', `\`${expression}\` is undefined: the model has no "${name}"`, hint, { file });
}
