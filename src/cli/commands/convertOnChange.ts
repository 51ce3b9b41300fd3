import path from 'node:path';
import { namedFiles } from '../../files/modelFile.ts';
import { watchFiles } from '../../files/watchFiles.ts';
import type { Terminal } from '../output/terminal.ts';
import type { ConvertCommandRequest, Outcome } from './convertModel.ts';

/** Converts the models, and again whenever their files change. Runs until the process ends. */
export async function convertOnChange(
  { models, json }: ConvertCommandRequest,
  convert: (models: readonly string[]) => Promise<readonly Outcome[]>,
  terminal: Terminal,
): Promise<never> {
  const watcher = watchFiles();
  const sources = new Map(models.map((model) => [model, namedFiles(path.resolve(model))]));
  for (const files of sources.values()) watcher.follow(files);
  for (let waiting = models; ; ) {
    for (const outcome of await convert(waiting)) {
      // The side files of a model that failed are unknown.
      if (outcome.ok) sources.set(outcome.model, outcome.sources);
      watcher.follow(outcome.sources);
    }
    if (!json) terminal.log(terminal.paint('dim', 'watching for changes'));
    const changed = await watcher.changed();
    waiting = models.filter((model) => sources.get(model)?.some((file) => changed.has(file)));
  }
}
