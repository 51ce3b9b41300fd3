import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Options } from '../../../src/index.ts';
import { repository } from '../project.ts';

/** The build of an app, in terms that every bundler supports. */
export interface BuildRequest {
  readonly root: string;
  /** Source files by the name of their output: `main` becomes `dist/main.js`. */
  readonly entries: Readonly<Record<string, string>>;
  readonly target: 'browser' | 'node';
  readonly options: Options;
  readonly minify: boolean;
  readonly sourceMaps: boolean;
  /** Where `dist` is served: a path or URL with a trailing slash. */
  readonly publicPath?: string;
  readonly alias: Readonly<Record<string, string>>;
  /** Folder for the bundler's own persistent cache, if it has one. */
  readonly cacheFolder?: string;
}

/** A bundler under test, through its own API at the installed version. */
export interface BundlerHost {
  readonly title: string;
  readonly version: string;
  /** Builds into `dist`; rejects with the bundler's message if that fails. */
  readonly build: (request: BuildRequest) => Promise<void>;
  /** Builds, and rebuilds whenever a file changes; resolves to a function that stops it. */
  readonly watch: (request: BuildRequest) => Promise<() => Promise<void>>;
  /** Whether builds leave a cache for later ones. */
  readonly keepsCache: boolean;
  /** How a page loads a build for browsers; `page` is an HTML file that the bundler itself generates. */
  readonly script: 'module' | 'classic' | 'page';
  /** Whether `new Worker(new URL('./worker.js', import.meta.url))` is built; otherwise users list the worker as an entry. */
  readonly findsWorkers: boolean;
  /** A build from a CommonJS config file: the files, and the arguments of `node` that start it. It writes `dist/main.js` for Node. */
  readonly commonJs: { readonly files: Readonly<Record<string, string>>; readonly run: readonly string[] };
  /** Features that this bundler cannot support, by name; tested to fail, so that an entry is removed when it no longer applies. */
  readonly limits: Readonly<Record<string, Limit>>;
}

export interface Limit {
  readonly reason: string;
  /** Link to the bundler's documentation or issue about it. */
  readonly link: string;
}

function packageFolder(name: string): string {
  return path.join(repository, 'node_modules', name);
}

/** The version of an installed package. */
export function versionOf(packageName: string): string {
  return JSON.parse(readFileSync(path.join(packageFolder(packageName), 'package.json'), 'utf8')).version;
}

/** A file of an installed package, whatever the package exports. */
export function packageFile(packageName: string, file: string): string {
  return path.join(packageFolder(packageName), file);
}

/** Marks the files in `dist` as CommonJS for Node, whatever the project is. */
export function markCommonJs(root: string): void {
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  writeFileSync(path.join(root, 'dist/package.json'), '{ "type": "commonjs" }');
}
