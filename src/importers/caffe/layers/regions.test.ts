import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, importFiles, type PrototxtValues, ramp } from '../testing.ts';

const image: PrototxtValues = { shape: [1, 1, 4, 4], values: Array.from({ length: 16 }, (_, index) => index) };
const regions: PrototxtValues = { shape: [2, 5], values: [0, 0, 0, 3, 3, 0, 2, 2, 3, 3] };

describe('pooling of regions', () => {
  it('ROIPooling takes the maximum of each bin, region by region', () => {
    const [out] = computeLayer('ROIPooling', 'roi_pooling_param { pooled_h: 2 pooled_w: 2 spatial_scale: 1 }', [image, regions]);
    expect(out).toEqual({ shape: [2, 1, 2, 2], values: [5, 7, 13, 15, 10, 11, 14, 15] });
  });

  it('ROIAlign averages samples between pixels', () => {
    const [out] = computeLayer('ROIAlign', 'roi_align_param { pooled_h: 1 pooled_w: 1 spatial_scale: 1 }', [image, regions]);
    // The image is linear, so a mean is the value at the center: (1.5, 1.5) and (2.5, 2.5).
    expect(out).toEqual({ shape: [2, 1, 1, 1], values: [7.5, 12.5] });
  });

  it('PSROIPooling takes each bin from separate channels', () => {
    const maps: PrototxtValues = { shape: [1, 4, 4, 4], values: Array.from({ length: 64 }, (_, index) => Math.floor(index / 16) + 1) };
    const param = 'psroi_pooling_param { spatial_scale: 1 output_dim: 1 group_size: 2 }';
    expect(computeLayer('PSROIPooling', param, [maps, regions])[0]?.values.slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(errorsOf(() => computeLayer('PSROIPooling', param, [image, regions])).join()).toContain('1 channels instead of 1 × 2 × 2');
  });

  it('rejects a dynamic number of regions with advice', () => {
    const prototxt = `
      layer { name: "image" type: "Input" top: "image" input_param { shape { dim: 1 dim: 1 dim: 4 dim: 4 } } }
      layer { name: "regions" type: "Input" top: "regions" input_param { shape { dim: 0 dim: 5 } } }
      layer { name: "pool" type: "ROIPooling" bottom: "image" bottom: "regions" top: "pool" roi_pooling_param { pooled_h: 2 pooled_w: 2 } }`;
    expect(errorsOf(() => importFiles({ 'net.prototxt': prototxt })).join()).toContain('the number of regions is unknown');
  });
});

describe('ProposalLayer', () => {
  const [scores, shifts, info] = [
    ramp(1, 18, 2, 2),
    { shape: [1, 36, 2, 2], values: ramp(1, 36, 2, 2).values.map((value) => value / 10) },
    { shape: [1, 3], values: [32, 32, 1] },
  ];
  const python = (text: string): string => `python_param { layer: 'ProposalLayer' param_str: "${text}" }`;

  it('returns regions inside the image, the best first', () => {
    const [rois, rated] = computeLayer('Python', python("'feat_stride': 16"), [scores, shifts, info], [], ['rois', 'rated']);
    expect(rois?.shape.slice(1)).toEqual([4]);
    expect(rated?.shape).toEqual([rois?.shape[0], 1]);
    rois?.values.forEach((value) => {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(31);
    });
    expect(rated?.values).toEqual([...(rated?.values ?? [])].sort((a, b) => b - a));
  });

  it.each([
    [python("'scales': [4, 8]"), '`scales` must be [8,16,32] in ncnn, got [4,8]'],
    [python("'feat_stride': 0"), '`param_str` cannot be read'],
    ["python_param { layer: 'MyLayer' }", 'the Python layer MyLayer is not supported by ncnn'],
  ])('rejects %s', (param, message) => {
    expect(errorsOf(() => computeLayer('Python', param, [scores, shifts, info], [], ['rois'])).join()).toContain(message);
  });

  it('rejects other numbers of anchors', () => {
    const errors = errorsOf(() => computeLayer('Python', python(''), [ramp(1, 12, 2, 2), shifts, info], [], ['rois']));
    expect(errors.join()).toContain('a bottom has 12 channels, but 9 anchors need 18');
  });
});
