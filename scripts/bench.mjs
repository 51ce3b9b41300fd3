/**
 * Measures the built command line tool (or the one that --cli names) on a ResNet-50 of random weights:
 * `npm run bench` behind `npm run build`.
 *
 * Time is the wall clock of the whole process, less that of a Node that does nothing. Memory is the peak resident size of
 * the process, as `process.resourceUsage().maxRSS` tells at its end; a module preloaded with --import has it written down.
 * Each figure is the median of the runs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeResnet50 } from './resnet50.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const cache = path.join(root, '.cache/bench');
const model = path.join(cache, 'resnet50-1.onnx');
const { values: options } = parseArgs({ options: { cli: { type: 'string' } } });
const cli = path.resolve(options.cli ?? path.join(root, 'dist/cli.mjs'));
const runs = 5;

const cases = [
  { name: 'convert', words: [], seconds: 2, times: 2.5 },
  { name: 'convert --fp16', words: ['--fp16'], seconds: 2, times: 2.5 },
  { name: 'convert --emit mem.h', words: ['--emit', 'mem.h'], seconds: 4, times: 2.5 },
];

mkdirSync(cache, { recursive: true });
if (!existsSync(cli)) {
  console.error(`bench: ${cli} is missing; run \`npm run build\` first`);
  process.exit(2);
}
if (!existsSync(model)) writeResnet50(model);
const modelSize = statSync(model).size;
const idle = median(Array.from({ length: runs }, () => measure(['-e', '']).seconds));
console.log(`ResNet-50, ${(modelSize / 1e6).toFixed(1)} MB; Node itself takes ${idle.toFixed(3)} s; median of ${runs}`);

let missed = 0;
for (const { name, words, seconds, times } of cases) {
  const output = path.join(cache, 'out');
  const measured = Array.from({ length: runs }, () => {
    rmSync(output, { recursive: true, force: true });
    return measure([cli, 'convert', model, '-o', output, ...words]);
  });
  const broken = measured.find(({ status }) => status !== 0);
  if (broken !== undefined) {
    console.log(`${name.padEnd(24)} fails: ${broken.said.trim().split('\n')[0]}`);
    missed++;
    continue;
  }
  const time = median(measured.map((run) => run.seconds)) - idle;
  const memory = median(measured.map((run) => run.memory));
  const good = time <= seconds && memory <= times * modelSize;
  if (!good) missed++;
  const share = (memory / modelSize).toFixed(2);
  console.log(
    `${name.padEnd(24)} ${time.toFixed(2)} s (target ${seconds} s)   ${(memory / 1e6).toFixed(0)} MB = ${share} x the model (target ${times} x)   ${good ? 'ok' : 'MISSED'}`,
  );
}
rmSync(path.join(cache, 'out'), { recursive: true, force: true });
process.exitCode = missed > 0 ? 1 : 0;

/** One run of Node: wall time in seconds, peak memory in bytes. */
function measure(words) {
  const report = path.join(cache, 'peak.txt');
  // maxRSS is in kilobytes on every system.
  const note = `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(report)},String(process.resourceUsage().maxRSS)));`;
  const began = process.hrtime.bigint();
  const done = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(note)}`, ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  return { seconds, memory: Number(readFileSync(report, 'utf8')) * 1024, status: done.status, said: done.stderr };
}

function median(values) {
  return [...values].sort((left, right) => left - right)[values.length >> 1];
}
