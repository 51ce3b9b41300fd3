/** The built command line tool, run as a separate process. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onnxFile, type TestModel } from './onnxFile.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
let workshop = '';
let folder = '';
let count = 0;

beforeAll(async () => {
  // Inside of the project, so that imported packages are found.
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  workshop = mkdtempSync(path.join(root, '.cache/cli-'));
  await build({
    entry: [path.join(root, 'src/cli.ts')],
    outDir: path.join(workshop, 'dist'),
    cwd: root,
    config: false,
    dts: false,
    platform: 'node',
    logLevel: 'error',
  });
}, 60_000);
afterAll(() => rmSync(workshop, { recursive: true, force: true }));
beforeEach(() => {
  folder = path.join(workshop, String(count++));
  mkdirSync(folder);
});

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cli(...words: readonly string[]): Ran {
  const env = { ...process.env, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(workshop, 'dist/cli.mjs'), ...words], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function put(name: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), content);
}

const written = (): string[] => (existsSync(path.join(folder, 'out')) ? readdirSync(path.join(folder, 'out')).sort() : []);

const relu: TestModel = {
  nodes: [{ type: 'Relu', inputs: ['x'], outputs: ['y'], name: 'act' }],
  inputs: { x: [1, 2, 3] },
  outputs: { y: [1, 2, 3] },
};

const convolution: TestModel = {
  nodes: [{ type: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
  inputs: { x: [1, 1, 4, 4] },
  outputs: { y: [1, 1, 2, 2] },
  weights: { w: { dims: [1, 1, 3, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9] } },
};

describe('convert', () => {
  it('writes param, bin and json', () => {
    put('net.onnx', onnxFile(relu));
    const { status, stdout, stderr } = cli('convert', 'net.onnx', '-o', 'out');
    expect(stderr).toContain('converted net.onnx');
    expect(stdout).toBe('');
    expect(status).toBe(0);
    expect(written()).toEqual(['net.bin', 'net.ncnn.json', 'net.param']);
    expect(readFileSync(path.join(folder, 'out/net.param'), 'utf8')).toMatch(/^7767517\n2 2\n/);
  });

  it('writes the weights of the model', () => {
    put('net.onnx', onnxFile(convolution));
    cli('convert', 'net.onnx', '-o', 'out');
    const weights = readFileSync(path.join(folder, 'out/net.bin'));
    // Preceded by a tag of four bytes.
    expect(weights.length).toBe(4 + 9 * 4);
    expect([0, 4, 8].map((index) => weights.readFloatLE(4 + index * 4))).toEqual([1, 5, 9]);
  });

  it('prints one JSON object per model and tries them all', () => {
    put('a.onnx', onnxFile(relu));
    put('c.onnx', onnxFile(relu));
    const { status, stdout, stderr } = cli('convert', 'a.onnx', 'b.onnx', 'c.onnx', '-o', 'out', '--json');
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ model, ok }) => [model, ok])).toEqual([
      ['a.onnx', true],
      ['b.onnx', false],
      ['c.onnx', true],
    ]);
    expect(answers[0].files.map((file: string) => path.basename(file)).sort()).toEqual(['a.bin', 'a.ncnn.json', 'a.param']);
    expect(answers[1]).toMatchObject({ files: [], diagnostics: [{ code: 'file-missing', severity: 'error', hint: expect.any(String) }] });
    expect(stderr).toBe('');
    expect(status).toBe(1);
    expect(written()).toHaveLength(6);
  });

  it('sets a shape by name and by position', () => {
    put(
      'net.onnx',
      onnxFile({
        ...relu,
        inputs: { 'a=b': ['n', 'm'] },
        outputs: { y: ['n', 'm'] },
        nodes: [{ type: 'Relu', inputs: ['a=b'], outputs: ['y'] }],
      }),
    );
    for (const name of ['a=b', '#0']) {
      const { status } = cli('convert', 'net.onnx', '-o', 'out', '--shape', `${name}=1,7`);
      expect(status).toBe(0);
      const manifest = JSON.parse(readFileSync(path.join(folder, 'out/net.ncnn.json'), 'utf8'));
      expect(manifest.inputs[0]).toMatchObject({ name: 'a=b', shape: [1, 7] });
    }
  });
});

/** One line with code, file and problem, one line with the hint, and no output files. */
describe('a model that cannot be converted', () => {
  const topK: TestModel = {
    nodes: [{ type: 'NonZero', inputs: ['x'], outputs: ['y'], name: 'where' }],
    inputs: { x: [1, 8] },
    outputs: { y: [2, 'n'] },
  };
  const pointer =
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n';

  it.each([
    ['a missing file', undefined, 'net.onnx', 'file-missing'],
    ['a truncated file', onnxFile(convolution).subarray(0, 60), 'net.onnx', 'file-truncated'],
    ['an empty file', new Uint8Array(), 'net.onnx', 'file-'],
    ['a page of HTML', '<!DOCTYPE html><html><body>Not found</body></html>', 'net.onnx', 'file-foreign'],
    ['a pointer of Git LFS', pointer, 'net.onnx', 'file-foreign'],
    ['a TensorFlow Lite model', Uint8Array.from([0x1c, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33, 0, 0, 0, 0]), 'net.tflite', 'format-'],
    ['an operator without an ncnn form', onnxFile(topK), 'net.onnx', 'operator-unsupported'],
  ])('%s is reported as one clear diagnostic', (_what, content, name, code) => {
    if (content !== undefined) put(name, content);
    const { status, stdout, stderr } = cli('convert', name, '-o', 'out');
    const problems = stderr.split('\n').filter((line) => /^(error|warning|info) /.test(line));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^error ${code}[a-z-]* in ${name.replace('.', '\\.')}.*: \\S`));
    expect(stderr).toMatch(/^ {2}fix: \S/m);
    expect(stdout).toBe('');
    expect(status).toBe(1);
    expect(written()).toEqual([]);
  });
});

describe('conflicts', () => {
  it('rejects two models of one stem before writing', () => {
    put('a/net.onnx', onnxFile(relu));
    put('b/net.onnx', onnxFile(relu));
    put('other.onnx', onnxFile(relu));
    const { status, stdout } = cli('convert', 'a/net.onnx', 'b/net.onnx', 'other.onnx', '-o', 'out', '--json');
    const codes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).diagnostics[0].code);
    expect(codes).toEqual(['output-conflict', 'output-conflict', 'output-conflict']);
    expect(status).toBe(1);
    expect(written()).toEqual([]);
  });

  // They are recognized by non-ASCII bytes, which must survive the build.
  it.each([[['a/net.param.bin']], [['a/net.param.bin', 'a/net.bin']], [['a/net.param.bin+a/net.bin']]])(
    'reads binary nets: %j',
    (words) => {
      put('net.onnx', onnxFile(relu));
      expect(cli('convert', 'net.onnx', '-o', 'a', '--emit', 'param.bin,bin').status).toBe(0);
      const { status } = cli('convert', ...words, '-o', 'out', '--emit', 'param');
      expect(status).toBe(0);
    },
  );

  it('rejects different stems whose files conflict', () => {
    put('net.onnx', onnxFile(relu));
    put('net.param.onnx', onnxFile(relu));
    const { status, stderr } = cli('convert', 'net.onnx', 'net.param.onnx', '-o', 'out', '--emit', 'param.bin,bin');
    expect(stderr).toContain('output-conflict in net.onnx');
    expect(status).toBe(1);
    expect(written()).toEqual([]);
  });
});

describe('invalid usage', () => {
  it.each([
    [[], 'expected a command'],
    [['konvert'], 'unknown command konvert; did you mean convert?'],
    [['convert', '-o', 'out'], 'expected a model'],
    [['convert', 'net.onnx'], 'expected -o DIR'],
    [['convert', 'net.onnx', '-o', 'out', '--shap', 'x=1'], 'did you mean --shape?'],
    [['convert', 'net.onnx', '-o', 'out', '--emit', 'parm'], 'did you mean param'],
    [['convert', 'net.onnx', '-o', 'out', '--passes', 'eliminate_splt'], 'did you mean eliminate_split'],
    [['convert', 'net.onnx', '-o', 'out', '--shape', 'x=1,a'], '--shape x=1,a'],
    [['convert', 'net.onnx', '-o', 'out', '--no-optimize', '--passes', 'a'], 'exclude each other'],
  ])('%j exits with code 2', (words, message) => {
    put('net.onnx', onnxFile(relu));
    const { status, stderr } = cli(...words);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^ {2}fix: \S/m);
    expect(status).toBe(2);
    expect(written()).toEqual([]);
  });

  it('prints help to standard output', () => {
    expect(cli('--help')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('convert MODEL... -o DIR') });
    expect(cli('convert', '--help').stdout).toContain('--allow-outside');
  });

  it('prints the version', () => {
    expect(cli('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('inspect', () => {
  it('prints format, inputs, outputs, operators and weights on one screen', () => {
    put('net.onnx', onnxFile(convolution));
    const { status, stdout } = cli('inspect', 'net.onnx');
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(['net.onnx: onnx, opset 17', '  x  float32 [1,1,4,4]', '  y  float32 [1,1,2,2]', '  Conv 1', 'It converts.']),
    );
    expect(stdout).toContain('  float32  36 B in 1 tensor\n');
    expect(status).toBe(0);
  });

  it('marks unsupported operators', () => {
    put(
      'net.onnx',
      onnxFile({ ...relu, nodes: [...relu.nodes, { type: 'NonZero', inputs: ['y'], outputs: ['z'] }], outputs: { z: [2, 'n'] } }),
    );
    const { stdout } = cli('inspect', 'net.onnx');
    expect(stdout).toMatch(/^! NonZero 1 +Relu 1$/m);
    expect(stdout).toContain('The model does not convert with these options.');
    const logged = JSON.parse(cli('inspect', 'net.onnx', '--json').stdout);
    expect(logged).toMatchObject({
      ok: false,
      operators: [
        { name: 'NonZero', times: 1, supported: false },
        { name: 'Relu', supported: true },
      ],
    });
  });

  it('lists only the weights of a file without a graph', () => {
    const header = Buffer.from('{"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}');
    put('net.safetensors', Buffer.concat([Buffer.of(header.length, 0, 0, 0, 0, 0, 0, 0), header, Buffer.alloc(24)]));
    const { status, stdout } = cli('inspect', 'net.safetensors');
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'net.safetensors: pytorch, weights in the format of safetensors',
      'weights 24 B',
      '  float32  24 B in 1 tensor',
      '',
    ]);
    expect(stdout).toContain('\nThe model does not convert.\n');
    expect(status).toBe(0);
  });

  it('fails for a file that is not a model', () => {
    put('net.onnx', 'nothing of the kind');
    const { status, stderr } = cli('inspect', 'net.onnx');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error file-/);
  });
});

describe('convert --watch', () => {
  const addOne = (value: number): Uint8Array =>
    onnxFile({
      nodes: [{ type: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
      inputs: { x: [1, 8] },
      outputs: { y: [1, 8] },
      weights: { w: { dims: [8], values: Array.from({ length: 8 }, (_, index) => value + index) } },
    });
  const at = (name: string): string => path.join(folder, name);

  it('converts a model again when it changes, also after an error', async () => {
    writeFileSync(at('a.onnx'), addOne(1));
    writeFileSync(at('b.onnx'), addOne(2));
    const words = [path.join(workshop, 'dist/cli.mjs'), 'convert', 'a.onnx', 'b.onnx', '-o', 'out', '--emit', 'bin', '--watch'];
    const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let logged = '';
    child.stderr.on('data', (text) => (logged += text));
    const logs = async (text: string, times: number): Promise<void> =>
      await expect.poll(() => logged.split(text).length - 1, { timeout: 10_000 }).toBe(times);
    try {
      await logs('watching for changes', 1);
      await logs('converted', 2);
      const before = readFileSync(at('out/a.bin'));
      writeFileSync(at('a.onnx'), 'no model');
      await logs('error file-', 1);
      await logs('watching for changes', 2);
      expect(readFileSync(at('out/a.bin'))).toEqual(before);
      writeFileSync(at('a.onnx'), addOne(3));
      await logs('converted', 3);
      expect(readFileSync(at('out/a.bin'))).not.toEqual(before);
      expect(logged.match(/b\.onnx/g)).toHaveLength(1);
    } finally {
      child.kill();
    }
  });
});

describe.runIf(process.platform === 'linux')('output that cannot be written', () => {
  const shell = (line: string): Ran => {
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['-c', line.replace('CLI', `"${process.execPath}" "${path.join(workshop, 'dist/cli.mjs')}"`)],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    );
    return { status, stdout, stderr };
  };

  it('is no error if the reader closes the pipe', () => {
    const { stderr } = shell('CLI convert --help | head -c 1');
    expect(stderr).toBe('');
  });

  it('is reported in one line if the disk is full', () => {
    const { status, stderr } = shell('CLI convert --help > /dev/full');
    expect(stderr).toBe('unplugin-ncnn: the output cannot be written (ENOSPC)\n');
    expect(status).toBe(1);
  });
});
