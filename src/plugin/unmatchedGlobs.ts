import path from 'node:path';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { splitId } from '../project/imports/query.ts';
import type { Options } from '../project/options/options.ts';
import { matchesModel } from '../project/options/optionsFor.ts';
import type { Host } from './hosts/host.ts';

/** Finds globs in the option `models` that match no model of a build. */
export interface GlobTracker {
  readonly addModel: (id: string) => void;
  /** A warning for each glob without a model; none if no model was imported. Also starts the next build. */
  readonly endBuild: () => readonly Diagnostic[];
}

export function trackGlobs({ root: rootOf }: Pick<Host, 'root'>, { models = {} }: Pick<Options, 'models'>): GlobTracker {
  const files = new Set<string>();
  return {
    addModel: (id) => void files.add(splitId(id).file),
    endBuild: () => {
      const root = rootOf();
      const imported = [...files];
      files.clear();
      if (imported.length === 0) return [];
      const unmatched = Object.keys(models).filter((glob) => !imported.some((file) => matchesModel(glob, file, root)));
      const listed = imported.map((file) => path.relative(root, file).replaceAll('\\', '/')).sort();
      return unmatched.map((glob) =>
        diagnostic(
          'glob-unmatched',
          `the glob "${glob}" in the option \`models\` matches no imported model`,
          `Correct the glob. Imported models: ${listed.slice(0, shownModels).join(', ')}${listed.length > shownModels ? ', …' : ''}.`,
        ),
      );
    },
  };
}

/** Maximum number of models in a hint. */
const shownModels = 8;
