/**
 * Builds with webpack, Rspack and Rsbuild: where the user's settings place files. The features tested with every bundler cover the rest.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createRsbuild } from '@rsbuild/core';
import { rspack } from '@rspack/core';
import { afterEach, describe, expect, it } from 'vitest';
import webpack from 'webpack';
import forRsbuild from '../../src/bundlers/rsbuild.ts';
import forRspack from '../../src/bundlers/rspack.ts';
import forWebpack from '../../src/bundlers/webpack.ts';
import { convolutions, newProject, type Project } from './project.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

function newApp(): Project {
  project = newProject({
    'app/main.js':
      "export * as a from './models/net.onnx?ncnn';\nexport * as b from './models/net.onnx?precision=fp16&ncnn';\nexport * as c from '../other.onnx?ncnn';",
    'app/models/net.onnx': convolutions(),
    'other.onnx': convolutions(16, 0.25),
  });
  return project;
}

function weightsIn(app: Project): readonly string[] {
  const names = readdirSync(app.path('app/dist'), { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return names.filter((name) => name.endsWith('.bin')).sort();
}

const hash = '[0-9a-f]{16}';
const cases: readonly (readonly [string | undefined, readonly RegExp[]])[] = [
  [undefined, [RegExp(`^net-${hash}\\.bin$`), RegExp(`^net-${hash}\\.bin$`), RegExp(`^other-${hash}\\.bin$`)]],
  [
    'static/[name].[contenthash:8][ext]',
    [/^static\/net\.[0-9a-f]{8}\.bin$/, /^static\/net\.[0-9a-f]{8}\.bin$/, /^static\/other\.[0-9a-f]{8}\.bin$/],
  ],
  ['a/[hash][ext]', [RegExp(`^a/${hash}\\.bin$`), RegExp(`^a/${hash}\\.bin$`), RegExp(`^a/${hash}\\.bin$`)]],
  // Two queries of one model would get the same name.
  ['[path][name][ext][query]', [/^_\/other\.bin$/, RegExp(`^models/net-${hash}\\.bin$`), /^models\/net\.bin$/]],
];

describe.each(['webpack', 'rspack'] as const)('%s', (bundler) => {
  it('places the weights by module.generator and requests them there', async () => {
    const app = newApp();
    const config = {
      context: app.path('app'),
      mode: 'production',
      entry: './main.js',
      output: { path: app.path('app/dist'), assetModuleFilename: 'other/[name][ext]', publicPath: '/_app/' },
    } as const;
    const build = async (asset: Readonly<Record<string, string>>): Promise<string> => {
      const module = { generator: { asset } };
      await new Promise<void>((resolve, reject) => {
        const done = (error: Error | null): void => (error === null ? resolve() : reject(error));
        if (bundler === 'webpack') webpack({ ...config, module, plugins: [forWebpack()] }, done);
        else rspack({ ...config, module, plugins: [forRspack()] }, done);
      });
      return readFileSync(app.path('app/dist/main.js'), 'utf8');
    };
    // The setting of Next.
    await build({ filename: 'static/media/[name].[hash:8][ext]' });
    const media = /^static\/media\/(net|other)\.[0-9a-f]{8}\.bin$/;
    expect(weightsIn(app)).toEqual([media, media, media].map((pattern) => expect.stringMatching(pattern)));
    rmSync(app.path('app/dist'), { recursive: true });
    app.write('app/main.js', "import net from './models/net.onnx?ncnn';\nglobalThis.url = net.binUrl;\n");
    const code = await build({ filename: '[name].[contenthash:4][ext]', outputPath: 'nets/', publicPath: 'https://cdn.test/' });
    expect(weightsIn(app)[0]).toMatch(/^nets\/net\.[0-9a-f]{4}\.bin$/);
    expect(code).toMatch(/"https:\/\/cdn\.test\/net\.[0-9a-f]{4}\.bin"/);
  });

  it.each(cases)('names the weights by assetModuleFilename: %s', async (template, names) => {
    const app = newApp();
    const config = {
      context: app.path('app'),
      mode: 'production',
      entry: './main.js',
      output: { path: app.path('app/dist'), ...(template === undefined ? {} : { assetModuleFilename: template }) },
    } as const;
    await new Promise<void>((resolve, reject) => {
      const done = (error: Error | null): void => (error === null ? resolve() : reject(error));
      if (bundler === 'webpack') webpack({ ...config, plugins: [forWebpack()] }, done);
      else rspack({ ...config, plugins: [forRspack()] }, done);
    });
    expect(weightsIn(app)).toEqual(names.map((name) => expect.stringMatching(name)));
  });
});

it('places the weights in the Rsbuild asset folder', async () => {
  const app = newApp();
  const root = app.path('app');
  const rsbuild = await createRsbuild({
    cwd: root,
    config: {
      root,
      logLevel: 'silent',
      plugins: [forRsbuild()],
      source: { entry: { main: './main.js' } },
      output: { distPath: { root: path.join(root, 'dist'), assets: 'static/nets' } },
    },
  });
  const { close } = await rsbuild.build();
  await close();
  const name = /^static\/nets\/(net|other)\.[\w-]{8,}\.bin$/;
  expect(weightsIn(app)).toEqual([name, name, name].map((pattern) => expect.stringMatching(pattern)));
});
