import unplugin from '../index.ts';

/**
 * The plugin for webpack.
 *
 * @example
 * ```ts
 * // webpack.config.js
 * import ncnn from 'unplugin-ncnn/webpack'
 *
 * export default { plugins: [ncnn()] }
 * ```
 */
const webpack: typeof unplugin.webpack = unplugin.webpack;

export { webpack as default, webpack as 'module.exports' };
