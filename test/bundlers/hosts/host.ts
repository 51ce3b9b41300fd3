import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Options } from '../../../src/index.ts';
import { repository } from '../project.ts';

/** A build of the app, in terms that every bundler knows. */
export interface BuildRequest {
  readonly root: string;
  /** Source files by the name of what is made of them: `main` becomes `dist/main.js`. */
  readonly entries: Readonly<Record<string, string>>;
  readonly target: 'browser' | 'node';
  readonly options: Options;
  readonly minify: boolean;
  readonly sourceMaps: boolean;
  /** Where `dist` is served: a path or an address, ending in a slash. */
  readonly publicPath?: string;
  readonly alias: Readonly<Record<string, string>>;
  /** Folder for a cache of the bundler's own, where it has one that lasts. */
  readonly cacheFolder?: string;
}

/** One bundler under test, by its own interface at the version that is installed. */
export interface BundlerHost {
  readonly title: string;
  readonly version: string;
  /** Builds into `dist`; rejects with what the bundler says where that fails. */
  readonly build: (request: BuildRequest) => Promise<void>;
  /** Builds, and builds again whenever a file changes; resolves to a function that ends it. */
  readonly watch: (request: BuildRequest) => Promise<() => Promise<void>>;
  /** Whether builds leave a cache behind that later ones use. */
  readonly keepsCache: boolean;
  /** How a page takes in what is built for browsers; `page` is one that the bundler itself makes, with scripts in it. */
  readonly script: 'module' | 'classic' | 'page';
  /** Whether `new Worker(new URL('./worker.js', import.meta.url))` is built; elsewhere users list the worker as an entry. */
  readonly findsWorkers: boolean;
  /** A build from a CommonJS config file: the files, and the arguments of `node` that start it. It makes `dist/main.js` for Node. */
  readonly commonJs: { readonly files: Readonly<Record<string, string>>; readonly run: readonly string[] };
  /** Features that this bundler cannot have, by name; tested to fail, so that none stands here longer than it is true. */
  readonly limits: Readonly<Record<string, Limit>>;
}

export interface Limit {
  readonly reason: string;
  /** Where the bundler's own documentation or issue says so. */
  readonly link: string;
}

function packageFolder(name: string): string {
  return path.join(repository, 'node_modules', name);
}

/** The version of an installed package. */
export function versionOf(packageName: string): string {
  return JSON.parse(readFileSync(path.join(packageFolder(packageName), 'package.json'), 'utf8')).version;
}

/** A file of an installed package, whatever it exports. */
export function packageFile(packageName: string, file: string): string {
  return path.join(packageFolder(packageName), file);
}

/** Tells Node that what lies in `dist` is CommonJS, whatever the project is. */
export function markCommonJs(root: string): void {
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  writeFileSync(path.join(root, 'dist/package.json'), '{ "type": "commonjs" }');
}
