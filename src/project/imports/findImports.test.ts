import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findImports } from './findImports.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ncnn-imports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  const imports = await findImports(root);
  return imports.map(({ specifier, importer }) => `${path.relative(root, importer)}: ${specifier}`);
}

it.each([
  ['main.js', "import net from './a.onnx?ncnn';"],
  ['main.ts', "import type net from './a.onnx?ncnn'; const cast = <number>1;"],
  ['main.tsx', "import { BLOB_x } from './a.onnx?ncnn'; export const A = () => <b>{BLOB_x}</b>;"],
  ['main.jsx', "export { default } from './a.onnx?ncnn';"],
  ['main.mts', "export * from './a.onnx?ncnn';"],
  ['main.js', "const net = () => import('./a.onnx?ncnn');"],
  ['main.js', 'const net = import(/* late */ `./a.onnx?ncnn`);'],
  ['main.cjs', "const net = require('./a.onnx?ncnn');"],
  ['main.ts', "let net: typeof import('./a.onnx?ncnn');"],
  ['App.vue', '<template><p/></template>\n<script setup lang="ts">\nimport net from "./a.onnx?ncnn"\nlet n: number\n</script>'],
  ['App.svelte', "<script>\nimport net from './a.onnx?ncnn';\n</script>\n<p>{net}</p>"],
  ['page.astro', "---\nimport net from './a.onnx?ncnn';\n---\n<p/>"],
  ['page.mdx', "import net from './a.onnx?ncnn'\n\n# {net.name}"],
])('finds the import in %s: %s', async (name, text) => {
  expect(await found({ [name]: text })).toEqual([`${name}: ./a.onnx?ncnn`]);
});

it('lists each specifier of a file once, with files and folders in order', async () => {
  const text = "import a from './a.onnx?ncnn'; export * from './a.onnx?ncnn'; import b from '@/b.onnx?precision=fp16&ncnn';";
  expect(await found({ 'z.js': text, 'lib/y.js': "import './c.onnx?ncnn'" })).toEqual([
    'lib/y.js: ./c.onnx?ncnn',
    'z.js: ./a.onnx?ncnn',
    'z.js: @/b.onnx?precision=fp16&ncnn',
  ]);
});

it.each([
  ['main.js', "// import './a.onnx?ncnn'\n/* require('./a.onnx?ncnn') */ const text = \"import './a.onnx?ncnn'\";"],
  ['main.js', "import './a.onnx?url'; import './a.onnx?ncnnx'; import('../../plugin/' + name + '.onnx?ncnn');"],
  ['ncnn.d.ts', 'declare module "*/a.onnx?ncnn" {}'],
  ['node_modules/a/main.js', "import './a.onnx?ncnn'"],
  ['.cache/main.js', "import './a.onnx?ncnn'"],
  ['page.md', "Write `import net from './a.onnx?ncnn'`."],
])('finds nothing in %s: %s', async (name, text) => {
  expect(await found({ [name]: text })).toEqual([]);
});
