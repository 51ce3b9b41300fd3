/**
 * Section `sessions`: compares real models and the fixtures of Caffe and MXNet in sessions on ncnn.wasm and in the interpreter, in Node and in
 * Chromium, with onnxruntime-web or with the results of the framework. Uses the built package in dist.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const dist = path.join(root, 'dist');
const tolerance = 1e-3;
/** Size of dynamic axes. */
const freeSize = 160;
const { values: options } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });

mkdirSync(path.join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(path.join(root, '.cache/sessions-'));
let passed = 0;
let failed = 0;
try {
  const cases = [...realModels(), ...fixturesOf('caffe', '.prototxt', byClass), ...fixturesOf('mxnet', '-symbol.json', foundRows)].filter(
    ({ name }) => options.only.length === 0 || options.only.some((part) => name.includes(part)),
  );
  const engines = ['interpreter', ...(existsSync(path.join(dist, 'ncnn.wasm')) ? ['runtime'] : [])];
  if (engines.length === 1) console.log('sessions: ncnn.wasm was not built; only the interpreter is checked');
  for (const entry of cases) {
    convert(entry);
    entry.expected ??= await byOnnxruntime(entry);
  }
  for (const entry of cases) {
    for (const engine of engines) report(entry, `node/${engine}`, await runHere(entry, engine));
  }
  for (const [name, engine, results] of await runInChromium(cases, engines))
    report(
      cases.find((entry) => entry.name === name),
      `chromium/${engine}`,
      results,
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`figures: ${passed} of ${passed + failed} runs`);
console.log(`sessions: ${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function realModels() {
  return JSON.parse(readFileSync(path.join(root, 'test/conformance/onnx/models.json'), 'utf8')).map((model, index) => ({
    ...model,
    inputs: Object.fromEntries(
      Object.entries(model.shapes).map(([name, sizes]) => {
        const shape = sizes.map((size) => (size === -1 ? freeSize : size));
        const data = noise(
          shape.reduce((product, size) => product * size, 1),
          index + 1,
        );
        return [name, { shape, data }];
      }),
    ),
  }));
}

/** The fixtures of a framework with its results; `detections` selects the rows to compare where the output is a list of boxes. */
function fixturesOf(framework, ending, detections) {
  const folder = `test/fixtures/${framework}`;
  const fixtures = JSON.parse(readFileSync(path.join(root, folder, 'expected.json'), 'utf8'));
  return Object.entries(fixtures).map(([name, { inputs, outputs }]) => ({
    name: `${framework}-${name}`,
    file: `${folder}/${name}${ending}`,
    shapes: Object.fromEntries(Object.entries(inputs).map(([key, { shape }]) => [key, shape])),
    const: {},
    inputs: Object.fromEntries(Object.entries(inputs).map(([key, { shape, values }]) => [key, { shape, data: values }])),
    expected: Object.values(outputs).map(({ values }) => values),
    ...(['detector', 'mobilenet_ssd'].includes(name) ? { select: detections } : {}),
  }));
}

/** Detections of six numbers sorted by class and then by score: Caffe and ncnn list them in different orders. */
function byClass(values) {
  const rows = Array.from({ length: values.length / 6 }, (_, row) => Array.from(values.slice(6 * row, 6 * row + 6)));
  return rows.sort((one, two) => one[0] - two[0] || two[1] - one[1] || one[2] - two[2]).flat();
}

/** MXNet fills up with rows of class -1; this converter returns a single one. */
function foundRows(values) {
  return values.filter((_, index) => values[index - (index % 6)] !== -1);
}

/** Deterministic small values. */
function noise(length, seed) {
  let state = seed * 2654435761;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround((state / 2 ** 32 - 0.5) * 3);
  });
}

function convert({ name, file, shapes, const: pinned }) {
  const words = Object.entries(shapes).flatMap(([key, shape]) => ['--shape', `${key}=${shape.join(',')}`]);
  for (const [key, value] of Object.entries(pinned)) words.push('--const', `${key}=${value}`);
  const call = [path.join(dist, 'cli.mjs'), 'convert', path.join(root, file), ...words, '--emit', 'module', '-o', path.join(folder, name)];
  const { status, stderr } = spawnSync(process.execPath, call, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
}

function moduleOf({ name, file }) {
  return `${name}/${path.basename(file).replace(/\.onnx$|\.prototxt$|-symbol\.json$/, '')}.mjs`;
}

/** The outputs in order. */
async function byOnnxruntime({ file, inputs, const: pinned }) {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(readFileSync(path.join(root, file)));
  const feeds = Object.entries(inputs).map(([name, { data, shape }]) => [name, new ort.Tensor('float32', Float32Array.from(data), shape)]);
  const constants = Object.entries(pinned).map(([name, value]) => [name, new ort.Tensor('int64', BigInt64Array.of(BigInt(value)), [])]);
  const results = await session.run(Object.fromEntries([...feeds, ...constants]));
  return session.outputNames.map((name) => [...results[name].data].map(Number));
}

async function runHere(entry, engine) {
  const { createSession } = await import(pathToFileURL(path.join(dist, `${engine}.mjs`)).href);
  const { default: net } = await import(pathToFileURL(path.join(folder, moduleOf(entry))).href);
  const session = await createSession(net);
  // Typed arrays, as most apps have them; the page takes arrays from JSON.
  const typed = Object.entries(entry.inputs).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]);
  const results = await session.run(Object.fromEntries(typed));
  session.dispose();
  return Object.values(results).map(({ data }) => [...data]);
}

/** Results of all cases, each with name, engine and outputs; empty without Chromium. */
async function runInChromium(cases, engines) {
  const places = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = places.find((file) => file !== '' && existsSync(file));
  if (executablePath === undefined) {
    console.log('sessions: there is no Chromium here');
    return [];
  }
  const results = [];
  const page = `<script type="module">
for (const [name, file, inputs] of await (await fetch('/cases.json')).json()) {
  const { default: net } = await import('/nets/' + file);
  for (const engine of ${JSON.stringify(engines)}) {
    const { createSession } = await import('/dist/' + engine + '.mjs');
    let outputs;
    try {
      const session = await createSession(net);
      outputs = Object.values(await session.run(inputs)).map(({ data }) => [...data]);
      session.dispose();
    } catch (error) { outputs = String(error); }
    await fetch('/result', { method: 'POST', body: JSON.stringify([name, engine, outputs]) });
  }
}
await fetch('/end', { method: 'POST' });
</script>`;
  const types = { mjs: 'text/javascript', wasm: 'application/wasm', bin: 'application/octet-stream' };
  const ended = Promise.withResolvers?.() ?? deferred();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const [, where, ...rest] = pathname.split('/');
    if (request.method === 'POST') {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        if (where === 'result') results.push(JSON.parse(Buffer.concat(parts).toString()));
        else ended.resolve();
        response.end();
      });
    } else if (where === 'cases.json') response.end(JSON.stringify(cases.map((entry) => [entry.name, moduleOf(entry), entry.inputs])));
    else if (where === 'dist' || where === 'nets') {
      const file = path.join(where === 'dist' ? dist : folder, ...rest.map(decodeURIComponent));
      response.setHeader('content-type', types[path.extname(file).slice(1)] ?? 'text/plain');
      response.end(readFileSync(file));
    } else {
      response.setHeader('content-type', 'text/html');
      response.end(page);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const tab = await browser.newPage();
    tab.on('pageerror', (error) => ended.reject(error));
    await tab.goto(`http://127.0.0.1:${server.address().port}/`);
    await ended.promise;
  } finally {
    await browser.close();
    server.close();
  }
  return results;
}

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

function report({ name, expected, select = (values) => values }, where, actual) {
  const outputs = typeof actual === 'string' ? [] : actual.map(select);
  const wanted = expected.map(select);
  const problem = typeof actual === 'string' ? actual : problemOf(outputs, wanted);
  if (problem === undefined) passed++;
  else failed++;
  const worst = () => Math.max(...outputs.map((values, output) => difference(values, wanted[output])));
  const told = problem ?? `largest difference ${worst().toExponential(1)}`;
  console.log(`  ${problem === undefined ? 'passed' : 'WRONG '} ${`${name}/${where}`.padEnd(48)} ${told}`);
}

function problemOf(actual, expected) {
  if (actual.length !== expected.length) return `${actual.length} outputs, expected ${expected.length}`;
  for (const [output, values] of actual.entries()) {
    if (values.length !== expected[output].length)
      return `output ${output} has ${values.length} values, expected ${expected[output].length}`;
    const most = difference(values, expected[output]);
    if (!(most <= tolerance)) return `output ${output} differs by ${most}`;
  }
  return undefined;
}

/** The largest difference of two values, relative to those above 1. */
function difference(actual, expected) {
  return actual.reduce((most, value, index) => {
    const distance = Math.abs(value - expected[index]) / Math.max(1, Math.abs(expected[index]));
    return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : Math.max(most, distance);
  }, 0);
}
