import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, type PrototxtValues, ramp } from '../testing.ts';

const map = ramp(1, 4, 2, 2);
const photo = ramp(1, 3, 20, 40);

describe('PriorBox', () => {
  it('places boxes at the cell centers with each unique ratio and its inverse', () => {
    const param =
      'prior_box_param { min_size: 8 max_size: 18 aspect_ratio: 4 aspect_ratio: 0.25 variance: 0.1 variance: 0.1 variance: 0.2 variance: 0.2 }';
    const [out] = computeLayer('PriorBox', param, [map, photo]);
    const sizes = [
      [8, 8],
      [12, 12],
      [16, 4],
      [4, 16],
    ] as const;
    const boxes = [5, 15].flatMap((y) =>
      [10, 30].flatMap((x) => sizes.flatMap(([w, h]) => [(x - w / 2) / 40, (y - h / 2) / 20, (x + w / 2) / 40, (y + h / 2) / 20])),
    );
    expect(out?.shape).toEqual([1, 2, 64]);
    boxes.forEach((value, index) => {
      expect(out?.values[index]).toBeCloseTo(value, 6);
    });
    expect(out?.values.slice(64, 68).map((value) => Number(value.toFixed(6)))).toEqual([0.1, 0.1, 0.2, 0.2]);
  });

  it.each([
    ['min_size: 8 aspect_ratio: -1', '`aspect_ratio` must be positive, got -1'],
    ['min_size: 8 variance: 0.1 variance: 0.2', 'expected 1 or 4 variances, got 2'],
  ])('rejects %s', (param, message) => {
    expect(errorsOf(() => computeLayer('PriorBox', `prior_box_param { ${param} }`, [map, photo])).join()).toContain(message);
  });
});

describe('DetectionOutput', () => {
  const two = (...values: readonly number[]): PrototxtValues => ({ shape: [1, values.length], values });
  const priors: PrototxtValues = {
    shape: [1, 2, 8],
    values: [0.1, 0.1, 0.3, 0.3, 0.5, 0.5, 0.9, 0.9, 0.1, 0.1, 0.2, 0.2, 0.1, 0.1, 0.2, 0.2],
  };
  const base =
    'num_classes: 2 share_location: true background_label_id: 0 keep_top_k: 10 nms_param { nms_threshold: 0.5 top_k: 10 } code_type: CENTER_SIZE';
  const bottoms = [two(0, 0, 0, 0, 1, 0, 0, 0), two(0.8, 0.2, 0.1, 0.9), priors];

  it('returns label, score and corners of confident detections', () => {
    const [out] = computeLayer('DetectionOutput', `detection_output_param { ${base} confidence_threshold: 0.5 }`, bottoms);
    expect(out?.shape).toEqual([1, 6]);
    // A shift of 1 is a tenth of the prior's width, because of its variance.
    [1, 0.9, 0.54, 0.5, 0.94, 0.9].forEach((value, index) => {
      expect(out?.values[index]).toBeCloseTo(value, 5);
    });
  });

  it.each([
    ['code_type: CORNER', '`code_type: CORNER`'],
    ['background_label_id: 1', '`background_label_id: 1`'],
    ['share_location: false', '`share_location: false`'],
  ])('rejects %s', (setting, message) => {
    const [name = ''] = setting.split(':');
    const otherSettings = base.replace(new RegExp(`${name}: \\w+`), '');
    const errors = errorsOf(() => computeLayer('DetectionOutput', `detection_output_param { ${otherSettings} ${setting} }`, bottoms));
    expect(errors.join()).toContain(message);
  });

  it('names locations that do not match the boxes', () => {
    const errors = errorsOf(() =>
      computeLayer('DetectionOutput', `detection_output_param { ${base} }`, [two(0, 0, 0, 0), ...bottoms.slice(1)]),
    );
    expect(errors.join()).toContain('expected 4 locations for each of 2 prior boxes, got 4 in all');
  });
});
