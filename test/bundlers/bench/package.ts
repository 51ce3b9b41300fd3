import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type unplugin from '../../../src/index.ts';
import { repository } from '../project.ts';

/** The installed package: built, in a `node_modules` folder. The global setup puts it there. */
export const installed: string = path.join(repository, '.cache/bundlers/node_modules/unplugin-ncnn');

type Entry = Exclude<keyof typeof unplugin, 'raw'>;

/** The plugin that users of a bundler import: from the built package, not from the sources. */
export async function pluginFor<Name extends Entry>(bundler: Name): Promise<(typeof unplugin)[Name]> {
  const entry = await import(/* @vite-ignore */ pathToFileURL(path.join(installed, `dist/${bundler}.mjs`)).href);
  return entry.default;
}
