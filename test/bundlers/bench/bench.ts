/** The test bench of a feature: one bundler, one app, and ways to run its output. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Options } from '../../../src/index.ts';
import type { BuildRequest, BundlerHost } from '../hosts/host.ts';
import type { Project } from '../project.ts';
import { newApp } from './app.ts';
import { visit } from './browser.ts';
import { serve } from './server.ts';

export interface Bench {
  readonly host: BundlerHost;
  /** The app with these files in addition to its models; `main.js` is the one that runs. */
  readonly app: (files: Readonly<Record<string, string>>) => Project;
  /** Cleans up at the end of the test, even if it fails. */
  readonly atEnd: (action: () => unknown) => void;
  /** Skips the rest of the test if there is no browser. */
  readonly needsBrowser: () => void;
  /** Skips the rest of the test, with the reason, if something is missing. */
  readonly needs: (isThere: boolean, reason: string) => void;
}

export interface BenchEnd {
  readonly bench: Bench;
  readonly end: () => Promise<void>;
}

export function newBench(host: BundlerHost, needs: Bench['needs'], hasBrowser: boolean): BenchEnd {
  const actions: (() => unknown)[] = [];
  const atEnd = (action: () => unknown): void => {
    actions.push(action);
  };
  const app = (files: Readonly<Record<string, string>>): Project => {
    const project = newApp(files);
    atEnd(() => project.remove());
    return project;
  };
  const end = async (): Promise<void> => {
    for (const action of actions.reverse()) await action();
  };
  const needsBrowser = (): void => needs(hasBrowser, 'there is no Chromium');
  return { bench: { host, app, atEnd, needs, needsBrowser }, end };
}

type Request = Partial<Omit<BuildRequest, 'root' | 'options'>> & { readonly options?: Options };

/** A build request; by default for the app's `main.js` in Node. */
export function requestOf(app: Project, request: Request = {}): BuildRequest {
  return {
    root: app.folder,
    entries: { main: 'main.js' },
    target: 'node',
    options: {},
    minify: false,
    sourceMaps: false,
    alias: {},
    ...request,
  };
}

/** Runs the output in a Node process, and returns its report. */
export async function runInNode(app: Project, file = 'dist/main.js'): Promise<unknown> {
  const output = await startNode(app, [file]);
  const line = output.split('\n').find((text) => text.startsWith('REPORT '));
  if (line === undefined) throw new Error(`The app reports nothing. Its output: ${output}`);
  return JSON.parse(line.slice('REPORT '.length));
}

/** Runs Node in the folder of the app; rejects with its output if it exits with an error. */
export function startNode(app: Project, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const node = spawn(process.execPath, args, { cwd: app.folder });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += String(chunk);
    };
    node.stdout.on('data', collect);
    node.stderr.on('data', collect);
    node.on('error', reject);
    node.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(output))));
  });
}

export interface Visit {
  readonly reported: unknown;
  /** Paths of the weights and wasm that the page fetched. */
  readonly fetched: readonly string[];
}

/**
 * Opens a page that runs the output, served below `base`. The page is in another folder than the code, and its policy allows only scripts,
 * workers and requests of this server and `others`.
 */
export async function runInBrowser(
  { host, app: _app, atEnd }: Bench,
  app: Project,
  base = '/',
  others: readonly string[] = [],
): Promise<Visit> {
  const sources = ["'self'", ...others].join(' ');
  const written = host.script === 'page' ? " 'unsafe-inline'" : '';
  const policy = `default-src 'none'; img-src data:; script-src ${sources}${written} 'wasm-unsafe-eval'; worker-src 'self'; connect-src ${sources}`;
  const page = { html: host.script === 'page' ? readFileSync(app.path('dist/index.html'), 'utf8') : pageOf(host, base), policy };
  const server = await serve(() => ({ [base]: app.path('dist') }), { '/some/page.html': page });
  atEnd(server.close);
  const reported = await visit(`${server.origin}/some/page.html`);
  return { reported, fetched: server.served.filter((file) => /\.(?:bin|wasm)$/.test(file)) };
}

function pageOf({ script }: BundlerHost, base: string): string {
  const kind = script === 'module' ? ' type="module" crossorigin' : ' defer';
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script${kind} src="${base}main.js"></script>`;
}

export interface OutputFile {
  /** Path relative to `dist`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The files of a build. */
export function outputOf(app: Project): readonly OutputFile[] {
  return readdirSync(app.path('dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .map((file) => ({ name: path.relative(app.path('dist'), file), bytes: readFileSync(file) }));
}

export function scriptsOf(app: Project): string {
  return outputOf(app)
    .filter(({ name }) => /\.[cm]?js$/.test(name))
    .map(({ bytes }) => String(bytes))
    .join('\n');
}

export function weightsOf(app: Project): readonly OutputFile[] {
  return outputOf(app).filter(({ name }) => name.endsWith('.bin'));
}
