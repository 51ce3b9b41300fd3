import type { PageNet, Viewport } from './net.ts';

/** The whole net small, with a frame around what is seen; a press or a drag goes there. */
export interface Overview {
  readonly draw: () => void;
}

/** Runs in the page, where it is put by its text: it may use nothing outside of itself. */
export function createOverview(
  canvas: HTMLCanvasElement,
  current: () => { readonly net: PageNet; readonly viewport: Viewport; readonly found: ReadonlySet<number> | undefined },
  go: (x: number, y: number) => void,
): Overview {
  const colorOf = new Map<string, string>();
  const look = getComputedStyle(canvas);
  const familyColor = (family: string): string => {
    const known = colorOf.get(family);
    if (known !== undefined) return known;
    const probe = document.createElement('i');
    probe.className = `probe ${family}`;
    canvas.parentElement?.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    colorOf.set(family, color);
    return color;
  };

  /** A tall net is drawn as a strip: its width and its height are scaled each for itself. */
  const scales = (): { readonly across: number; readonly down: number } => {
    const { net } = current();
    return {
      across: canvas.clientWidth / net.width,
      down: Math.min(canvas.clientHeight / net.height, (canvas.clientWidth / net.width) * 1.5),
    };
  };

  const draw = (): void => {
    const { net, viewport, found } = current();
    const pixels = devicePixelRatio;
    canvas.width = canvas.clientWidth * pixels;
    canvas.height = canvas.clientHeight * pixels;
    const context = canvas.getContext('2d');
    if (context === null) return;
    const { across, down } = scales();
    context.scale(pixels, pixels);
    for (const [place, node] of net.nodes.entries()) {
      context.globalAlpha = found === undefined || found.has(place) ? 0.9 : 0.18;
      context.fillStyle = familyColor(node.family);
      const height = Math.max(node.height * down, 1);
      context.fillRect((node.x - node.width / 2) * across, node.y * down - height / 2, node.width * across, height);
    }
    context.globalAlpha = 1;
    context.strokeStyle = look.color;
    context.lineWidth = 1.5;
    const height = Math.max(viewport.height * down, 6);
    context.strokeRect(
      Math.max(viewport.left * across, 0) + 1,
      Math.max(viewport.top * down, 0) + 1,
      Math.min(viewport.width * across, canvas.clientWidth) - 2,
      Math.min(height, canvas.clientHeight) - 2,
    );
  };

  const follow = (event: PointerEvent): void => {
    const box = canvas.getBoundingClientRect();
    const { across, down } = scales();
    go((event.clientX - box.left) / across, (event.clientY - box.top) / down);
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) follow(event);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    colorOf.clear();
    draw();
  });
  return { draw };
}
