import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import { findImports } from '../../project/imports/findImports.ts';
import { type ListedModel, type ModelState, renderFailurePage, renderModelsPage } from './page.ts';
import { refuse } from './weights.ts';

/** What the page has to know of the project. */
export interface ProjectModels {
  readonly root: () => string;
  readonly make: (id: string) => Promise<ConvertedModel>;
  /** Ids that were asked for so far. */
  readonly imported: () => readonly string[];
  /** The id of an import as it is written. */
  readonly resolve: (specifier: string, importer: string) => Promise<string | undefined>;
}

/** Answers below the route of the page; `below` is the rest of the address. */
export type ModelsPage = (below: string, response: ServerResponse) => Promise<void>;

/** The page that lists the models of a project: those that were asked for, converted by now, and those its sources import. */
export function createModelsPage(project: ProjectModels): ModelsPage {
  const nameOf = (id: string): string => path.relative(project.root(), id).replaceAll('\\', '/');

  const idsByName = async (): Promise<ReadonlyMap<string, string>> => {
    const found = await findImports(project.root());
    const resolved = await Promise.all(found.map(({ specifier, importer }) => project.resolve(specifier, importer).catch(() => undefined)));
    const ids = new Set([...project.imported(), ...resolved.filter((id) => id !== undefined)]);
    return new Map([...ids].map((id) => [nameOf(id), id] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  };

  const stateOf = async (id: string): Promise<Exclude<ModelState, { readonly kind: 'waiting' }>> => {
    try {
      return { kind: 'converted', model: await project.make(id) };
    } catch (error) {
      if (!(error instanceof NcnnError)) throw error;
      return { kind: 'failed', diagnostics: error.diagnostics };
    }
  };

  const list = async (): Promise<string> => {
    const imported = new Set(project.imported());
    const entries = [...(await idsByName())].map(async ([name, id]): Promise<ListedModel> => {
      const state: ModelState = imported.has(id) ? await stateOf(id) : { kind: 'waiting' };
      return { name, report: `report?model=${encodeURIComponent(name)}`, state };
    });
    return renderModelsPage(await Promise.all(entries));
  };

  const report = async (name: string): Promise<string | undefined> => {
    // By name, so that nothing but the project's own models can be asked for.
    const id = (await idsByName()).get(name);
    if (id === undefined) return undefined;
    const state = await stateOf(id);
    if (state.kind === 'failed') return renderFailurePage(name, state.diagnostics);
    // The drawing is only loaded by those who look.
    const { renderReport } = await import('../../report/index.ts');
    return await renderReport(state.model.report);
  };

  return async (below, response) => {
    const url = new URL(below, 'http://localhost/');
    const wanted = url.searchParams.get('model');
    const page = url.pathname === '/' ? await list() : url.pathname === '/report' && wanted !== null ? await report(wanted) : undefined;
    if (page === undefined) {
      refuse(response, 404, 'The project imports no such model.');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
    response.end(page);
  };
}
