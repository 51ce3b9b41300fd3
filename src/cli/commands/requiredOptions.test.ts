import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onnxFile, type TestModel } from '../../../test/onnxFile.ts';
import { type Diagnostic, inspect } from '../../api.ts';
import type { Advice } from '../../diagnostics/advice.ts';
import type { DiagnosticCode } from '../../diagnostics/catalogue/index.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { findRequiredOptions } from './requiredOptions.ts';

let file = '';
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), 'needs-')), 'net.onnx');
});
afterEach(() => rmSync(path.dirname(file), { recursive: true, force: true }));

/** A Reshape that merges two dynamic axes, which ncnn does not support if both are dynamic. */
const flattened: TestModel = {
  nodes: [
    { type: 'Transpose', inputs: ['x'], outputs: ['t'], attributes: { perm: [0, 2, 1, 3] } },
    { type: 'Gemm', inputs: ['f', 'w'], outputs: ['y'] },
    { type: 'Flatten', inputs: ['t'], outputs: ['f'] },
  ],
  inputs: { x: ['n', 3, 'h', 'w'] },
  outputs: { y: ['n', 1] },
  weights: { w: { dims: [3 * 64 * 64, 1], values: Array.from({ length: 3 * 64 * 64 }, () => 1) } },
};

const needs = async (model: TestModel, diagnostics: readonly Diagnostic[] = []): ReturnType<typeof findRequiredOptions> => {
  writeFileSync(file, onnxFile(model));
  return await findRequiredOptions(file, await inspect(file), {}, diagnostics);
};

describe('findRequiredOptions', () => {
  it('finds sizes for dynamic axes with which the model converts', async () => {
    expect(await needs(flattened)).toEqual({ arguments: ['--shape x=1,3,64,64'], tried: true });
  });

  it('otherwise uses the advice of the errors in shell syntax', async () => {
    const advised = (code: DiagnosticCode, ...advice: readonly Advice[]): Diagnostic => diagnostic(code, '', { hint: '', advice });
    const logged = [
      advised('operator-unsupported', { option: 'const', input: 's r' }, { option: 'outputs', names: [] }),
      advised('operator-unsupported', { option: 'outputs', names: ['a/b', 'c&d'] }),
      advised('operator-unsupported', { option: 'outputs', names: ['a/b'] }),
      advised('shape-unknown', { option: 'shape' }),
      advised('batch-assumed-one', { option: 'shape', input: 'x', dims: [1, 3] }),
    ];
    const fixed: TestModel = { nodes: [{ type: 'TopK', inputs: ['x'], outputs: ['y'] }], inputs: { x: [4] }, outputs: { y: [4] } };
    expect(await needs(fixed, logged)).toEqual({ arguments: ["--const 's r=VALUE'", '--output a/b', "--output 'c&d'"], tried: false });
  });

  it('suggests nothing if nothing helps', async () => {
    const fixed: TestModel = { nodes: [{ type: 'TopK', inputs: ['x'], outputs: ['y'] }], inputs: { x: [4] }, outputs: { y: [4] } };
    expect(await needs(fixed)).toBeUndefined();
  });
});
