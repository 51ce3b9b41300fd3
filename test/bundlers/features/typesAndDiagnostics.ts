/** What users see: types and errors. */
import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';
import type { Options } from '../../../src/index.ts';
import { type Bench, requestOf } from '../bench/bench.ts';
import { unsupported } from '../project.ts';
import type { FeatureGroup } from './feature.ts';

async function failureOf({ host, app: newApp }: Bench, query: string, options: Options = {}): Promise<string> {
  const app = newApp({ 'main.js': `import net from './models/${query}';\nconsole.log(net);` });
  app.write('models/odd.onnx', unsupported());
  try {
    await host.build(requestOf(app, { options }));
  } catch (error) {
    return String(error);
  }
  return 'The build goes through.';
}

export const typesAndDiagnostics: FeatureGroup = {
  title: 'Types and diagnostics',
  features: [
    {
      name: 'declarations of the imported models',
      check: async ({ host, app: newApp }) => {
        const app = newApp({ 'main.js': "import net from './models/det.onnx?ncnn';\nconsole.log(net);" });
        await host.build(requestOf(app, { options: { dts: app.path('ncnn.d.ts') } }));
        const text = readFileSync(app.path('ncnn.d.ts'), 'utf8');
        expect(text).toContain('declare module "*/models/det.onnx?ncnn" {');
        expect(text).toMatch(/readonly conv2: 2/);
      },
    },
    {
      name: 'an unsupported model fails the build with a fix',
      check: async (bench) => {
        const message = await failureOf(bench, 'odd.onnx?ncnn');
        expect(message).toMatch(/NoSuchOperator/);
        expect(message).toMatch(/fix: /);
      },
    },
    {
      name: 'no warnings for a model without problems',
      check: async ({ host, app: newApp }) => {
        const app = newApp({
          'main.js': "import net from './models/det.onnx?ncnn';\nimport same from '@/nested/deep/det.onnx?ncnn';\nconsole.log(net, same);",
        });
        const printed = vi.spyOn(console, 'warn').mockReturnValue(undefined);
        await host.build(requestOf(app, { alias: { '@': app.path('models') } }));
        expect(printed.mock.calls.flat().filter((text) => String(text).includes('ncnn'))).toEqual([]);
        printed.mockRestore();
      },
    },
    {
      name: 'an unknown option is reported with a suggestion',
      check: async (bench) => {
        const misspelled = { inlineIds: true, inlineLimt: 1 };
        expect(await failureOf(bench, 'det.onnx?ncnn', misspelled)).toMatch(/Did you mean `inlineLimit`\?/);
        expect(await failureOf(bench, 'det.onnx?ncnn&precison=fp16')).toMatch(/Did you mean `precision`\?/);
      },
    },
  ],
};
