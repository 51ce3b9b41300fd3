import unplugin from '../index.ts';

/**
 * The plugin for esbuild.
 *
 * @example
 * ```ts
 * // build.js
 * import ncnn from 'unplugin-ncnn/esbuild'
 *
 * await build({ bundle: true, plugins: [ncnn()] })
 * ```
 */
const esbuild: typeof unplugin.esbuild = unplugin.esbuild;

export { esbuild as default, esbuild as 'module.exports' };
