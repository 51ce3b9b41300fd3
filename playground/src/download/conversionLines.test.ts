import { describe, expect, it } from 'vitest';
import { conversionOptions, readConversionOptions } from '../../../src/cli/arguments/conversionOptions.ts';
import { parseArguments } from '../../../src/cli/arguments/usage.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { parseQuery } from '../../../src/project/imports/query.ts';
import { commandLine, importLine, queryOf } from './conversionLines.ts';

const cases: readonly ConvertOptions[] = [
  {},
  { shape: { x: [1, 3, -1, 320], "it's": [] }, const: { sr: 16000, flags: [true, false] } },
  { outputs: ['a/b:0', '+c,d'], keep: ['block*'], precision: 'fp16' },
  { optimize: false, target: 'arm', ncnnVersion: '20230223' },
];

describe('the import', () => {
  it.each(cases)('of %j has the same meaning', (options) => {
    const { options: read, diagnostics } = parseQuery(queryOf(options).join('&'), 'net.onnx');
    expect(diagnostics).toEqual([]);
    expect(read).toEqual(options);
  });

  it('names a partner with another name, and writes options that a query cannot express as configuration', () => {
    const model = { model: 'models/deploy.prototxt', files: ['models/deploy.prototxt', 'models/net.caffemodel'] };
    expect(importLine(model, { optimize: ['fuse_gate'] })).toBe(
      '// in the configuration: ncnn({ models: { "**/deploy.prototxt": { optimize: ["fuse_gate"] } } })\nimport net from "./deploy.prototxt?caffemodel=net.caffemodel&ncnn";',
    );
    expect(commandLine(model, {}, ['param', 'bin'])).toBe(
      "npx unplugin-ncnn convert 'deploy.prototxt+net.caffemodel' -o out --emit param,bin",
    );
  });

  it('omits a partner that is found by name', () => {
    expect(importLine({ model: 'net-symbol.json', files: ['net-symbol.json', 'net-0012.params'] }, {})).toBe(
      'import net from "./net-symbol.json?ncnn";',
    );
  });
});

describe('the command line', () => {
  it.each([...cases, { optimize: ['fuse_gate', 'merge_crop'], fp32Layers: ['a', 'b'], customLayers: ['Foo'], maxSteps: 9 } as const])(
    'of %j has the same meaning',
    (options) => {
      const line = commandLine({ model: 'net.onnx', files: ['net.onnx'] }, options, []);
      const words = wordsOf(line.slice(line.indexOf('-o out') + 6));
      const read = readConversionOptions(parseArguments(words, conversionOptions));
      const { shape, const: constants, allowOutside, ...others } = read;
      expect(allowOutside).toBe(false);
      expect({ shape: {}, const: {}, ...options }).toEqual({ shape, const: constants, ...others });
    },
  );
});

/** The words of a line as a shell takes them apart. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) => word.replaceAll(/'([^']*)'|\\(')/g, '$1$2'));
}
