import type { UnpluginContextMeta, UnpluginOptions } from 'unplugin';
import type { Options } from './options.ts';

export function createPlugins(_options: Options | undefined, _meta: UnpluginContextMeta): UnpluginOptions[] {
  return [{ name: 'unplugin-ncnn' }];
}
