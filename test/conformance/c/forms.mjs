/**
 * Section `c-forms`: compiles the C and C++ forms for several architectures with all warnings as errors, runs them, and compares the bytes
 * with those of the files. Tests without their compiler, emulator or CMake are listed and skipped.
 *
 *   node test/conformance/c/forms.mjs --converter FILE [--full] [--only PART]...
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '../../..');
const { values: options } = parseArgs({
  options: {
    converter: { type: 'string', default: path.join(root, 'dist/cli.mjs') },
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
  },
});

const strict = ['-Wall', '-Wextra', '-Wpedantic', '-Werror'];

/** Language standards; the short run has the oldest and the newest of each language. */
const standards = options.full ? ['c90', 'c99', 'c11', 'c17', 'c2x', 'c++11', 'c++14', 'c++17', 'c++20'] : ['c90', 'c2x', 'c++11', 'c++20'];

/** The compilers, each with the emulator of its programs, and the Debian package. */
const targets = [
  ...(isGcc12() ? [] : [{ name: 'gcc', c: 'gcc', cxx: 'g++', package: 'g++' }]),
  { name: 'gcc-12', c: 'gcc-12', cxx: 'g++-12', package: 'g++-12' },
  { name: 'clang-14', c: 'clang-14', cxx: 'clang++-14', package: 'clang-14' },
  newestClang(),
  cross('aarch64', 'aarch64-linux-gnu', 'qemu-aarch64'),
  cross('armhf', 'arm-linux-gnueabihf', 'qemu-arm'),
];

/** Whether the default compiler is the one that is tested by version. */
function isGcc12() {
  return /^12\b/.test(spawnSync('gcc', ['-dumpversion'], { encoding: 'utf8' }).stdout ?? '');
}

function cross(name, triple, emulator) {
  const run = [emulator, '-L', `/usr/${triple}`];
  return { name, c: `${triple}-gcc`, cxx: `${triple}-g++`, run, package: `g++-${triple} and qemu-user` };
}

/** The newest installed clang after 14. */
function newestClang() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => existsSync(folder));
  const versions = folders.flatMap((folder) => readdirSync(folder).flatMap((file) => /^clang-(\d+)$/.exec(file)?.[1] ?? []));
  const version = Math.max(0, ...versions.map(Number).filter((number) => number > 14));
  const suffix = version === 0 ? '-NEWER' : `-${version}`;
  return { name: `clang${suffix}`, c: `clang${suffix}`, cxx: `clang++${suffix}`, package: 'the newest clang' };
}

// Layers, blobs and types with names that are invalid in C; and a net without weights.
const odd = readFileSync(path.join(root, 'test/fixtures/c/odd_names.param'), 'utf8');

const nets = [
  { stem: '0 odd', prefix: 'net_0_odd', layer: 'data_0', text: odd, words: ['--custom-layers', 'My.Type,My_Type'] },
  { stem: 'residual_block', prefix: 'residual_block', layer: 'input_0', words: [] },
];

const folder = mkdtempSync(path.join(tmpdir(), 'ncnn c forms '));
let passed = 0;
let failed = 0;
try {
  for (const net of nets) convert(net);
  for (const target of targets) testTarget(target);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`c-forms: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function convert({ stem, text, words }) {
  const source = path.join(folder, `${stem}.param`);
  const fixture = path.join(root, 'test/fixtures/embed', stem);
  if (text === undefined)
    for (const ending of ['param', 'bin']) copyFileSync(`${fixture}.${ending}`, path.join(folder, `${stem}.${ending}`));
  else writeFileSync(source, text);
  const forms = ['--emit', 'param.bin,bin,c,embed,incbin,cmake'];
  run(process.execPath, [options.converter, 'convert', source, '-o', path.join(folder, 'out', stem), ...forms, ...words], folder);
}

function testTarget(target) {
  const missing = [target.c, target.cxx, ...(target.run ?? []).slice(0, 1)].filter((command) => !has(command));
  if (missing.length > 0) {
    console.log(`  skipped  ${target.name}: there is no ${missing.join(', ')} here; install ${target.package}`);
    return;
  }
  for (const net of nets) {
    for (const form of ['c', 'embed', 'incbin']) {
      for (const standard of standards) {
        attempt(`${target.name} ${form} ${standard} ${net.stem}`, () => testForm(target, net, form, standard));
      }
    }
  }
  if (has('cmake')) attempt(`${target.name} cmake with CXX only, LTO and spaces in paths`, () => testCMake(target, nets[1]));
  else console.log(`  skipped  ${target.name} cmake: there is no cmake here`);
}

function testForm(target, net, form, standard) {
  const place = path.join(folder, 'out', net.stem);
  const header = form === 'c' ? `${net.stem}.h` : `${net.stem}.${form}.h`;
  writeFileSync(path.join(place, 'main.c'), program(net, header));
  const isCxx = standard.startsWith('c++');
  const [compiler, language] = isCxx ? [target.cxx, ['-x', 'c++']] : [target.c, ['-x', 'c']];
  const flags = [...strict, `-std=${standard}`];
  if (form === 'incbin') {
    run(target.c, [...strict, '-I', '.', '-c', `${net.stem}.incbin.S`, '-o', 'bytes.o'], place);
    run(compiler, [...flags, ...language, '-c', 'main.c', '-o', 'main.o'], place);
    run(compiler, ['-Wl,--fatal-warnings', 'main.o', 'bytes.o', '-o', 'main'], place);
  } else run(compiler, [...flags, ...language, 'main.c', form === 'c' ? `${net.stem}.c` : `${net.stem}.embed.c`, '-o', 'main'], place);
  compare(net, start(target, './main', place));
}

/** A project in C++ only, in a folder with spaces, built with link-time optimization. */
function testCMake(target, net) {
  const place = path.join(folder, `cmake ${target.name}`);
  mkdirSync(path.join(place, 'the models'), { recursive: true });
  for (const name of readdirSync(path.join(folder, 'out', net.stem))) {
    if (/\.(?:h|c|S|cmake|bin)$/.test(name)) copyFileSync(path.join(folder, 'out', net.stem, name), path.join(place, 'the models', name));
  }
  writeFileSync(path.join(place, 'main.cpp'), program(net, `${net.stem}.incbin.h`));
  writeFileSync(
    path.join(place, 'CMakeLists.txt'),
    `cmake_minimum_required(VERSION 3.16)
project(test LANGUAGES CXX)
include("the models/${net.stem}.cmake")
add_executable(main main.cpp)
set_property(TARGET main ncnn_model_${net.prefix} PROPERTY INTERPROCEDURAL_OPTIMIZATION ON)
target_link_libraries(main PRIVATE ncnn_model_${net.prefix})
`,
  );
  const system = target.run === undefined ? [] : ['-DCMAKE_SYSTEM_NAME=Linux', `-DCMAKE_SYSTEM_PROCESSOR=${target.name}`];
  run('cmake', ['-B', 'the build', '-S', '.', `-DCMAKE_CXX_COMPILER=${target.cxx}`, ...system], place);
  run('cmake', ['--build', 'the build'], place);
  compare(net, start(target, './the build/main', place));
}

/** A program that writes both arrays to standard output. */
function program({ prefix, layer }, header) {
  return `#include "${header}"
#include "${header}"
#include <stdio.h>
int main(void) {
  if ((size_t)${prefix}_param_bin % 16 != 0 || (size_t)${prefix}_bin % 16 != 0) return 2;
  fwrite(${prefix}_param_bin, 1, ${prefix}_param_bin_len, stdout);
  fwrite(${prefix}_bin, 1, ${prefix}_bin_len, stdout);
  return ${prefix}_LAYER_${layer};
}
`;
}

function compare({ stem }, actual) {
  const place = path.join(folder, 'out', stem);
  const files = ['param.bin', 'bin'].map((ending) => readFileSync(path.join(place, `${stem}.${ending}`)));
  if (!Buffer.concat(files).equals(actual)) throw new Error('the bytes differ');
}

function start({ run: emulator = [] }, file, place) {
  const [command, ...words] = [...emulator, file];
  return run(command, words, place);
}

function attempt(name, test) {
  if (options.only.length > 0 && !options.only.some((part) => name.includes(part))) return;
  try {
    test();
    passed++;
  } catch (error) {
    failed++;
    console.log(`  WRONG    ${name}: ${error.message}`);
  }
}

function run(command, words, place) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd: place, maxBuffer: 1 << 28 });
  if (status !== 0)
    throw new Error(`${command} ${words.join(' ')}: ${error?.message ?? String(stderr).trim().split('\n').slice(0, 3).join(' ')}`);
  return stdout;
}

function has(command) {
  return spawnSync(command, ['--version']).status === 0;
}
