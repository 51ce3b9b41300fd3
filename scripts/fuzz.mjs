/**
 * Gives damaged files to every reader, and to the complete conversion of an ONNX file.
 *
 *   npm run fuzz -- [--inputs N] [--only TARGET] [--first N] [--seeds DIR]
 *
 * --inputs   for each target; default 15000
 * --only     one target. Damaged files, converted: prototxt, caffemodel, symbol.json, params, pt, pickle, code, pt2, net (.param and .bin),
 *            convert (.onnx), hostile (small models that request huge resources). Damaged files, read: onnx, param, param.bin, bin.
 *            Random settings, converted and verified: onnx-settings, caffe-settings, mxnet-settings, net-settings
 * --first    number of the first input; the same number is the same file on every machine
 * --seeds    folder with additional .onnx files to damage
 *
 * A finding is any exception except `NcnnError`, an input that takes more than 5 s, or excessive memory. The exit code is 1 with findings.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'tsdown';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const fixtures = path.join(root, 'test/fixtures');
const progressDelayMs = 5000;
const maxWaitMs = 120_000;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '15000' },
    only: { type: 'string' },
    first: { type: 'string', default: '0' },
    seeds: { type: 'string' },
  },
});
const first = Number(values.first);
const count = Number(values.inputs);
const more = values.seeds === undefined ? undefined : path.resolve(values.seeds);

mkdirSync(path.join(root, '.cache'), { recursive: true });
// Inside of the project, so that imported packages are found.
const folder = mkdtempSync(path.join(root, '.cache/fuzz-'));
let total = 0;
let found = 0;
try {
  const entry = { worker: path.join(root, 'test/fuzz/worker.ts'), targets: path.join(root, 'test/fuzz/targets.ts') };
  await build({ entry, outDir: folder, config: false, dts: false, logLevel: 'error', clean: false, platform: 'node', format: 'esm' });
  const { createTargets } = await import(pathToFileURL(path.join(folder, 'targets.mjs')).href);
  const targets = createTargets(fixtures, more).filter(({ name, seeds }) => seeds.size > 0 && (values.only ?? name) === name);
  if (targets.length === 0) throw new Error(`there is no target ${values.only}`);
  for (const { name } of targets) await fuzz(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`figures: ${total} files, ${found} findings`);
console.log(`fuzz: ${total - found} passed, ${found} failed`);
process.exitCode = found === 0 ? 0 : 1;

async function fuzz(target) {
  const problems = new Map();
  const report = (number, problem) => {
    found++;
    const known = problems.get(problem) ?? 0;
    problems.set(problem, known + 1);
    if (known === 0) console.log(`finding: --only ${target} --first ${number} --inputs 1\n  ${problem.replaceAll('\n', '\n  ')}`);
  };
  let accepted = 0;
  let slowest = 0;
  let largest = 0;
  let next = first;
  while (next < first + count) {
    const stopped = await watch(target, next, ({ ok, time, grown, problem }, number) => {
      if (ok) accepted++;
      slowest = Math.max(slowest, time);
      largest = Math.max(largest, grown);
      if (problem !== undefined) report(number, problem);
    });
    if (stopped === undefined) break;
    report(stopped.number, stopped.problem);
    next = stopped.number + 1;
  }
  total += count;
  console.log(
    `${target}: ${count} inputs, ${accepted} accepted, slowest ${Math.round(slowest)} ms, at most ${Math.ceil(largest / 2 ** 20)} MiB`,
  );
}

/** Runs inputs until they end, or until one hangs or crashes the thread; then reports that input. */
function watch(target, from, done) {
  return new Promise((resolve) => {
    const workerData = { fixtures, more, target, first: from, count: first + count - from };
    // With this limit, a bomb ends the thread and not the process.
    const worker = new Worker(path.join(folder, 'worker.mjs'), { workerData, resourceLimits: { maxOldGenerationSizeMb: 2048 } });
    let number = from;
    let timer;
    const stop = (problem) => {
      clearTimeout(timer);
      worker.removeAllListeners();
      worker.on('error', () => {});
      worker.terminate();
      resolve(problem === undefined ? undefined : { number, problem });
    };
    // Processor time is measured, because the machine may be busy; a thread that waits forever is ended as well.
    const expectAnswer = (cpu, began) => {
      timer = setTimeout(() => {
        const { user, system } = process.cpuUsage(cpu);
        const hangs = (user + system) / 1000 > progressDelayMs || Date.now() - began > maxWaitMs;
        if (hangs) stop(`hangs: no answer after ${progressDelayMs} ms`);
        else expectAnswer(cpu, began);
      }, progressDelayMs);
    };
    worker.on('message', (message) => {
      clearTimeout(timer);
      number = message.number;
      if (message.done === undefined) expectAnswer(process.cpuUsage(), Date.now());
      else done(message.done, number);
    });
    worker.on('error', (error) => stop(`ends the thread: ${error.message}`));
    worker.on('exit', () => stop(undefined));
  });
}
