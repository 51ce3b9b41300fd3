/** Real builds with esbuild: how its output formats affect the weights. The features tested with every bundler cover the rest. */
import { readdirSync } from 'node:fs';
import { type BuildOptions, build } from 'esbuild';
import { afterEach, expect, it } from 'vitest';
import ncnn from '../../src/bundlers/esbuild.ts';
import { convolutions, newProject, type Project } from './project.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

async function weightsOf(query: string, options: BuildOptions): Promise<readonly string[]> {
  project = newProject({
    'net.onnx': convolutions(),
    'main.js': `import { loadBin } from './net.onnx?${query}';\nloadBin().then((bin) => console.log(bin.length));`,
  });
  await build({ absWorkingDir: project.folder, entryPoints: ['main.js'], bundle: true, logLevel: 'silent', plugins: [ncnn()], ...options });
  return readdirSync(project.folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.bin'));
}

it.each<BuildOptions>([
  { format: 'esm', outdir: 'out' },
  { format: 'cjs', platform: 'node', outdir: 'out' },
  { outdir: 'out', publicPath: '/static' },
  { format: 'esm', outfile: 'out/app.js' },
])('writes the weights as a file: %j', async (options) => {
  expect(await weightsOf('ncnn', options)).toEqual([expect.stringMatching(/^out\/net-\w+\.bin$/)]);
});

it.each<BuildOptions>([{ outdir: 'out' }, { format: 'cjs', outdir: 'out' }, { format: 'esm', write: false }])(
  'embeds the weights if code could not find a file: %j',
  async (options) => expect(await weightsOf('ncnn', options)).toEqual([]),
);

it('names the remedy if a requested file could not be found', async () => {
  await expect(weightsOf('ncnn&url', { outdir: 'out' })).rejects.toThrow(/can only embed the weights[\s\S]*`format: 'esm'`/);
});
