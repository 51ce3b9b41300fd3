import unplugin from '../index.ts';

/**
 * The plugin for Rspack.
 *
 * @example
 * ```ts
 * // rspack.config.js
 * import ncnn from 'unplugin-ncnn/rspack'
 *
 * export default { plugins: [ncnn()] }
 * ```
 */
const rspack: typeof unplugin.rspack = unplugin.rspack;

export { rspack as default, rspack as 'module.exports' };
