/** Compiles the C forms with all warnings as errors, links them, and compares the bytes. Skipped if there is no compiler. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Artifact, type Conversion, convert, emitFiles } from '../src/api.ts';

const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
const strict = ['-Wall', '-Wextra', '-Werror', '-pedantic'];

/** The language standards to compile as. */
const languages: readonly (readonly string[])[] = [
  ...['c90', 'c99', 'c11'].map((standard) => ['gcc', `-std=${standard}`]),
  ['g++', '-x', 'c++', '-std=c++98', '-Wno-long-long'],
  ...['c++11', 'c++17', 'c++20'].map((standard) => ['g++', '-x', 'c++', `-std=${standard}`]),
];

/** Compilers that may support `#embed`: clang from 19, gcc from 15. */
const embedders = ['clang', 'clang-19', 'clang-20', 'clang-21', 'clang-22', 'gcc', 'gcc-15', 'gcc-16'].filter(embeds);

function embeds(command: string): boolean {
  const probe = '#ifndef __has_embed\n#error\n#endif\n';
  return spawnSync(command, ['-std=c99', '-E', '-x', 'c', '-'], { input: probe }).status === 0;
}

// Layers, blobs and types with names that are invalid in C; and a net without weights.
const odd = path.join(import.meta.dirname, 'fixtures/c/odd_names.param');

let folder = '';
const converted = new Map<string, Artifact>();

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-c-'));
  const embed = path.resolve(import.meta.dirname, 'fixtures/embed');
  const prepare = async (stem: string, conversion: Promise<Conversion>): Promise<void> => {
    const { artifact } = await conversion;
    converted.set(stem, artifact);
    mkdirSync(path.join(folder, stem), { recursive: true });
    for (const { name, chunks } of emitFiles(artifact, ['c', 'embed', 'incbin', 'cmake'])) {
      writeFileSync(path.join(folder, stem, name), Buffer.concat([...chunks()]));
    }
  };
  await prepare('residual_block', convert(path.join(embed, 'residual_block.param')));
  copyFileSync(odd, path.join(folder, '0 odd.param'));
  await prepare('0 odd', convert(path.join(folder, '0 odd.param'), { customLayers: ['My.Type', 'My_Type'] }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(place: string, command: string, ...words: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: path.join(folder, place), maxBuffer: 1 << 28 });
  expect(`${stderr}`).toBe('');
  expect(status).toBe(0);
  return stdout;
}

/** A program that writes both arrays to standard output, for one of the nets. */
function program(stem: string, header: string): string {
  const prefix = stem === '0 odd' ? 'net_0_odd' : stem;
  return `#include "${header}"
#include "${header}"
#include <stdio.h>
int main(void) {
  if ((size_t)${prefix}_param_bin % 16 != 0 || (size_t)${prefix}_bin % 16 != 0) return 2;
  fwrite(${prefix}_param_bin, 1, ${prefix}_param_bin_len, stdout);
  fwrite(${prefix}_bin, 1, ${prefix}_bin_len, stdout);
  return ${prefix}_LAYER_${prefix === 'net_0_odd' ? 'data_0' : 'input_0'};
}
`;
}

function expected(stem: string): Buffer {
  const artifact = converted.get(stem);
  if (artifact === undefined) throw new Error(`${stem} was not converted`);
  return Buffer.concat([artifact.paramBin, ...artifact.bin()]);
}

describe.skipIf(!has('gcc') || !has('g++'))('with gcc and g++', () => {
  describe.each(['residual_block', '0 odd'])('the net %s', (stem) => {
    const forms = [
      ['c', `${stem}.h`, `${stem}.c`],
      ['embed', `${stem}.embed.h`, `${stem}.embed.c`],
    ] as const;
    it.each(forms.flatMap((form) => languages.map((language) => [...form, language] as const)))(
      'has the form %s that %s, %s compile as %j',
      (form, header, source, [compiler = '', ...flags]) => {
        const main = `main_${form}.c`;
        writeFileSync(path.join(folder, stem, main), program(stem, header));
        run(stem, compiler, ...strict, ...flags, '-o', `run_${form}`, main, source);
        expect(run(stem, `./run_${form}`).equals(expected(stem))).toBe(true);
      },
    );

    it.each([
      ['for other compilers', '#if defined(__GNUC__) &&', '#if 0 &&'],
      ['where characters are not those of ASCII', "'A' == 65", "'A' == 193"],
    ])('has numbers %s', (_, condition, other) => {
      const source = readFileSync(path.join(folder, stem, `${stem}.c`), 'utf8');
      expect(source).toContain(condition);
      writeFileSync(path.join(folder, stem, 'numbers.c'), source.replace(condition, other));
      writeFileSync(path.join(folder, stem, 'main_numbers.c'), program(stem, `${stem}.h`));
      run(stem, 'gcc', ...strict, '-std=c90', '-o', 'run_numbers', 'main_numbers.c', 'numbers.c');
      expect(run(stem, './run_numbers').equals(expected(stem))).toBe(true);
    });

    it.skipIf(!has('clang')).each(['c90', 'c99', 'c++98'])('has literals that clang reads as %s', (standard) => {
      const language = standard.startsWith('c++') ? ['-x', 'c++', '-Wno-long-long'] : [];
      writeFileSync(path.join(folder, stem, 'main_clang.c'), program(stem, `${stem}.h`));
      run(stem, 'clang', ...strict, ...language, `-std=${standard}`, '-o', 'run_clang', 'main_clang.c', `${stem}.c`);
      expect(run(stem, './run_clang').equals(expected(stem))).toBe(true);
    });

    it.each(languages)('has the form incbin, to link with what %s %s %s produces', (compiler, ...flags) => {
      writeFileSync(path.join(folder, stem, 'main.c'), program(stem, `${stem}.incbin.h`));
      run(stem, 'gcc', ...strict, '-I', '.', '-c', `${stem}.incbin.S`, '-o', 'bytes.o');
      run(stem, compiler, ...strict, ...flags, '-c', 'main.c', '-o', 'main.o');
      run(stem, 'gcc', '-Wl,--fatal-warnings', 'main.o', 'bytes.o', '-o', 'run_incbin');
      expect(run(stem, './run_incbin').equals(expected(stem))).toBe(true);
    });

    it('has id.h and mem.h that compile', () => {
      const artifact = converted.get(stem);
      if (artifact === undefined) throw new Error(`${stem} was not converted`);
      for (const { name, chunks } of emitFiles(artifact, ['id.h', 'mem.h'])) {
        writeFileSync(path.join(folder, stem, name), Buffer.concat([...chunks()]));
      }
      const text = `#include "${stem}.id.h"\n#include "${stem}.mem.h"\nint main() { return 0; }\n`;
      writeFileSync(path.join(folder, stem, 'headers.cpp'), text);
      // As in the output of ncnn2mem, an array without weights is empty, which is an extension of C.
      const flags = strict.filter((flag) => flag !== '-pedantic' || artifact.binLength > 0);
      run(stem, 'g++', ...flags, '-Wno-unused-variable', '-c', 'headers.cpp', '-o', 'headers.o');
    });
  });

  it('leaves no executable stack', () => {
    run('residual_block', 'gcc', '-I', '.', '-c', 'residual_block.incbin.S', '-o', 'stack.o');
    expect(readFileSync(path.join(folder, 'residual_block/stack.o')).includes('.note.GNU-stack')).toBe(true);
  });
});

describe('names', () => {
  const emitted = (stem: string): ReadonlyMap<string, string> => {
    const artifact = converted.get('residual_block');
    if (artifact === undefined) throw new Error('the net was not converted');
    const files = emitFiles({ ...artifact, stem }, ['c', 'embed', 'incbin', 'cmake', 'cmake-args']);
    return new Map(files.map(({ name, chunks }) => [name, Buffer.concat([...chunks()]).toString()]));
  };

  it.each(['net', 'mat', 'String', 'time'])('do not hide the header %s.h', (stem) => {
    const files = emitted(stem);
    expect(files.has(`${stem}.h`)).toBe(false);
    expect(files.get(`${stem}.ncnn.c`)).toContain(`#include "${stem}.ncnn.h"`);
    expect(files.get(`${stem}.cmake`)).toContain(`/${stem}`);
  });

  it.each(['3d', 'a__b', '_x', 'β'])('are not reserved in C++: %s', (stem) => {
    const header = emitted(stem).get(`${stem}.h`) ?? '';
    const code = header.replace(/\/\*.*?\*\//gs, '').replaceAll('__cplusplus', '');
    expect(code).toContain('_param_bin');
    expect(code.match(/\b_\w*|\w*__\w*/g) ?? []).toEqual([]);
  });

  it('are flags for scripts, which keep the layers for mean and norm', () => {
    const flags = (emitted('x').get('x.cmake-args') ?? '').trimEnd().split('\n');
    expect(flags.every((flag) => /^-DWITH_LAYER_\w+=(?:ON|OFF)$/.test(flag))).toBe(true);
    expect(flags).toContain('-DWITH_LAYER_lstm=OFF');
    for (const layer of ['bias', 'scale', 'convolution']) expect(flags).not.toContain(`-DWITH_LAYER_${layer}=OFF`);
  });
});

describe.skipIf(embedders.length === 0)('with a compiler that supports #embed', () => {
  const standards = ['c99', 'c23', 'c++98', 'c++17'];
  it.each(
    embedders.flatMap((compiler) =>
      ['residual_block', '0 odd'].flatMap((stem) => standards.map((standard) => [compiler, stem, standard] as const)),
    ),
  )('%s reads the bytes of %s from the files, as %s', (compiler, stem, standard) => {
    const source = readFileSync(path.join(folder, stem, `${stem}.embed.c`), 'utf8');
    // Without the bytes as text, which it must not fall back to.
    const alone = `${source.slice(0, source.indexOf('\n#else\n\n#if defined(__GNUC__)'))}\n#else\n#error\n#endif\n`;
    expect(alone.length).toBeLessThan(source.length);
    writeFileSync(path.join(folder, stem, 'alone.c'), alone);
    writeFileSync(path.join(folder, stem, 'main_alone.c'), program(stem, `${stem}.embed.h`));
    const language = standard.startsWith('c++') ? ['-x', 'c++', '-Wno-long-long'] : [];
    run(stem, compiler, ...strict, ...language, `-std=${standard}`, '-o', 'run_alone', 'main_alone.c', 'alone.c');
    expect(run(stem, './run_alone').equals(expected(stem))).toBe(true);
  });
});

describe.skipIf(!has('cmake') || !has('gcc') || !has('g++'))('with CMake', () => {
  const projects = ['incbin.S', 'embed.c', 'c', 'h'].flatMap((form) => ['C', 'CXX'].map((language) => [form, language] as const));
  it.each(projects)('has a target with the bytes of the existing files: %s, in a project of only %s', (form, language) => {
    const place = `cmake ${form} ${language}`;
    const stem = 'residual_block';
    mkdirSync(path.join(folder, place));
    const artifact = converted.get(stem);
    if (artifact === undefined) throw new Error(`${stem} was not converted`);
    const forms = { 'incbin.S': ['incbin', 'cmake'], 'embed.c': ['embed', 'cmake'], c: ['c', 'cmake'], h: ['mem.h', 'cmake'] }[form] ?? [];
    for (const { name, chunks } of emitFiles(artifact, forms)) {
      writeFileSync(path.join(folder, place, name), Buffer.concat([...chunks()]));
    }
    const header = { 'incbin.S': 'incbin.h', 'embed.c': 'embed.h', c: 'h', h: 'mem.h' }[form];
    const text = program(stem, `${stem}.${header}`).replaceAll(/(\w+)_len/g, form === 'h' ? 'sizeof($1)' : '$1_len');
    writeFileSync(
      path.join(folder, place, language === 'C' ? 'main.c' : 'main.cpp'),
      form === 'h' ? text.replace(/% 16/g, '% 4').replace(/return \w+;\n}/, 'return 0;\n}') : text,
    );
    writeFileSync(
      path.join(folder, place, 'CMakeLists.txt'),
      `cmake_minimum_required(VERSION 3.16)
project(test LANGUAGES ${language})
include(residual_block.cmake)
ncnn_model_only_needed_layers(interp)
foreach(layer convolution padding interp argmax)
    message(STATUS "with \${layer}: \${WITH_LAYER_\${layer}}")
endforeach()
add_executable(main main.${language === 'C' ? 'c' : 'cpp'})
set_property(TARGET main ncnn_model_residual_block PROPERTY INTERPROCEDURAL_OPTIMIZATION ${form === 'embed.c' ? 'ON' : 'OFF'})
target_link_libraries(main PRIVATE ncnn_model_residual_block)
`,
    );
    const output = run(place, 'cmake', '-B', 'build', '.').toString();
    expect(output).toContain('with convolution: ON\n-- with padding: ON\n-- with interp: ON\n-- with argmax: OFF\n');
    run(place, 'cmake', '--build', 'build');
    expect(run(place, 'build/main').equals(expected(stem))).toBe(true);
  });

  // biome-ignore lint/suspicious/noTemplateCurlyInString: CMake would expand it
  const oddNames = ['a${b}c', 'x$(b)y', '#net', 'with space', "it's", '@at@', 'a[b]', '$ENV{HOME}'];
  it.each(['incbin', 'embed'])('accepts files of any name: %s', (form) => {
    const place = `cmake names ${form}`;
    mkdirSync(path.join(folder, place));
    const artifact = converted.get('residual_block');
    if (artifact === undefined) throw new Error('the net was not converted');
    for (const stem of oddNames) {
      for (const { name, chunks } of emitFiles({ ...artifact, stem }, [form, 'param.bin', 'bin', 'cmake']))
        writeFileSync(path.join(folder, place, name), Buffer.concat([...chunks()]));
    }
    const includes = oddNames.map((stem) => `include([==[${path.join(folder, place, stem)}.cmake]==])`);
    writeFileSync(
      path.join(folder, place, 'CMakeLists.txt'),
      `cmake_minimum_required(VERSION 3.16)\nproject(test LANGUAGES C)\n${includes.join('\n')}\n`,
    );
    run(place, 'cmake', '-B', 'build', '.');
    run(place, 'cmake', '--build', 'build');
    expect(readdirSync(path.join(folder, place, 'build')).filter((name) => name.endsWith('.a'))).toHaveLength(oddNames.length);
  });
});
