import type { Artifact, Emitter } from './artifact.ts';
import { binFiles } from './bin.ts';
import { cHeader, cNames } from './cHeader.ts';
import { alignmentOf, byteArrays } from './cSource.ts';
import { alignmentMacro, commentName, includeName, utf8 } from './cText.ts';
import { paramBinFiles } from './paramBin.ts';

/**
 * `<stem>.embed.h` and `<stem>.embed.c`, with `<stem>.param.bin` and `<stem>.bin`. If the compiler supports `#embed` (C23), it reads the
 * bytes from these two files; otherwise the source contains them as text.
 */
export const embedFiles: Emitter = (artifact) => {
  const { stem } = artifact;
  const header = `${stem}.embed.h`;
  const include = includeName(header);
  return [
    { name: header, chunks: () => [utf8(cHeader(artifact))] },
    {
      name: `${stem}.embed.c`,
      chunks: function* () {
        yield utf8(`/* The bytes of ${commentName(stem)}, written by unplugin-ncnn. */\n#include ${include}\n\n`);
        yield utf8(alignmentMacro(alignmentOf(artifact)));
        yield utf8(embedding(artifact));
        yield* byteArrays(artifact);
        yield utf8('\n#endif\n');
      },
    },
    ...paramBinFiles(artifact),
    ...binFiles(artifact),
  ];
};

/** The part before the `#else` that is followed by the bytes as text. */
function embedding(artifact: Artifact): string {
  const { prefix } = cNames(artifact);
  const uses = `NCNN_MODEL_${prefix}_EMBEDS`;
  const parts = partsOf(artifact);
  // A separate condition: if the macro is unknown, its call is a syntax error even after &&.
  return `
#ifdef __has_embed
#if ${parts.map(({ file }) => `__has_embed(${file}) == __STDC_EMBED_FOUND__`).join(' && ')}
#define ${uses}
#endif
#endif

#ifdef ${uses}

/* In older versions of the language #embed is an extension. */
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wc23-extensions"
#ifdef __cplusplus
/* In C++ some releases treat bytes from 128 on as negative numbers, whose conversion gives the same bytes. */
#pragma clang diagnostic ignored "-Wc++11-narrowing"
#endif
#elif defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wpedantic"
#endif
${parts.map(({ text }) => text).join('')}${artifact.binLength === 0 ? emptyBin(artifact) : ''}
#else
`;
}

interface Part {
  readonly file: string;
  readonly text: string;
}

/** An array that embeds a file, with a check of the file's length. */
function partsOf(artifact: Artifact): readonly Part[] {
  const { stem } = artifact;
  const { param, bin } = cNames(artifact);
  const files = [
    { name: param, file: includeName(`${stem}.param.bin`), length: artifact.paramBin.byteLength },
    ...(artifact.binLength === 0 ? [] : [{ name: bin, file: includeName(`${stem}.bin`), length: artifact.binLength }]),
  ];
  return files.map(({ name, file, length }) => ({
    file,
    text: `
${alignmentOf(artifact)} const unsigned char ${name}[] = {
#embed ${file}
};
typedef char ${name}_has_the_length_it_should[sizeof(${name}) == ${length} ? 1 : -1];
const size_t ${name}_len = sizeof(${name});
`,
  }));
}

function emptyBin(artifact: Artifact): string {
  const { bin } = cNames(artifact);
  return `\n${alignmentOf(artifact)} const unsigned char ${bin}[] = { 0 };\nconst size_t ${bin}_len = 0;\n`;
}
