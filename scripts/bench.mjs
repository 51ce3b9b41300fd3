/**
 * Measures the built command line tool (or the one that --cli names): `npm run bench` after `npm run build`.
 *
 *   npm run bench                            time and memory on a ResNet-50 of random weights
 *   npm run bench -- --growth                CPU time by the number of nodes, on generated graphs
 *   npm run bench -- --runtime                sessions beside onnxruntime-web and ncnn itself
 *   npm run bench -- --growth --only NAME    only the graphs whose name contains NAME
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchConversion } from './bench/conversion.mjs';
import { benchGrowth } from './bench/growth.mjs';
import { benchRuntime } from './bench/runtime.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    cli: { type: 'string' },
    growth: { type: 'boolean', default: false },
    runtime: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const cli = path.resolve(options.cli ?? path.join(root, 'dist/cli.mjs'));
if (!existsSync(cli)) {
  console.error(`bench: ${cli} is missing; run \`npm run build\` first`);
  process.exit(2);
}
const folder = path.join(root, '.cache/bench');
mkdirSync(folder, { recursive: true });
const missed = options.runtime
  ? benchRuntime(cli, folder, root)
  : options.growth
    ? benchGrowth(cli, folder, options.only)
    : benchConversion(cli, folder);
rmSync(path.join(folder, 'out'), { recursive: true, force: true });
process.exitCode = missed > 0 ? 1 : 0;
