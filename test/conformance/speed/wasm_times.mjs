/**
 * Times nets in ncnn.wasm, in turn: for the section `speed-wasm`.
 *
 *   wasm_times.mjs RUNTIME FEEDS OUTPUT MODULE...
 *
 * RUNTIME is `dist/runtime.mjs`, FEEDS a file of JSON, `{ name: numbers }`, MODULE a converted net. Prints `{ times, difference }`: for each net a list for
 * each session with the milliseconds of processor time of its runs, and by how much the results of the nets differ, relative to the largest value of OUTPUT.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// How often each net gets a new session.
const loads = 3;
const least = 3;
const most = 1000;
const milliseconds = 800;
// The first runs are slow, because V8 compiles the module again while it runs.
const warmUp = { least: 2, milliseconds: 400 };

const [runtime = '', feedsFile = '', output = '', ...modules] = process.argv.slice(2);
const urlOf = (file) => pathToFileURL(path.resolve(file)).href;
const { createSession } = await import(urlOf(runtime));
const feeds = JSON.parse(readFileSync(feedsFile, 'utf8'));
const nets = [];
for (const file of modules) nets.push((await import(urlOf(file))).default);
const times = nets.map(() => []);
const results = [];
for (let load = 0; load < loads; load++) {
  const order = [...nets.keys()];
  if (load % 2 === 1) order.reverse();
  const sessions = new Map();
  for (const place of order) {
    const session = await createSession(nets[place]);
    const inputs = inputsOf(nets[place]);
    const start = performance.now();
    for (let run = 0; run < warmUp.least || performance.now() - start < warmUp.milliseconds; run++) await session.run(inputs);
    results[place] = Float32Array.from((await session.run(inputs))[output].data);
    sessions.set(place, { session, inputs });
    times[place].push([]);
  }
  await runInTurn(sessions, order, load);
  for (const { session } of sessions.values()) session.dispose();
}
console.log(JSON.stringify({ times, difference: Math.max(...results.map((result) => differenceOf(result, results[0]))) }));

/** Runs all sessions once in each round, in alternating order. */
async function runInTurn(sessions, order, load) {
  const start = performance.now();
  for (let round = 0; round < least || (round < most && performance.now() - start < milliseconds * order.length); round++) {
    for (const place of order) {
      const { session, inputs } = sessions.get(place);
      const before = process.cpuUsage();
      await session.run(inputs);
      const { user, system } = process.cpuUsage(before);
      times[place][load].push((user + system) / 1000);
    }
    order.reverse();
  }
}

/** Inputs that are fixed to constants are not fed. */
function inputsOf(net) {
  const fed = Object.keys(net.inputs).filter((name) => Object.hasOwn(feeds, name));
  return Object.fromEntries(fed.map((name) => [name, arrayOf(feeds[name], net.inputs[name])]));
}

function arrayOf(values, { feed }) {
  return feed === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
}

function differenceOf(result, expected) {
  const largest = expected.reduce((size, value) => Math.max(size, Math.abs(value)), 1e-30);
  const difference = expected.reduce((size, value, index) => Math.max(size, Math.abs(value - result[index])), 0);
  return result.length === expected.length ? difference / largest : null;
}
