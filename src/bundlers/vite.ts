import unplugin from '../index.ts';

/**
 * The plugin for Vite.
 *
 * @example
 * ```ts
 * // vite.config.ts
 * import ncnn from 'unplugin-ncnn/vite'
 *
 * export default defineConfig({ plugins: [ncnn()] })
 * ```
 */
const vite: typeof unplugin.vite = unplugin.vite;

export { vite as default, vite as 'module.exports' };
