import type { ModelDescription } from '../emit/description.ts';
import { collectDeclarations } from '../project/declarations/declarations.ts';
import { originalSpecifiers } from '../project/imports/findImports.ts';
import { declarationFile } from '../project/options/outputPaths.ts';
import type { Build } from './build.ts';
import type { HookContext } from './hosts/host.ts';

/** Keeps the type declarations of a build up to date, if the options request them. Its functions throw `NcnnError`. */
export interface DeclarationTracker {
  readonly addImport: (context: HookContext, specifier: string, importer: string | undefined, id: string) => Promise<void>;
  readonly addModel: (id: string, description: ModelDescription) => Promise<void>;
  readonly endBuild: () => Promise<void>;
}

export function trackDeclarations({ host, options, resolve }: Build): DeclarationTracker {
  const declarations = collectDeclarations();
  const write = async (): Promise<void> => {
    const file = declarationFile(host.root(), options.dts);
    if (file !== undefined) await declarations.write({ file, root: host.root(), complete: host.isBuild() && host.seesAll() });
  };
  return {
    addImport: async (context, specifier, importer, id) => {
      if (declarationFile(host.root(), options.dts) === undefined) return;
      const specifiers = await originalSpecifiers(specifier, importer, id, (written) => resolve(written, importer, context));
      for (const written of specifiers) declarations.addImport({ specifier: written, importer: importer ?? '', id });
    },
    addModel: async (id, description) => {
      declarations.addModel(id, description);
      // A development server never ends, so it writes after each model.
      if (!host.isBuild()) await write();
    },
    endBuild: async () => {
      if (host.isBuild()) await write();
    },
  };
}
