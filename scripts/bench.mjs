/**
 * Measures the built command line tool (or the one in --cli): `npm run bench` after `npm run build`. Needs Bash; memory is measured on Linux only.
 *
 *   npm run bench                            times and memory of conversions, builds and compilers, compared with Node and the native tools
 *   npm run bench -- --short                 three of them in processor time; fails at twice the ratios of scripts/bench/recorded.json
 *   npm run bench -- --growth                CPU time by the number of nodes, on generated graphs
 *   npm run bench -- --runtime               sessions compared with onnxruntime-web and native ncnn
 *
 * `NATIVE=FOLDER` is a folder with onnx2ncnn, ncnnoptimize and ncnn2mem to compare with; without it these columns are empty. `--only NAME` measures
 * what has NAME in its name, `--rounds N` another number of times. Each table is added to .cache/bench/history.jsonl and drawn in
 * .cache/bench/index.html; `--json FILE` writes it as JSON, `--write` to docs/build-speed.md, and with `--short` to the recorded ratios.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchConversion } from './bench/conversion.mjs';
import { benchGrowth } from './bench/growth.mjs';
import { benchRuntime } from './bench/runtime.mjs';
import { benchShort } from './bench/short.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    cli: { type: 'string' },
    short: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    runtime: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    python: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const cli = path.resolve(options.cli ?? path.join(root, 'dist/cli.mjs'));
if (!existsSync(cli)) {
  console.error(`bench: ${cli} is missing; run \`npm run build\` first`);
  process.exit(2);
}
const folder = path.join(root, '.cache/bench');
mkdirSync(folder, { recursive: true });
const request = { ...options, cli, folder, root, rounds: options.rounds === undefined ? undefined : Number(options.rounds) };
const missed = await part()(request);
rmSync(path.join(folder, 'out'), { recursive: true, force: true });
process.exitCode = missed > 0 ? 1 : 0;

function part() {
  if (options.short) return benchShort;
  if (options.runtime) return benchRuntime;
  return options.growth ? benchGrowth : benchConversion;
}
