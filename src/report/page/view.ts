import type { listenForGestures as ListenForGestures } from './gestures.ts';
import type { PageNet, Viewport } from './net.ts';

/** The graph in a window that can pan and zoom. */
export interface View {
  readonly viewport: () => Viewport;
  /** Scales around a point of the window, by default its center. */
  readonly zoom: (factor: number, x?: number, y?: number) => void;
  /** Shows the whole net. */
  readonly fit: () => void;
  /** Shows the start of the net at full size. */
  readonly reset: () => void;
  /** Moves a point of the drawing to the center. */
  readonly center: (x: number, y: number) => void;
  readonly resize: () => void;
}

/** Its source is copied into the page, so it must be self-contained. */
export function createView(svg: SVGSVGElement, net: PageNet, onChange: () => void, listen: typeof ListenForGestures): View {
  const canvas = svg.querySelector('.canvas');
  let [x, y, scale] = [0, 0, 1];
  let size = { width: 1, height: 1 };
  let isPending = false;
  const limit = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);
  const minScale = (): number => Math.min(1, size.width / net.width, size.height / net.height);

  const apply = (): void => {
    isPending = false;
    canvas?.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    svg.classList.toggle('far-away', scale < 0.42);
    onChange();
  };
  /** Moves the top left corner there and returns whether it moved. Part of the net stays visible; a net that fits is centered. */
  const place = (nextX: number, nextY: number, nextScale = scale): boolean => {
    const within = (offset: number, room: number, length: number): number =>
      length <= room ? (room - length) / 2 : limit(offset, room - length - 40, 40);
    const before = [x, y];
    scale = nextScale;
    x = within(nextX, size.width, net.width * scale);
    y = within(nextY, size.height, net.height * scale);
    if (!isPending) requestAnimationFrame(apply);
    isPending = true;
    return before[0] !== x || before[1] !== y;
  };
  const zoom: View['zoom'] = (factor, aboutX = size.width / 2, aboutY = size.height / 2) => {
    const next = limit(scale * factor, minScale(), 3);
    place(aboutX - ((aboutX - x) * next) / scale, aboutY - ((aboutY - y) * next) / scale, next);
  };
  const center: View['center'] = (toX, toY) => {
    const next = Math.max(scale, 0.6);
    place(size.width / 2 - toX * next, size.height / 2 - toY * next, next);
  };
  // The net starts at its first node, which may be far from the center of a wide net.
  const reset = (): void => void place(size.width / 2 - (net.nodes[0]?.x ?? net.width / 2), 40, 1);
  const resize = (): void => {
    const { width, height } = svg.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    const isFirst = size.width === 1;
    size = { width, height };
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    // A graph that was hidden has not been placed in its window yet.
    if (isFirst) reset();
    else place(x, y);
  };
  listen(svg, { move: (byX, byY) => place(x + byX, y + byY), zoom });
  return {
    viewport: () => ({ left: -x / scale, top: -y / scale, width: size.width / scale, height: size.height / scale }),
    zoom,
    fit: () => void place(x, y, minScale()),
    reset,
    center,
    resize,
  };
}
