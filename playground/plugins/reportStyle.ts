import type { Plugin } from 'vite';
import { style } from '../../src/report/style.ts';

/** `virtual:report.css`: the style of the report, on which that of the page builds. */
export function reportStyle(): Plugin {
  const name = 'virtual:report.css';
  return {
    name: 'playground:report-style',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? style : undefined),
  };
}
