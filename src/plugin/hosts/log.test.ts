/** Checks that each bundler's own logger reports a long conversion, at the log level of the user. */

import { rspack } from '@rspack/core';
import type { UnpluginBuildContext, UnpluginContextMeta } from 'unplugin';
import { createLogger, resolveConfig } from 'vite';
import { afterEach, expect, it, vi } from 'vitest';
import webpack from 'webpack';
import type { HostModels } from './host.ts';
import { hostOf } from './index.ts';

afterEach(() => void vi.restoreAllMocks());

const models: HostModels = { convert: async () => Promise.reject(new Error('There are none.')) };

it.each([
  ['webpack', 'info', ['net.onnx: folding']],
  ['webpack', 'warn', []],
  ['rspack', 'info', ['net.onnx: folding']],
  ['rspack', 'warn', []],
] as const)('uses the infrastructure logger of %s with its level %s', (framework, level, expected) => {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(...text.split('\n').filter((line) => line !== ''));
  const stream = Object.assign(Object.create(process.stderr), { write, isTTY: false });
  const config = { entry: './none.js', infrastructureLogging: { level, stream, colors: false } } as const;
  const meta =
    framework === 'webpack' ? { framework, webpack: { compiler: webpack(config) } } : { framework, rspack: { compiler: rspack(config) } };
  hostOf(meta as UnpluginContextMeta, models).log?.('net.onnx: folding');
  expect(lines).toEqual(expected.map((line) => expect.stringMatching(RegExp(`\\[unplugin-ncnn\\] ${line}$`))));
});

it.each([
  ['info', 1],
  ['debug', 1],
  [undefined, 0],
  ['warning', 0],
  ['silent', 0],
] as const)('uses the standard error if esbuild has the level %s', (logLevel, times) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const host = hostOf({ framework: 'esbuild' } as UnpluginContextMeta, models);
  host.hooks.esbuild?.config?.call(undefined, logLevel === undefined ? {} : { logLevel });
  host.log?.('net.onnx: folding');
  expect(write.mock.calls.map(([text]) => text)).toEqual(Array.from({ length: times }, () => 'net.onnx: folding\n'));
});

it('uses the logger of Rsbuild', async () => {
  const info = vi.fn();
  const host = hostOf({ framework: 'rsbuild' } as UnpluginContextMeta, models);
  await host.hooks.rsbuild?.setup?.({ context: { rootPath: '/app' }, logger: { info } } as never);
  host.log?.('net.onnx: folding');
  expect(info.mock.calls).toEqual([['net.onnx: folding']]);
});

it('uses the context of Rollup only in its own hooks', () => {
  const info = vi.fn();
  const host = hostOf({ framework: 'rollup' } as UnpluginContextMeta, models);
  host.log?.('net.onnx: folding', { resolve: () => null, info } as unknown as UnpluginBuildContext);
  host.log?.('net.onnx: folding');
  expect(info.mock.calls).toEqual([['net.onnx: folding']]);
});

it('uses the logger of Vite', async () => {
  const info = vi.fn();
  const host = hostOf({ framework: 'vite' } as UnpluginContextMeta, models);
  const plugin = { name: 'ncnn', ...(host.hooks.vite as object) };
  await resolveConfig({ configFile: false, plugins: [plugin], customLogger: { ...createLogger('silent'), info } }, 'build');
  host.log?.('net.onnx: folding');
  expect(info.mock.calls).toEqual([['net.onnx: folding', { timestamp: true }]]);
});
