import type { PageNet, Viewport } from './net.ts';

/** A small view of the whole net with a frame around the visible part; a press or a drag moves there. */
export interface Overview {
  readonly draw: () => void;
}

/** What the overview shows. */
export interface OverviewContents {
  readonly net: PageNet;
  readonly viewport: Viewport;
  readonly found: ReadonlySet<number> | undefined;
}

/** Factors from the drawing to the canvas. A tall net is drawn as a strip, so the factors of width and height differ. */
interface OverviewScale {
  readonly across: number;
  readonly down: number;
}

/** Its source is copied into the page, so it must be self-contained. */
export function createOverview(
  canvas: HTMLCanvasElement,
  contents: () => OverviewContents,
  go: (x: number, y: number) => void,
  paint: typeof drawOverview,
  signal: AbortSignal,
): Overview {
  const colors = new Map<string, string>();
  const colorOf = (family: string): string => {
    const known = colors.get(family);
    if (known !== undefined) return known;
    const probe = document.createElement('i');
    probe.className = `probe ${family}`;
    canvas.parentElement?.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    colors.set(family, color);
    return color;
  };
  const scaleOf = ({ width, height }: PageNet): OverviewScale => {
    const across = canvas.clientWidth / width;
    return { across, down: Math.min(canvas.clientHeight / height, across * 1.5) };
  };
  const draw = (): void => paint(canvas, contents(), scaleOf(contents().net), colorOf);
  const follow = (event: PointerEvent): void => {
    const box = canvas.getBoundingClientRect();
    const { across, down } = scaleOf(contents().net);
    go((event.clientX - box.left) / across, (event.clientY - box.top) / down);
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) follow(event);
  });
  const onScheme = (): void => {
    colors.clear();
    draw();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onScheme, { signal });
  return { draw };
}

/** Its source is copied into the page, so it must be self-contained. */
export function drawOverview(
  canvas: HTMLCanvasElement,
  { net, viewport, found }: OverviewContents,
  { across, down }: OverviewScale,
  colorOf: (family: string) => string,
): void {
  const pixels = devicePixelRatio;
  canvas.width = canvas.clientWidth * pixels;
  canvas.height = canvas.clientHeight * pixels;
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(pixels, pixels);
  for (const [place, node] of net.nodes.entries()) {
    context.globalAlpha = found === undefined || found.has(place) ? 0.9 : 0.18;
    context.fillStyle = colorOf(node.family);
    const height = Math.max(node.height * down, 1);
    context.fillRect((node.x - node.width / 2) * across, node.y * down - height / 2, node.width * across, height);
  }
  context.globalAlpha = 1;
  context.strokeStyle = getComputedStyle(canvas).color;
  context.lineWidth = 1.5;
  const height = Math.max(viewport.height * down, 6);
  context.strokeRect(
    Math.max(viewport.left * across, 0) + 1,
    Math.max(viewport.top * down, 0) + 1,
    Math.min(viewport.width * across, canvas.clientWidth) - 2,
    Math.min(height, canvas.clientHeight) - 2,
  );
}
