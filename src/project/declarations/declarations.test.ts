import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeModel } from '../../emit/description.ts';
import { sampleArtifact } from '../../emit/testing.ts';
import { collectDeclarations, type Declarations } from './declarations.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'ncnn-dts-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (name: string): string => path.join(root, name);
const put = (name: string, text: string): void => {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};
const nets = { a: describeModel(sampleArtifact('a', 'conv_a')), b: describeModel(sampleArtifact('b', 'conv_b')) };

/** A build that sees one import. */
function building(specifier: string, importer: string, model: string, net: keyof typeof nets): Declarations {
  const declarations = collectDeclarations();
  const id = `${at(model)}?ncnn`;
  declarations.addImport({ specifier, importer: at(importer), id });
  declarations.addModel(id, nets[net]);
  return declarations;
}
const write = async (declarations: Declarations, complete = true): Promise<string> => {
  await declarations.write({ file: at('ncnn.d.ts'), root, complete });
  return readFileSync(at('ncnn.d.ts'), 'utf8');
};
const patterns = (text: string): unknown => [...text.matchAll(/^declare module "(.*)" \{/gm)].map(([, pattern]) => pattern);

it('is the same whichever build of a project writes last', async () => {
  put('client.js', "import './a.onnx?ncnn'");
  put('server.js', "import './b.onnx?ncnn'");
  const client = building('./a.onnx?ncnn', 'client.js', 'a.onnx', 'a');
  const server = building('./b.onnx?ncnn', 'server.js', 'b.onnx', 'b');
  await write(client);
  const whole = await write(server);
  expect(patterns(whole)).toEqual(['*/a.onnx?ncnn', '*/b.onnx?ncnn']);
  const { mtimeMs, ino } = statSync(at('ncnn.d.ts'));
  // In the same process, and in another one.
  for (const build of [client, building('./a.onnx?ncnn', 'client.js', 'a.onnx', 'a'), server]) expect(await write(build)).toBe(whole);
  expect(statSync(at('ncnn.d.ts'))).toMatchObject({ mtimeMs, ino });
});

it('drops declarations without an import unless a build sees only some sources', async () => {
  put('client.js', "import './a.onnx?ncnn'");
  await write(building('./b.onnx?ncnn', 'gone.js', 'b.onnx', 'b'));
  const client = building('./a.onnx?ncnn', 'client.js', 'a.onnx', 'a');
  expect(patterns(await write(client, false))).toEqual(['*/a.onnx?ncnn', '*/b.onnx?ncnn']);
  expect(patterns(await write(client))).toEqual(['*/a.onnx?ncnn']);
});

it.each(['both', 'one'])('leaves out the net of an ambiguous specifier in a build (%s)', async (seen) => {
  put('one/main.js', "import './net.onnx?ncnn'");
  put('two/main.js', "import './net.onnx?ncnn'");
  put('main.js', "import './one/net.onnx?ncnn'");
  const build = building('./net.onnx?ncnn', 'one/main.js', 'one/net.onnx', 'a');
  build.addImport({ specifier: './one/net.onnx?ncnn', importer: at('main.js'), id: `${at('one/net.onnx')}?ncnn` });
  if (seen === 'both') {
    build.addImport({ specifier: './net.onnx?ncnn', importer: at('two/main.js'), id: `${at('two/net.onnx')}?ncnn` });
    build.addModel(`${at('two/net.onnx')}?ncnn`, nets.b);
  }
  const text = await write(build);
  expect(patterns(text)).toEqual(['*/one/net.onnx?ncnn', '*/net.onnx?ncnn']);
  const [, block = ''] = /^declare module "\*\/net\.onnx\?ncnn" \{\n([\s\S]*?)^\}/m.exec(text) ?? [];
  expect(block).toContain("from 'unplugin-ncnn/runtime'");
  expect(block).not.toContain('conv_a');
  expect(await write(build, false)).toBe(text);
});

it('identifies a model by its file, also behind a link that a bundler followed', async () => {
  put('store/abc', '');
  put('main.js', "import './net.onnx?ncnn'");
  symlinkSync(at('store/abc'), at('net.onnx'));
  expect(await write(building('./net.onnx?ncnn', 'main.js', 'store/abc', 'a'))).toContain('conv_a');
});

it('creates the folder of the file', async () => {
  const build = building('./a.onnx?ncnn', 'main.js', 'a.onnx', 'a');
  await build.write({ file: at('types/deep/nets.d.ts'), root, complete: false });
  expect(readFileSync(at('types/deep/nets.d.ts'), 'utf8')).toContain('conv_a');
});

it('reports a file that cannot be written', async () => {
  const build = building('./a.onnx?ncnn', 'main.js', 'a.onnx', 'a');
  put('file', '');
  await expect(build.write({ file: at('file/nets.d.ts'), root, complete: false })).rejects.toMatchObject({
    diagnostics: [{ code: 'output-unwritable' }],
  });
});

it('skips specifiers without a TypeScript pattern', async () => {
  expect(patterns(await write(building('./a*b.onnx?ncnn', 'main.js', 'a*b.onnx', 'a')))).toEqual([]);
});
