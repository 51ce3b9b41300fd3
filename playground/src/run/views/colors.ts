/** Red, green and blue for a value from 0 to 1, on a scale from dark blue to yellow that also works in grayscale. */
export function heatColor(value: number): readonly [red: number, green: number, blue: number] {
  const place = Math.min(Math.max(value, 0), 1) * (stops.length - 1);
  const index = Math.min(Math.floor(place), stops.length - 2);
  const share = place - index;
  const [from = [0, 0, 0], to = [0, 0, 0]] = [stops[index], stops[index + 1]];
  const mix = (channel: 0 | 1 | 2): number => from[channel] + (to[channel] - from[channel]) * share;
  return [mix(0), mix(1), mix(2)];
}

const stops: readonly (readonly [number, number, number])[] = [
  [13, 8, 60],
  [72, 25, 130],
  [150, 40, 125],
  [221, 80, 85],
  [250, 150, 60],
  [252, 240, 160],
];
