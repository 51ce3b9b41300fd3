/**
 * Times nets in ncnn.wasm, in turn: for the section `speed-wasm`.
 *
 *   wasm_times.mjs RUNTIME FEEDS OUTPUT MODULE...
 *
 * RUNTIME is `dist/runtime.mjs`, FEEDS a file of JSON, `{ name: numbers }`, MODULE a converted net. Prints `{ times, difference }`: milliseconds of processor
 * time of each run of each net, and by how much the results of the nets differ, relative to the largest value of OUTPUT.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const least = 7;
const most = 60;
const milliseconds = 3000;
// The first runs are slow, because V8 compiles the module again while it runs.
const warmUp = 3;

const [runtime = '', feedsFile = '', output = '', ...modules] = process.argv.slice(2);
const urlOf = (file) => pathToFileURL(path.resolve(file)).href;
const { createSession } = await import(urlOf(runtime));
const feeds = JSON.parse(readFileSync(feedsFile, 'utf8'));
const sessions = [];
for (const file of modules) {
  const { default: net } = await import(urlOf(file));
  sessions.push({ session: await createSession(net), inputs: inputsOf(net) });
}
const results = [];
for (const { session, inputs } of sessions) {
  for (let run = 0; run < warmUp; run++) await session.run(inputs);
  results.push(Float32Array.from((await session.run(inputs))[output].data));
}
const times = sessions.map(() => []);
const start = performance.now();
while (times[0].length < least || (performance.now() - start < milliseconds * sessions.length && times[0].length < most)) {
  for (const [index, { session, inputs }] of sessions.entries()) {
    const before = process.cpuUsage();
    await session.run(inputs);
    const { user, system } = process.cpuUsage(before);
    times[index].push((user + system) / 1000);
  }
}
console.log(JSON.stringify({ times, difference: Math.max(...results.map((result) => differenceOf(result, results[0]))) }));

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
