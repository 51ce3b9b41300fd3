import { statSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { type ConvertOptions, convert } from '../dist/api.mjs';

/** What the page shows beside what a module tells: the layers of the net, and what the converter had to say. */
export interface Details {
  readonly file: string;
  readonly sourceBytes: number;
  readonly precision: 'fp32' | 'fp16';
  readonly layers: readonly LayerDetails[];
  readonly diagnostics: readonly { readonly severity: string; readonly message: string; readonly hint: string }[];
  readonly passes: readonly { readonly name: string; readonly times: number }[];
}

export interface LayerDetails {
  readonly type: string;
  readonly name: string;
  readonly shape: readonly (number | string)[] | undefined;
  readonly params: readonly (readonly [name: string, value: string])[];
  readonly weights: number;
}

interface Source {
  readonly file: string;
  readonly options: ConvertOptions;
}

/** A plugin that offers `virtual:details`, made with the converter's own interface, `unplugin-ncnn/api`. */
export function details(root: string, sources: Readonly<Record<string, Source>>): Plugin {
  return {
    name: 'playground:details',
    resolveId: (id) => (id === 'virtual:details' ? `\0${id}` : undefined),
    load: async (id) => {
      if (id !== '\0virtual:details') return undefined;
      const entries = Object.entries(sources).map(async ([name, source]) => [name, await describe(root, source)] as const);
      return `export default ${JSON.stringify(Object.fromEntries(await Promise.all(entries)))};`;
    },
  };
}

async function describe(root: string, { file, options }: Source): Promise<Details> {
  const source = path.resolve(root, file);
  const { artifact, diagnostics } = await convert(source, options);
  const { layers, shapes } = artifact.model.net;
  return {
    file: path.basename(file),
    sourceBytes: statSync(source).size,
    precision: options.precision ?? 'fp32',
    layers: layers.map((layer) => ({
      type: layer.type === 'Custom' ? layer.customType : layer.type,
      name: layer.name,
      shape: shapes.get(layer.tops[0] ?? ''),
      params: layer.type === 'Custom' ? [] : Object.entries(layer.params).map(([name, value]) => [name, shorten(value)]),
      weights: layer.weights.reduce((sum, { length }) => sum + length, 0),
    })),
    diagnostics: diagnostics.map(({ severity, message, hint }) => ({ severity, message, hint })),
    passes: artifact.passes,
  };
}

/** Numbers to the digits that a float32 has. */
function shorten(value: unknown): string {
  if (Array.isArray(value)) return value.map(shorten).join(', ');
  return typeof value === 'number' ? String(Number(value.toPrecision(7))) : String(value);
}
