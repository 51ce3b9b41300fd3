import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { oneFileSize } from './loadProgram.ts';

it('finds the only file among words that cannot be paths', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'words-'));
  try {
    const model = path.join(folder, 'net.onnx');
    writeFileSync(model, 'abc');
    expect(oneFileSize(['convert', model, '--passes', 'fuse_gate,'.repeat(500)])).toBe(3);
    expect(oneFileSize(['convert', model, '-o', path.join(model, 'folder')])).toBe(3);
    expect(oneFileSize(['convert', model, model])).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
