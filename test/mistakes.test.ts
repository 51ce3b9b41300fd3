/** Common mistakes and their messages: what is wrong, where, and what to do. Shown for the command line; bundlers show the same. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../src/cli/testing.ts';
import { zipArchive } from '../src/importers/torch/archive/testing.ts';
import { onnxFile, type TestModel } from './onnxFile.ts';

const weight = { dims: [2, 3, 3, 3], values: Array.from({ length: 54 }, (_, index) => index / 54) };
const good: TestModel = {
  nodes: [
    { type: 'Conv', inputs: ['image', 'w'], outputs: ['features'], name: 'conv1' },
    { type: 'Relu', inputs: ['features'], outputs: ['prob'] },
  ],
  inputs: { image: ['n', 3, 'h', 'w_'] },
  outputs: { prob: ['n', 2, 'a', 'b'] },
  weights: { w: weight },
};
const blockers: TestModel = {
  ...good,
  nodes: [
    ...good.nodes,
    { type: 'NonZero', inputs: ['features'], outputs: ['first'], name: 'first' },
    { type: 'NonZero', inputs: ['prob'], outputs: ['second'], name: 'second' },
    { type: 'Unique', inputs: ['features'], outputs: ['third'], name: 'third' },
  ],
  outputs: { first: [4, 'n'], second: [4, 'n'], third: ['n'] },
};

/** The first header of a zip archive, with the name of its first entry. */
function zip(name: string): Uint8Array {
  const header = new Uint8Array(30 + name.length);
  header.set(new TextEncoder().encode('PK\u0003\u0004'));
  header[26] = name.length;
  header.set(new TextEncoder().encode(name), 30);
  return header;
}

const files: Readonly<Record<string, string | Uint8Array>> = {
  'good.onnx': onnxFile(good),
  'blockers.onnx': onnxFile(blockers),
  'truncated.onnx': onnxFile(good).subarray(0, 150),
  'lfs.onnx': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
  'page.onnx': '<!DOCTYPE html><html><body>Not found</body></html>',
  'pointer.onnx': '/annex/objects/SHA256E-s123--abc.onnx\n',
  'empty.onnx': '',
  'packed.onnx': zip('net.onnx'),
  'model.onnx.zip': zip('net.onnx'),
  'torch.onnx': zip('archive/data.pkl'),
  // A state dict without entries.
  'net.pt': zipArchive({ 'archive/data.pkl': Uint8Array.of(0x80, 2, 0x7d, 0x2e) }),
  'net.tflite': Uint8Array.from([0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33]),
  'net.h5': Uint8Array.of(0x89, 0x48, 0x44, 0x46),
  'saved/saved_model.pb': '',
  'folder/inner.onnx': '',
  'weights.bin': new Uint8Array(4),
  'lonely.param': '7767517\n2 2\nInput x 0 1 x 0=4\nInnerProduct fc 1 1 x y 0=4 1=0 2=16\n',
  'lonely.prototxt':
    'layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 2, 4, 4] } } }\nlayer { name: "c" type: "Convolution" bottom: "data" top: "c" convolution_param { num_output: 1 kernel_size: 3 } }',
  'odd.param': '7767517\n2 2\nInput x 0 1 x 0=4\nReLu act 1 1 x y\n',
  'odd.bin': '',
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mistakes-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  symlinkSync('.git/annex/objects/x/SHA256E-s1--abc.onnx', path.join(folder, 'annex.onnx'));
  symlinkSync('gone/net.onnx', path.join(folder, 'dangling.onnx'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function logged(words: readonly string[]): Promise<{ readonly code: number; readonly text: string; readonly printed: string }> {
  const { code, logged: text, printed } = await runCommandLine(...words);
  return { code, text: text.replaceAll(`${folder}${path.sep}`, ''), printed };
}

describe('a mistake', () => {
  it.each<[what: string, words: readonly string[], problem: string | RegExp, fix: string | RegExp]>([
    ['a misspelled path', ['god.onnx'], 'error file-missing in god.onnx: the file does not exist', 'Did you mean good.onnx?'],
    ['a path to nowhere', ['nothing/of/the/kind.onnx'], 'the file does not exist', 'Check the path'],
    ['a pointer of Git LFS', ['lfs.onnx'], 'the file is a Git LFS pointer', '`git lfs pull`'],
    ['a git-annex pointer', ['pointer.onnx'], 'a git-annex pointer', '`git annex get`'],
    ['a link of Git-annex', ['annex.onnx'], 'the file is a link to ".git/annex/objects/', '`git annex get`'],
    ['a link to nowhere', ['dangling.onnx'], 'the file is a link to "gone/net.onnx", which does not exist', 'the target of the link'],
    ['a web page', ['page.onnx'], 'the file is an HTML page', 'Download the file itself'],
    ['an empty file', ['empty.onnx'], 'error file-truncated in empty.onnx: the file is empty', 'Download the file again'],
    ['a download that broke off', ['truncated.onnx'], 'error file-truncated in truncated.onnx', 'Download or copy the file again'],
    ['a zipped model', ['packed.onnx'], 'a zip archive with "net.onnx" in it', 'Unpack it'],
    ['a zip archive', ['model.onnx.zip'], 'it is a zip archive with "net.onnx" in it', 'Unpack it'],
    ['a PyTorch file with another name', ['torch.onnx'], 'a zip archive (as .pt, .pth', 'Export the model to ONNX'],
    ['a PyTorch file without a graph', ['net.pt'], 'graph', 'torch.export'],
    ['a TensorFlow Lite model', ['net.tflite'], 'a TensorFlow Lite model', 'tf2onnx --tflite'],
    ['a Keras model', ['net.h5'], 'a TensorFlow or Keras model', 'tf2onnx'],
    ['a SavedModel', ['saved'], 'the path is a folder', 'TensorFlow SavedModel with tf2onnx'],
    ['a folder', ['folder'], 'the path is a folder', 'Give a file in it, such as folder/inner.onnx'],
    ['weights without their net', ['weights.bin'], 'the file holds the weights of a net, but not the net', 'Give the .param'],
    ['a net without its weights', ['lonely.param'], 'there is no lonely.bin in its folder', 'net.param+weights.bin'],
    ['a prototxt without its caffemodel', ['lonely.prototxt'], 'the caffemodel with the weights of "c" is missing', 'lonely.prototxt+'],
    ['a misspelled layer', ['odd.param'], 'odd.param:4', 'Did you mean ReLU'],
    ['a misspelled input', ['good.onnx', '--shape', 'imag=1,3,8,8'], 'has no input "imag"', 'Did you mean "image"?'],
    [
      'a shape of the wrong rank',
      ['good.onnx', '--shape', 'image=3,8,8'],
      'for the input "image" has 3 axes; the model declares 4',
      'one size for each',
    ],
    [
      'a shape that contradicts',
      ['good.onnx', '--shape', 'image=1,4,8,8'],
      'the input "image" has 4 on axis 1, expected 3',
      'image=1,3,8,8',
    ],
    ['a misspelled output', ['good.onnx', '--output', 'prb'], 'has no tensor "prb"', 'Did you mean "prob"?'],
    ['a misspelled pass', ['good.onnx', '--passes', 'fuse_activatoin'], 'unknown pass', '--help'],
    ['a misspelled option', ['good.onnx', '--fp61'], 'did you mean --fp16?', '--help'],
    ['a form that is none', ['good.onnx', '--emit', 'parm'], 'did you mean param', '--help'],
    ['a colon for an equals sign', ['good.onnx', '--shape', 'image:1,3,8,8'], 'expected NAME=VALUE', '--help'],
  ])('is explained: %s', async (_what, [name = '', ...options], problem, fix) => {
    const { code, text } = await logged(['convert', path.join(folder, name), '-o', path.join(folder, 'out'), ...options]);
    expect(code).toBeGreaterThan(0);
    expect(text).toContain(problem);
    expect(
      text
        .split('\n')
        .filter((line) => line.startsWith('  fix: '))
        .join('\n'),
    ).toMatch(fix);
  });

  it('is explained in a constant: another type, too many or no input', async () => {
    const file = path.join(folder, 'good.onnx');
    const list = await logged(['convert', file, '-o', folder, '--const', 'image=1,2,3', '--shape', 'image=1,3,8,8']);
    expect(list.text).toMatch('has 3 values, expected 1 or 192 for the shape [1,3,8,8]');
    expect((await logged(['convert', file, '-o', folder, '--const', 'image=abc'])).text).toMatch('is not a number, true, false');
    expect((await logged(['convert', file, '-o', folder, '--const', 'x=1'])).text).toMatch('has no input "x"');
  });
});

describe('the errors of a model', () => {
  it('are logged at once, by operator, with the path through the graph and the cut to make', async () => {
    const { code, text } = await logged(['convert', path.join(folder, 'blockers.onnx'), '-o', path.join(folder, 'out')]);
    expect(code).toBe(1);
    const problems = text.split('\n').filter((line) => line.startsWith('error'));
    expect(problems).toHaveLength(2);
    expect(text).toMatch(/NonZero\n {2}at NonZero "first".*\n {4}via image > conv1\n {2}at NonZero "second"/);
    expect(text).toMatch(/fix: .*`--output features --output prob`/);
  });

  it('are logged as JSON with the same locations', async () => {
    const { code, printed, text } = await logged(['convert', path.join(folder, 'blockers.onnx'), '-o', path.join(folder, 'out'), '--json']);
    expect([code, text]).toEqual([1, '']);
    const { ok, diagnostics } = JSON.parse(printed);
    expect(ok).toBe(false);
    const errors = diagnostics.filter(({ severity }: { severity: string }) => severity === 'error');
    expect(errors.map(({ place }: { place: { node: string } }) => place.node)).toEqual(['first', 'second', 'third']);
    expect(errors[0]).toMatchObject({
      code: 'operator-unsupported',
      hint: expect.any(String),
      place: { operator: 'NonZero', path: ['image', 'conv1', 'first'] },
    });
  });
});
