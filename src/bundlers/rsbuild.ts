import unplugin from '../index.ts';

/**
 * The plugin for Rsbuild.
 *
 * @example
 * ```ts
 * // rsbuild.config.ts
 * import ncnn from 'unplugin-ncnn/rsbuild'
 *
 * export default defineConfig({ plugins: [ncnn()] })
 * ```
 */
const rsbuild: typeof unplugin.rsbuild = unplugin.rsbuild;

export { rsbuild as default, rsbuild as 'module.exports' };
