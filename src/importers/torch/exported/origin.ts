import type { CallOrigin } from '../trace/origin.ts';
import type { JsonNode } from './jsonNode.ts';

/** The origin of a node in the user's program, if the file contains it. */
export function originOf(node: JsonNode): CallOrigin {
  const metadata = node.get('metadata');
  if (!metadata.isPresent) return {};
  const text = (key: string): string => (metadata.get(key).isPresent ? metadata.get(key).string() : '');
  const [, path = '', moduleType = ''] = text('nn_module_stack').split(';').at(-1)?.split(',') ?? [];
  // A module that is called several times has a number.
  const module = path.replace(/^L\['\w+'\]\.?/, '').replace(/@\d+/g, '');
  return { module, moduleType, sourceLine: () => lineOf(text('stack_trace')) };
}

/** The innermost line outside torch: `net.py:12 in forward: y = self.conv(x)`. */
function lineOf(trace: string): string | undefined {
  const frames = [...trace.matchAll(/File "([^"]*)", line (\d+), in (\w+)(?:\n\s+(.*))?/g)];
  const own = frames.filter(([, file = '']) => !/[/\\]torch[/\\]|^<eval_with_key>/.test(file));
  const [, file, line, name, code] = own.at(-1) ?? frames.at(-1) ?? [];
  if (file === undefined) return undefined;
  return `${file.split(/[/\\]/).at(-1)}:${line} in ${name}${code === undefined ? '' : `: ${code}`}`;
}
