import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import { reportOf } from '../../project/conversion/reportOf.ts';
import { findImports, type ImportedSpecifier } from '../../project/imports/findImports.ts';
import { splitId } from '../../project/imports/query.ts';
import { type ListedModel, type ModelState, renderFailurePage, renderModelsPage } from './page.ts';
import { refuse } from './sendAsset.ts';

/** What the page needs to know about the project. */
export interface ProjectModels {
  readonly root: () => string;
  readonly convert: (id: string) => Promise<ConvertedModel>;
  /** Ids of the models that sources have imported so far. */
  readonly imported: () => readonly string[];
  /** The id of an import specifier. */
  readonly resolve: (specifier: string, importer: string) => Promise<string | undefined>;
}

/** Handles requests below the route of the page; `below` is the rest of the path. */
export type ModelsPage = (below: string, response: ServerResponse) => Promise<void>;

/** The page that lists the models of a project: those that were requested, with their conversion, and those that its sources import. */
export function createModelsPage(project: ProjectModels): ModelsPage {
  const list = async (): Promise<string> => {
    const imported = new Set(project.imported());
    const entries = [...(await findModels(project))].map(async ([name, model]): Promise<ListedModel> => {
      const isWaiting = typeof model === 'string' && !imported.has(model);
      const state: ModelState = isWaiting ? { kind: 'waiting' } : await stateOf(project, model);
      return { name, report: `report?model=${encodeURIComponent(name)}`, state };
    });
    return renderModelsPage(await Promise.all(entries));
  };

  const report = async (name: string): Promise<string | undefined> => {
    // Only a name from the list is accepted, so that requests cannot load other models.
    const model = (await findModels(project)).get(name);
    if (model === undefined) return undefined;
    const state = await stateOf(project, model);
    if (state.kind === 'failed') return renderFailurePage(name, state.diagnostics);
    // The library that lays out the graph is loaded only for a report.
    const { renderReport } = await import('../../report/index.ts');
    return await renderReport(reportOf(state.model));
  };

  return async (below, response) => {
    const url = new URL(below, 'http://localhost/');
    const model = url.searchParams.get('model');
    const page = url.pathname === '/' ? await list() : url.pathname === '/report' && model !== null ? await report(model) : undefined;
    if (page === undefined) {
      refuse(response, 404, 'No source of the project imports this model.');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
    response.end(page);
  };
}

/** The id of a model, or the reason why an import does not resolve. */
type ModelOrFailure = string | Diagnostic;

/** The models of a project by the names on the page, sorted. */
async function findModels(project: ProjectModels): Promise<ReadonlyMap<string, ModelOrFailure>> {
  const nameOf = (id: string): string => path.relative(project.root(), id).replaceAll('\\', '/');
  const imports = await findImports(project.root());
  const models = new Map<string, ModelOrFailure>(project.imported().map((id) => [nameOf(id), id]));
  for (const entry of imports) {
    const model = await resolveImport(project, entry);
    models.set(typeof model === 'string' ? nameOf(model) : entry.specifier, model);
  }
  return new Map([...models].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function resolveImport(project: ProjectModels, { specifier, importer }: ImportedSpecifier): Promise<ModelOrFailure> {
  const unresolved = (reason: string): Diagnostic =>
    diagnostic('file-missing', `cannot resolve the import of "${specifier}"${reason}`, 'Check the path and the aliases in the config.', {
      file: importer,
    });
  try {
    return (await project.resolve(specifier, importer)) ?? unresolved('');
  } catch (error) {
    // Plugins of the user may throw anything.
    return unresolved(`: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function stateOf(project: ProjectModels, model: ModelOrFailure): Promise<Exclude<ModelState, { readonly kind: 'waiting' }>> {
  if (typeof model !== 'string') return { kind: 'failed', diagnostics: [model] };
  try {
    return { kind: 'converted', model: await project.convert(model) };
  } catch (error) {
    return { kind: 'failed', diagnostics: conversionErrors(error, { file: splitId(model).file }) };
  }
}
