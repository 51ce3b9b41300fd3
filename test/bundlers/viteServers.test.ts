/** Vite builds for servers and of libraries: their code must not contain the URL of a page. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InlineConfig } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import ncnn from '../../src/bundlers/vite.ts';
import { convolutions, newProject, type Project } from './project.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

const main = "export { default, loadBin } from './net.onnx?ncnn';\n";

interface Built {
  readonly files: readonly string[];
  /** Imports an output file in this process. */
  readonly run: (file: string) => Promise<{ readonly default: { readonly binUrl?: string }; readonly loadBin: () => Promise<Uint8Array> }>;
  readonly text: (file: string) => string;
}

async function built(version: string, config: InlineConfig, source = main): Promise<Built> {
  project = newProject({ 'net.onnx': convolutions(), 'main.js': source });
  const { build }: typeof import('vite') = await import(/* @vite-ignore */ version);
  const root = project.folder;
  await build({ root, configFile: false, logLevel: 'silent', plugins: [ncnn()], ...config });
  const dist = project.path('dist');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
  return {
    files: files.map((file) => file.replaceAll(path.sep, '/')),
    run: async (file) => await import(/* @vite-ignore */ pathToFileURL(path.join(dist, file)).href),
    text: (file) => readFileSync(path.join(dist, file), 'utf8'),
  };
}

describe.each(['vite', 'vite7'])('%s', (version) => {
  it('embeds the weights for a server that writes assets, with their public URL', async () => {
    const { run, files } = await built(version, { base: '/app/', build: { ssr: 'main.js', ssrEmitAssets: true } });
    const output = await run('main.js');
    expect(await output.loadBin()).toHaveLength(10_952);
    expect(output.default.binUrl).toMatch(/^\/app\/assets\/net-[\w-]+\.bin$/);
    expect(files).toContain(output.default.binUrl?.slice('/app/'.length));
  });

  it('embeds the weights for a server that writes no assets', async () => {
    const { run, files } = await built(version, { build: { ssr: 'main.js' } });
    const output = await run('main.js');
    expect(await output.loadBin()).toHaveLength(10_952);
    expect(output.default.binUrl).toBeUndefined();
    expect(files).toEqual(['main.js']);
  });

  it('reads a file beside the server code if `url` requests it', async () => {
    const source = main.replace('?ncnn', '?ncnn&url');
    const { run, files } = await built(version, { base: '/app/', build: { ssr: 'main.js', ssrEmitAssets: true } }, source);
    expect(files.filter((name) => name.endsWith('.bin'))).toHaveLength(1);
    expect(await (await run('main.js')).loadBin()).toHaveLength(10_952);
  });

  it('embeds the weights in a library', async () => {
    const lib = { entry: 'main.js', name: 'net', formats: ['es' as const, 'cjs' as const], fileName: 'lib' };
    const { run, files, text } = await built(version, { base: '/app/', build: { lib } });
    expect(files.filter((name) => name.endsWith('.bin'))).toEqual([]);
    const [module = ''] = files.filter((name) => /\.m?js$/.test(name));
    expect(await (await run(module)).loadBin()).toHaveLength(10_952);
    expect(text(module)).not.toContain('/app/');
  });

  it("refers to a file beside the library code if `url` requests it, as the user's bundler resolves it", async () => {
    const lib = { entry: { 'deep/lib': 'main.js' }, formats: ['es' as const] };
    const { run, files, text } = await built(version, { base: '/app/', build: { lib } }, main.replace('?ncnn', '?ncnn&url'));
    const [bin = ''] = files.filter((name) => name.endsWith('.bin'));
    const [module = ''] = files.filter((name) => /\.m?js$/.test(name));
    const relative = path.posix.relative(path.posix.dirname(module), bin).replace(/^(?!\.)/, './');
    expect(text(module)).toMatch(new RegExp(`new URL\\(\\s*"${relative}",\\s*import\\.meta\\.url\\s*\\)`));
    expect(await (await run(module)).loadBin()).toHaveLength(10_952);
  });

  it('rejects `url` in a library format without import.meta.url', async () => {
    const lib = { entry: 'main.js', name: 'net', formats: ['es' as const, 'umd' as const] };
    await expect(built(version, { build: { lib } }, main.replace('?ncnn', '?ncnn&url'))).rejects.toThrow(
      /can only embed.*formats: \['es'\]/s,
    );
  });
});
