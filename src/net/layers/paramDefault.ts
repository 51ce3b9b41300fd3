import type { ParamFacts, ParamValue } from './record.ts';

/** The value that ncnn uses for a parameter that is not set; `value` reads the other parameters of the layer. */
export function defaultValue({ kind, default: written }: ParamFacts, value: (name: string) => number): ParamValue {
  if (kind === 'string') return '';
  if (kind === 'ints' || kind === 'floats') return [];
  if (typeof written === 'number') return written;
  if (written === undefined) return 0;
  const formula = formulas.get(written);
  return formula === undefined ? value(written) : formula(value);
}

/** Defaults that are neither a number nor another parameter. Integer division truncates as in C. */
const formulas: ReadonlyMap<string, (value: (name: string) => number) => number> = /* @__PURE__ */ new Map([
  ['n_fft / 4', (value) => Math.trunc(value('n_fft') / 4)],
  [
    '1.f / sqrtf(embed_dim / num_heads)',
    (value) => Math.fround(1 / Math.fround(Math.sqrt(Math.trunc(value('embed_dim') / value('num_heads'))))),
  ],
]);
