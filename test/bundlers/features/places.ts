/** Where models are imported from. */
import { expect } from 'vitest';
import { expectedOf, type ModelReport, models } from '../bench/app.ts';
import { type Bench, requestOf, runInNode } from '../bench/bench.ts';
import type { FeatureGroup } from './feature.ts';

/** Builds an app with this import specifier, and compares its report with the converter's result for the model. */
async function checkImport({ host, app: newApp }: Bench, specifier: string, model: string): Promise<void> {
  const app = newApp({
    'main.js': "import { show } from './parts/show.js';\nshow();",
    'parts/show.js': `import { describe, report } from '../report.js';\nimport * as net from '${specifier}';\nexport const show = () => describe(net).then(report);`,
  });
  await host.build(requestOf(app, { alias: { '@': app.path('models') } }));
  expect(await runInNode(app)).toEqual(await expectedOf(app, model));
}

interface Two {
  readonly reported: unknown;
  readonly plain: ModelReport;
  readonly nested: ModelReport;
  readonly half: ModelReport;
}

/** Imports two models at once, and reports both. */
async function checkTwo(bench: Bench, specifiers: readonly [string, string]): Promise<Two> {
  const app = bench.app({
    'main.js': `import { describe, report } from './report.js';
import * as one from '${specifiers[0]}';
import * as two from '${specifiers[1]}';
Promise.all([describe(one), describe(two)]).then(report);`,
  });
  await bench.host.build(requestOf(app));
  const [reported, plain, nested, half] = await Promise.all([
    runInNode(app),
    expectedOf(app, models.plain),
    expectedOf(app, models.nested),
    expectedOf(app, models.plain, { precision: 'fp16' }),
  ]);
  return { reported, plain, nested, half };
}

export const places: FeatureGroup = {
  title: 'Model locations',
  features: [
    { name: 'a nested folder', check: (bench) => checkImport(bench, '../models/nested/deep/det.onnx?ncnn', models.nested) },
    { name: 'an alias', check: (bench) => checkImport(bench, '@/det.onnx?ncnn', models.plain) },
    { name: 'a workspace package', check: (bench) => checkImport(bench, '@app/shared/rec.onnx?ncnn', models.workspace) },
    { name: 'a package in `node_modules`', check: (bench) => checkImport(bench, 'some-models/files/cls.onnx?ncnn', models.installed) },
    { name: 'weights in a side file', check: (bench) => checkImport(bench, '../models/side/external.onnx?ncnn', models.side) },
    { name: 'a path with `#` and `%`', check: (bench) => checkImport(bench, '../models/C#/50%23 done/det.onnx?ncnn', models.odd) },
    { name: 'a percent-encoded path', check: (bench) => checkImport(bench, '../models/C%23/50%2523%20done/det.onnx?ncnn', models.odd) },
    { name: 'a path with `?`', check: (bench) => checkImport(bench, '../models/done?/det.onnx?ncnn', models.question) },
    { name: 'a symbolic link', check: (bench) => checkImport(bench, '../models/latest.onnx?ncnn', models.link) },
    { name: 'a PyTorch program, `.pt2`', check: (bench) => checkImport(bench, '../models/program.pt2?ncnn', models.exported) },
    { name: 'a TorchScript module, `.pt`', check: (bench) => checkImport(bench, '../models/module.pt?ncnn', models.traced) },
    {
      name: 'two models with the same name',
      check: async (bench) => {
        const { reported, plain, nested } = await checkTwo(bench, ['./models/det.onnx?ncnn', './models/nested/deep/det.onnx?ncnn']);
        expect(reported).toEqual([plain, nested]);
      },
    },
    {
      name: 'one model with two queries',
      check: async (bench) => {
        const { reported, plain, half } = await checkTwo(bench, ['./models/det.onnx?ncnn', './models/det.onnx?precision=fp16&ncnn']);
        expect(reported).toEqual([plain, half]);
      },
    },
  ],
};
