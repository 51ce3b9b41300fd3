/** Numbers in place of the ids that importers name. */
import { SourceMap } from 'node:module';
import { expect } from 'vitest';
import { models } from '../bench/app.ts';
import { type Bench, outputOf, requestOf, runInNode, scriptsOf } from '../bench/bench.ts';
import type { FeatureGroup } from './feature.ts';

const model = `./${models.plain}?ncnn`;

const allForms = `import { report } from './report.js';
import net, { BLOB_data, LayerId, BlobId, LAYER_conv2 as second } from '${model}';
import * as all from '${model}';
report([BLOB_data, LayerId.conv2, BlobId['c1/out'], net.blobs.out, net.layers.conv1, all.LAYER_conv1, all.BlobId.data, second]);`;

const typed = `import { report } from './report.js';
import { type LayerId as Layers, BLOB_out, LayerId } from '${model}';
enum Kind { first = 7 }
const id: number = LayerId.conv2 as number;
report([BLOB_out!, id, Kind.first] satisfies number[]);`;

const others = `import { report } from './report.js';
import net, { BLOB_data, LayerId } from '${model}';
import { BLOB_out, ids, shared } from './barrel.js';
import * as barrel from './barrel.js';
const ofOther = (LayerId) => LayerId.conv2;
{
  const BLOB_data = 'mine';
  report([BLOB_data, ofOther({ conv2: 'other' }), BLOB_out, ids.LayerId.conv1, shared.blobs['c1/out'], barrel.BLOB_out, Object.keys(net.layers)]);
}`;

const barrel = `export { BLOB_out, default as shared } from '${model}';
export * as ids from '${model}';`;

async function reportedBy({ host, app: newApp }: Bench, files: Readonly<Record<string, string>>, main: string) {
  const app = newApp({ ...files });
  await host.build(requestOf(app, { entries: { main }, minify: true }));
  return { reported: await runInNode(app), scripts: scriptsOf(app) };
}

const mapped = `import { report } from './report.js';
import { LayerId } from '${model}';

report(['MARK', LayerId.conv2, 'AFTER']);
`;

/** Maps a text of the output, on a line with an inlined id, back to its position in the source. */
async function checkMap({ host, app: newApp }: Bench, minify: boolean): Promise<void> {
  const app = newApp({ 'main.js': mapped });
  await host.build(requestOf(app, { sourceMaps: true, minify }));
  expect(await runInNode(app)).toEqual(['MARK', 2, 'AFTER']);
  const output = outputOf(app);
  const file = output.find(({ name, bytes }) => /\.[cm]?js$/.test(name) && String(bytes).includes('MARK'));
  const code = String(file?.bytes);
  const map = new SourceMap(JSON.parse(String(output.find(({ name }) => name === `${file?.name}.map`)?.bytes)));
  const place = code.indexOf('MARK') - 1;
  const line = code.slice(0, place).split('\n').length - 1;
  const entry = map.findEntry(line, place - (code.lastIndexOf('\n', place) + 1));
  expect(entry).toMatchObject({ originalLine: 3, originalColumn: mapped.split('\n')[3]?.indexOf("'MARK") });
  const index = 'originalSource' in entry ? map.payload.sources.indexOf(entry.originalSource) : -1;
  expect(map.payload.sourcesContent[index]).toBe(mapped);
}

export const ids: FeatureGroup = {
  title: 'Layer and blob ids',
  features: [
    {
      name: 'ids become numbers, and nothing else of the model is bundled',
      check: async (bench) => {
        const { reported, scripts } = await reportedBy(bench, { 'main.js': allForms }, 'main.js');
        expect(reported).toEqual([0, 2, 1, 2, 1, 1, 0, 2]);
        expect(scripts).not.toMatch(/conv1|c1\/out|atob|LayerId|getBuiltinModule/);
      },
    },
    {
      name: 'ids in TypeScript',
      check: async (bench) => {
        const { reported, scripts } = await reportedBy(bench, { 'main.ts': typed }, 'main.ts');
        expect(reported).toEqual([2, 2, 7]);
        expect(scripts).not.toMatch(/conv1|c1\/out|atob|LayerId/);
      },
    },
    {
      name: 'shadowed names, re-exports and namespaces',
      check: async (bench) => {
        const { reported } = await reportedBy(bench, { 'main.js': others, 'barrel.js': barrel }, 'main.js');
        expect(reported).toEqual(['mine', 'other', 2, 1, 1, 2, ['data', 'conv1', 'conv2']]);
      },
    },
    { name: 'source maps point to the original', check: (bench) => checkMap(bench, false) },
    { name: 'source maps of minified output', check: (bench) => checkMap(bench, true) },
  ],
};
