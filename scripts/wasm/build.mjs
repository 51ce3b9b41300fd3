import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ncnnRelease } from './toolchain.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const include = path.join(here, 'include');
const headers = readdirSync(include)
  .sort()
  .map((name) => `include/${name}`);

/** Of ncnn: what a page has no use for is off. */
const options = {
  NCNN_VERSION: ncnnRelease,
  CMAKE_BUILD_TYPE: 'Release',
  ...on('C_API', 'INT8', 'WEIGHT_QUANT', 'DISABLE_RTTI', 'DISABLE_EXCEPTION'),
  ...off('THREADS', 'OPENMP', 'RUNTIME_CPU', 'STDIO', 'PLATFORM_API', 'BF16', 'VULKAN', 'BUILD_TOOLS', 'BUILD_EXAMPLES', 'BUILD_BENCHMARK'),
  ...off('BUILD_TESTS', 'INSTALL_SDK', 'PIXEL_DRAWING', 'PIXEL_ROTATE', 'PIXEL_AFFINE', 'PIXEL'),
};

/**
 * Compiles ncnn to one WebAssembly file and returns its bytes; from the cache, where nothing changed. `layers` are the CMake names of the layers
 * to leave out of the build.
 */
export function buildWasm({ cache, sources, tools, leftOut = [], jobs, log }) {
  const result = cachedWasm(cache, leftOut);
  if (existsSync(result)) return readFileSync(result);
  // Shared by builds that differ in their layers, so that each layer is compiled once.
  const folder = path.join(cache, `build-${keyOf(options, 'wasi.cmake', 'toolchain.mjs', ...headers)}`);
  mkdirSync(folder, { recursive: true });
  const environment = {
    ...process.env,
    SOURCE_DATE_EPOCH: '0',
    ZIG_GLOBAL_CACHE_DIR: path.join(cache, 'zig'),
    ZIG_LOCAL_CACHE_DIR: path.join(cache, 'zig'),
  };
  const run = (command, words) => {
    const { status, error } = spawnSync(command, words, { cwd: folder, env: environment, stdio: ['ignore', log, log] });
    if (status !== 0) throw new Error(`${path.basename(command)} failed${error === undefined ? '' : `: ${error.message}`}`);
  };
  run(tools.cmake, [
    ...['-S', sources, '-B', '.', '-G', 'Ninja', `-DCMAKE_MAKE_PROGRAM=${tools.ninja}`],
    ...[`-DCMAKE_TOOLCHAIN_FILE=${path.join(here, 'wasi.cmake')}`, `-DZIG=${tools.zig}`, `-DNCNN_INCLUDE=${include}`],
    ...Object.entries(options).map(([name, value]) => `-D${name}=${value}`),
    // What an earlier build left out.
    ...['-U', 'WITH_LAYER_*', ...leftOut.map((layer) => `-DWITH_LAYER_${layer}=OFF`)],
  ]);
  run(tools.ninja, ['-j', String(jobs), 'ncnn']);
  const exported = exportedFunctions({ sources, folder, tools, environment });
  run(tools.zig, [
    ...['c++', '-target', 'wasm32-wasi', '-mexec-model=reactor', '-O3', '-s', '-o', 'ncnn.wasm'],
    ...['-Wl,--whole-archive', 'src/libncnn.a', '-Wl,--no-whole-archive', '-Wl,--gc-sections', '-Wl,-z,stack-size=1048576'],
    ...['-Wl,--export-table', '-Wl,--growable-table'],
    ...[...exported, 'malloc', 'free', 'posix_memalign'].map((name) => `-Wl,--export=${name}`),
  ]);
  const bytes = readFileSync(path.join(folder, 'ncnn.wasm'));
  writeFileSync(result, bytes);
  return bytes;
}

/** Where a build is kept. */
export function cachedWasm(cache, leftOut = []) {
  return path.join(cache, `ncnn-${keyOf(leftOut, 'build.mjs', 'wasi.cmake', 'toolchain.mjs', ...headers)}.wasm`);
}

/** The functions of the C API that exist with the options: those that the preprocessor leaves. */
function exportedFunctions({ sources, folder, tools, environment }) {
  const words = ['cc', '-target', 'wasm32-wasi', '-E', '-P', `-I${path.join(folder, 'src')}`, path.join(sources, 'src/c_api.h')];
  const { status, stdout, stderr } = spawnSync(tools.zig, words, { encoding: 'utf8', env: environment, maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`the C API cannot be read: ${stderr}`);
  return [...new Set([...stdout.matchAll(/\b(ncnn_\w+)\((?!\*)[^;{}]*\);/g)].map(([, name]) => name))];
}

/** Names a build by what its bytes depend on. */
function keyOf(settings, ...files) {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const file of files) hash.update(file).update(readFileSync(path.join(here, file)));
  return hash.digest('hex').slice(0, 12);
}

function on(...names) {
  return Object.fromEntries(names.map((name) => [`NCNN_${name}`, 'ON']));
}

function off(...names) {
  return Object.fromEntries(names.map((name) => [`NCNN_${name}`, 'OFF']));
}
