/** Checks for the app of every framework: ids are numbers, types are known, and a mistake shows its message. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './harness.mjs';

/** Name of a layer that the pages use only by its id. */
const layer = 'Gemm_3';

/** No script of the pages contains the name of the layer, because its id is inlined. */
export function checkIds(folder, { pages }) {
  if (pages === undefined) return;
  const scripts = readdirSync(path.join(folder, pages), { recursive: true }).filter((name) => /\.(?:m?js|html)$/.test(name));
  if (scripts.length === 0) throw new Error(`${pages} has no scripts`);
  const odd = scripts.find((name) => readFileSync(path.join(folder, pages, name), 'utf8').includes(layer));
  if (odd !== undefined) throw new Error(`the id is not inlined in ${pages}/${odd}`);
}

/** Types of the import in the page: the id and the shape are literals, and a name that does not exist is an error. */
export function checkTypes(folder, { page, files, install }, { run }) {
  if (page === undefined) return;
  const [, specifier] = /from '([^']*alexa[^']*)'/.exec(files[page]);
  const file = path.join(path.dirname(page), 'uses.ts');
  writeFileSync(
    path.join(folder, file),
    `import net, { LayerId } from '${specifier}';
export const layer: 3 = LayerId.${layer};
export const shape: readonly [1, 16, 96] = net.inputs['onnx::Flatten_0'].shape;
// @ts-expect-error: there is no such layer
export const missing: number = LayerId.Gemm_99;
`,
  );
  // A model that was converted to a module first has its declarations beside it.
  const declared = install?.includes('--emit module,dts') === true ? [] : ['ncnn.d.ts'];
  if (declared.length > 0) run('node', 'node_modules/unplugin-ncnn/dist/cli.mjs', 'types');
  const settings = path.join(folder, 'uses.json');
  const compilerOptions = { noEmit: true, strict: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', types: [] };
  writeFileSync(settings, JSON.stringify({ compilerOptions, files: [...declared, file] }));
  run('node', path.join(root, 'node_modules/typescript/bin/tsc'), '-p', settings);
  for (const name of [file, 'uses.json', ...declared]) rmSync(path.join(folder, name));
}

/** A misspelled parameter fails the build with a suggestion and the position of the import. */
export function checkMistake(folder, { build, page, files }, { fail }) {
  if (build === undefined) return;
  const file = path.join(folder, page);
  writeFileSync(file, files[page].replaceAll('?ncnn', '?precison=fp16&ncnn'));
  const output = fail(...build);
  writeFileSync(file, files[page]);
  for (const part of ['option-invalid', 'Did you mean `precision`']) {
    if (!output.includes(part)) throw new Error(`the message of a mistake lacks "${part}": ${output.slice(-1500)}`);
  }
}
