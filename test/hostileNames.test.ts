/** Checks that no name of a model escapes from its context: a string, comment, identifier, header guard or terminal line. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Artifact, type Conversion, convert, emitFiles, emitters, NcnnError, renderReport, reportData } from '../src/api.ts';
import type { Terminal } from '../src/cli/output/terminal.ts';
import { run } from '../src/cli/run.ts';
import { diagnostic } from '../src/diagnostics/diagnostic.ts';
import { noColors } from '../src/diagnostics/paint.ts';
import { describeModel } from '../src/emit/description.ts';
import { emitAmbientDeclarations, readAmbientDeclarations } from '../src/emit/dts.ts';
import { idTree } from '../src/emit/module.ts';
import { readParamText } from '../src/net/format/paramRead.ts';
import { describeDiagnostics, throwingModule } from '../src/plugin/bundlerError.ts';
import { renderFailurePage, renderModelsPage } from '../src/plugin/dev/page.ts';
import { inlineIds } from '../src/plugin/inlineIds/inlineIds.ts';
import { toConvertedModel } from '../src/project/conversion/convertedModel.ts';
import { parseImporter } from '../src/project/imports/parseImporter.ts';
import { onnxFile } from './onnxFile.ts';

/** Names that ncnn accepts, which must remain unchanged. */
const legal = [
  '__proto__',
  'constructor',
  'toString',
  'class',
  'int',
  'default',
  '"',
  "'",
  `\`$\{process.exit(9)}\``,
  '*/throw_1/*',
  '//',
  '\\',
  '\\"',
  '</script><script>alert(1)</script>',
  '-->',
  '\u2028',
  '\u2029',
  '\u00a0',
  '\u001b[2J',
  '\u009b1m',
  '\u202e',
  '#endif',
  `$\{X}`,
  '$(touch_x)',
  '"]',
  '0=1',
  '-23300=1,2',
  'größe',
  '模型',
  '😀',
  'conv',
  'conv.1',
  'conv/1',
  'conv_1',
  'Ⓐ'.repeat(85),
];
/** Names that ncnn does not accept. */
const illegal = ['a b', 'a\nb', 'a\r\nb', 'a\tb', 'x'.repeat(300), '😀'.repeat(300), 'a\0b'];
const names = [...legal, ...illegal];

const stem = 'a "b\' $(touch x) `; <script>\u2028 \u001b[2J $X 模 __proto__';
let folder = '';
let conversion: Conversion;
function write(artifact: Artifact, form: string): void {
  try {
    for (const { name, chunks } of emitFiles(artifact, [form])) writeFileSync(path.join(folder, name), Buffer.concat([...chunks()]));
  } catch (error) {
    if (!(error instanceof NcnnError) || artifact.stem === 'plain') throw error;
  }
}
const text = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
  // A chain of layers with unique names, and the blobs between them.
  const blobs = ['input "\u2028*/', ...names.map((name) => `${name}`)];
  const nodes = names.map((name, index) => ({
    type: ['Sigmoid', 'Tanh', 'Neg'][index % 3] ?? '',
    inputs: [blobs[index] ?? ''],
    outputs: [blobs[index + 1] ?? ''],
    name,
  }));
  const end = blobs.at(-1) ?? '';
  // Outputs in the middle of the chain, so that their names occur wherever outputs are listed.
  const outputs = Object.fromEntries([...legal, end].map((name) => [name, [1, 4]] as const));
  writeFileSync(path.join(folder, `${stem}.onnx`), onnxFile({ nodes, inputs: { [blobs[0] ?? '']: [1, 4] }, outputs }));
  conversion = await convert(path.join(folder, `${stem}.onnx`), { optimize: false });
  for (const form of emitters.keys()) {
    // A form may reject a name that it cannot express; it must accept a plain one.
    for (const artifact of [conversion.artifact, { ...conversion.artifact, stem: 'plain' }]) write(artifact, form);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('files of a model with hostile names', () => {
  it('keep every name that ncnn accepts and report changed ones', () => {
    const { layers, diagnostics } = readParamText(text(`${stem}.param`));
    expect(diagnostics).toEqual([]);
    const read = new Set(layers.map(({ name }) => name));
    for (const name of legal) expect(read).toContain(name);
    for (const name of read) expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255);
    // These include the Input layer of an input with a space in its name.
    const messages = conversion.diagnostics.filter(({ code }) => code === 'name-changed').map(({ message }) => message);
    expect(messages.filter((message) => message.includes('of a layer'))).toHaveLength(illegal.length + 1);
  });

  it('include a module that runs with each name as a key', async () => {
    const module: Record<string, Record<string, number>> = await import(pathToFileURL(path.join(folder, `${stem}.mjs`)).href);
    for (const name of legal) {
      expect(Object.hasOwn(module.LayerId ?? {}, name)).toBe(true);
      expect(Object.hasOwn(module.outputs ?? {}, name)).toBe(true);
    }
    expect(Object.getPrototypeOf(module.LayerId)).toBe(Object.prototype);
    expect(module.default?.name).toBe(stem);
    expect(text(`${stem}.mjs`)).not.toContain('</script');
  });

  it('include declarations that TypeScript accepts, in a file and in a module', { timeout: 60_000 }, () => {
    const description = describeModel(conversion.artifact);
    const ambient = emitAmbientDeclarations([{ pattern: `*/${stem}.onnx?ncnn`, description }]);
    writeFileSync(path.join(folder, 'ambient.d.ts'), ambient);
    writeFileSync(
      path.join(folder, 'use.mts'),
      `import { LayerId } from './net.mjs';\nexport const id: number = LayerId["*/throw_1/*"];\n`,
    );
    writeFileSync(path.join(folder, 'net.d.mts'), text(`${stem}.d.mts`));
    const options = {
      noEmit: true,
      skipLibCheck: true,
      strict: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    };
    const program = ts.createProgram([path.join(folder, 'use.mts'), path.join(folder, 'ambient.d.ts')], { ...options, types: [] });
    const found = ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    // Only the package itself is missing.
    expect(found.filter((message) => !message.includes("'unplugin-ncnn/runtime'"))).toEqual([]);
    // Writing it again does not change it.
    expect(emitAmbientDeclarations([], readAmbientDeclarations(ambient))).toBe(ambient);
  });

  it('include a manifest with the source names', () => {
    const manifest: { outputs: { name: string }[] } = JSON.parse(text(`${stem}.ncnn.json`));
    expect(manifest.outputs.map(({ name }) => name)).toEqual(expect.arrayContaining(legal));
  });

  it.skipIf(spawnSync('g++', ['--version']).status !== 0)('include C and C++ that compile', () => {
    const sources = readdirSync(folder).filter((name) => /\.(h|c|S)$/.test(name));
    expect(sources.length).toBeGreaterThanOrEqual(2);
    for (const name of sources) {
      const language = name.endsWith('.S') ? 'assembler-with-cpp' : name.endsWith('.c') ? 'c' : 'c++';
      const output = name.endsWith('.h') ? ['-fsyntax-only'] : ['-c', '-o', path.join(folder, 'object.o')];
      const { status, stderr } = spawnSync('g++', ['-x', language, '-w', ...output, name], { cwd: folder, encoding: 'utf8' });
      expect(`${name}: ${stderr}`).toBe(`${name}: `);
      expect(status).toBe(0);
    }
  });

  it('include pages with nothing but expected markup', async () => {
    const data = reportData(conversion);
    const model = toConvertedModel(conversion);
    const diagnostics = [diagnostic('operator-unknown', names.join(' '), names.join(' '), { node: names.join(' '), file: stem })];
    const pages = [
      await renderReport(data),
      renderModelsPage([
        { name: `models/${stem}.onnx?ncnn`, report: `report?model=${stem}`, state: { kind: 'converted', model } },
        { name: names.join(' '), report: '"><img src=x onerror=alert(1)>', state: { kind: 'failed', diagnostics } },
      ]),
      renderFailurePage(stem, diagnostics),
    ];
    for (const page of pages) {
      // Lists of matches, because a page is too long to print. The report contains its graph as JSON text, and one script.
      const found = (pattern: RegExp): readonly string[] => [...page.matchAll(pattern)].map(([text]) => JSON.stringify(text));
      expect(found(/<script/gi)).toHaveLength(page === pages[0] ? 2 : 0);
      expect(found(/<(?:img|iframe|object|link|a [^>]*href="?(?:javascript|data):)|alert\(1\)<\/script/gi)).toEqual([]);
      expect(found(/[^\P{Cc}\n\t]|[\u2028\u2029\u202e]/gu)).toEqual([]);
    }
    const json = /<script type="application\/json" id="nets">(.*?)<\/script>/s.exec(pages[0] ?? '')?.[1] ?? '';
    expect(Object.keys(JSON.parse(json))).toContain('after');
  });

  it('become numbers in importers, with a source map that contains nothing of the model', async () => {
    const uses = legal.map((name) => `use(LayerId[${JSON.stringify(name)}]);`);
    const code = ["import { LayerId } from './net.onnx?ncnn';", ...uses].join('\n');
    const tree = idTree(describeModel(conversion.artifact));
    const { inlined } = await inlineIds(code, 'main.js', await parseImporter(code, 'main.js'), async () => tree);
    const seen: unknown[] = [];
    new Function('use', 'LayerId', inlined?.code.replace(/^import.*\n/, '') ?? '')((id: unknown) => seen.push(id), undefined);
    expect(seen).toHaveLength(legal.length);
    expect(seen.every((id) => Number.isSafeInteger(id))).toBe(true);
    expect(new Set(seen).size).toBe(legal.length);
    const { mappings, sourcesContent = [] } = JSON.parse(inlined?.map.toString() ?? '');
    expect(mappings).toMatch(/^[\w+/,;]+$/);
    expect(sourcesContent.every((text: string | null) => text === null || text === code)).toBe(true);
  });

  it('are in the output folder', () => {
    expect(readdirSync(folder).filter((name) => name === 'x')).toEqual([]);
  });
});

describe.each([
  [
    'Caffe',
    'net.prototxt',
    [
      'layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 2, 3, 4] } } }',
      ...names.map((name, index) => {
        const text = (value: string): string =>
          `"${[...new TextEncoder().encode(value)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`;
        return `layer { name: ${text(name)} type: "TanH" bottom: ${index === 0 ? '"data"' : text(names[index - 1] ?? '')} top: ${text(name)} }`;
      }),
    ].join('\n'),
  ],
  [
    'MXNet',
    'net-symbol.json',
    JSON.stringify({
      nodes: [{ op: 'null', name: 'data', inputs: [] }, ...names.map((name, index) => ({ op: 'tanh', name, inputs: [[index, 0, 0]] }))],
      heads: [[names.length, 0, 0]],
    }),
  ],
])('a net of %s with hostile names', (_format, name, content) => {
  it('keeps names that ncnn accepts and renames the others with a warning', async () => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    const shape: Record<string, readonly number[]> = name.endsWith('.json') ? { data: [1, 2, 3, 4] } : {};
    const { artifact, diagnostics } = await convert(file, { optimize: false, shape });
    const { layers, diagnostics: faults } = readParamText(new TextDecoder().decode(artifact.param));
    expect(faults).toEqual([]);
    const read = new Set(layers.map((layer) => layer.name));
    for (const legalName of legal) expect(read).toContain(legalName);
    for (const layer of read) expect(new TextEncoder().encode(layer).length).toBeLessThanOrEqual(255);
    expect(diagnostics.filter(({ code, message }) => code === 'name-changed' && message.includes('of a layer'))).toHaveLength(
      illegal.length,
    );
  });
});

describe('messages about a model with hostile names', () => {
  const hostile = 'a\u001b[2J\nb\u009b\u202e\u2028"</script>';

  /** The output of the tool. */
  async function cli(...words: readonly string[]): Promise<string> {
    const lines: string[] = [];
    const terminal: Terminal = { print: (line) => lines.push(line), log: (line) => lines.push(line), paint: noColors };
    await run(words, terminal);
    return lines.join('\n');
  }

  const unsupported = (): string => {
    const file = path.join(folder, 'bad\u001b[31m.onnx');
    const node = { type: `Nothing${hostile}`, inputs: [hostile], outputs: ['y'], name: `node ${hostile}` };
    writeFileSync(file, onnxFile({ nodes: [node], inputs: { [hostile]: [1, 4] }, outputs: { y: [1, 4] } }));
    return file;
  };

  it.each([[['convert']], [['convert', '--json']], [['inspect']], [['inspect', '--json']]])(
    'have no control characters: %s',
    async ([name = '', ...rest]) => {
      const words = name === 'convert' ? [...rest, '-o', folder] : rest;
      const printed = await cli(name, unsupported(), ...words);
      expect(printed).toContain('operator-unknown');
      expect(printed).toMatch(/^(?:[^\p{Cc}\u2028\u2029\u202e]|\n)*$/u);
    },
  );

  it('have no control characters if a model converts', async () => {
    const printed = await cli('convert', path.join(folder, `${stem}.onnx`), '-o', path.join(folder, 'again'));
    expect(printed).toContain('converted');
    expect(printed).toMatch(/^(?:[^\p{Cc}\u2028\u2029\u202e]|\n)*$/u);
  });

  it('have no control characters for invalid usage', async () => {
    expect(await cli(`con${hostile}`)).toMatch(/^(?:[^\p{Cc}\u2028\u2029\u202e]|\n)*$/u);
  });

  it('have no control characters in errors and bundler messages', async () => {
    const error = await convert(unsupported()).catch((thrown: unknown) => thrown);
    if (!(error instanceof NcnnError)) throw new Error('it should have been refused');
    expect(error.message).toMatch(/^[^\p{Cc}\u2028\u2029\u202e]*$/u);
    const printed = describeDiagnostics(error.diagnostics);
    expect(printed).toMatch(/^(?:[^\p{Cc}\u2028\u2029\u202e]|\n)*$/u);
    expect(throwingModule(printed)).not.toContain('</script');
  });
});
