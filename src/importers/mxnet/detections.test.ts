import { expect, it } from 'vitest';
import { manifestOf } from '../../emit/manifest.ts';
import { convertSource } from '../../pipeline/convertSource.ts';
import { sourceOfFiles } from '../testing.ts';
import { symbolFile } from './testing.ts';

it('writes the columns of detections into the manifest', async () => {
  const input = (name: string, shape: string) => ({ op: 'null', name, attrs: { __shape__: shape } });
  const symbol = symbolFile([
    input('scores', '(1, 3, 4)'),
    input('offsets', '(1, 16)'),
    input('anchors', '(1, 4, 4)'),
    {
      op: '_contrib_MultiBoxDetection',
      name: 'boxes',
      inputs: [
        [0, 0],
        [1, 0],
        [2, 0],
      ],
    },
  ]);
  const { artifact } = await convertSource(sourceOfFiles({ 'net-symbol.json': symbol }), {});
  const [output] = manifestOf(artifact).outputs;
  expect(output).toMatchObject({ name: 'boxes_output', columns: ['class', 'score', 'xmin', 'ymin', 'xmax', 'ymax'] });
});
