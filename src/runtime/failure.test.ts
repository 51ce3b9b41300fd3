import { describe, expect, it, vi } from 'vitest';
import { explain } from './explanations.ts';
import { explained, Failure } from './failure.ts';
import type { NcnnModel } from './types.ts';

describe('explain', () => {
  it('gives an error its message, code and cause', async () => {
    const cause = new TypeError('fetch failed');
    const failing = explained(async () => {
      throw new Failure('wasm-load', [cause, '/ncnn.wasm'], cause);
    });
    await expect(failing).rejects.toMatchObject({ name: 'SessionError', code: 'wasm', cause });
    await expect(failing).rejects.toThrow('/ncnn.wasm cannot be fetched: TypeError: fetch failed');
  });

  it('puts the message into the stack, which consoles print', async () => {
    const error = await explained(async () => {
      throw new Failure('disposed-session', ['net']);
    }).catch((reason: unknown) => reason);
    expect(String(Reflect.get(Object(error), 'stack'))).toContain('The session of "net" is disposed');
  });

  it('returns other errors unchanged', async () => {
    const other = new RangeError('other');
    await expect(explained(() => Promise.reject(other))).rejects.toBe(other);
  });

  it('reports code and details when the explanations cannot be loaded, as in a service worker', async () => {
    vi.resetModules();
    vi.doMock('./explanations.ts', () => {
      throw new TypeError('import() is disallowed on ServiceWorkerGlobalScope');
    });
    const fresh = await import('./failure.ts');
    const failing = fresh.explained(async () => {
      throw new fresh.Failure('memory-full', ['blob 3']);
    });
    await expect(failing).rejects.toMatchObject({ code: 'memory', message: 'memory-full: blob 3' });
    vi.doUnmock('./explanations.ts');
  });
});

it('names a layer that ncnn does not have', () => {
  const words = [
    7767517, 3, 3, 0, 0, 1, 0, 0, 1, 2, 9, -233, 200, 1, 1, 0, 1, -23301, 2, 5, 6, -23401, 3, 0x00636261, -233, 7, 1, 1, 1, 2, -233,
  ];
  const param = new Uint8Array(Int32Array.from(words).buffer);
  const model = { name: 'net', param, layers: { data: 0, odd: 1, last: 2 }, minNcnnVersion: '20270101' } as unknown as NcnnModel;
  const message = (read: number): string => explain('support-load', [model, 'param_bin', 20261020, read, { layerErrors: [] }]);
  expect(message(4 * 15)).toMatch(/does not have the type of layer "odd" \(type 200\) of "net", which needs ncnn 20270101/);
  expect(message(4 * 28)).toContain('layer "last"');
  expect(message(8)).toContain('read 8 of');
});
