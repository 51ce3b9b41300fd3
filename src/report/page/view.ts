import type { PageNet, Viewport } from './net.ts';

/** The graph under a window that is moved and scaled. */
export interface View {
  readonly viewport: () => Viewport;
  /** Scales about a point of the window, its middle unless given. */
  readonly zoom: (factor: number, x?: number, y?: number) => void;
  /** The whole net. */
  readonly fit: () => void;
  /** Full size, where the net begins. */
  readonly reset: () => void;
  /** Brings a point of the drawing into the middle. */
  readonly center: (x: number, y: number) => void;
  readonly resize: () => void;
}

/** Runs in the page, where it is put by its text: it may use nothing outside of itself. */
export function createView(svg: SVGSVGElement, net: PageNet, onChange: () => void): View {
  const canvas = svg.querySelector('.canvas');
  let [x, y, scale] = [0, 0, 1];
  let size = { width: 1, height: 1 };
  let pending = false;
  const limit = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
  const smallest = (): number => Math.min(1, size.width / net.width, size.height / net.height);

  const apply = (): void => {
    pending = false;
    canvas?.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
    svg.classList.toggle('far-away', scale < 0.42);
    onChange();
  };
  const update = (): void => {
    // Some of the net stays in sight; one that fits stands in the middle.
    const place = (offset: number, room: number, length: number): number =>
      length <= room ? (room - length) / 2 : limit(offset, room - length - 40, 40);
    x = place(x, size.width, net.width * scale);
    y = place(y, size.height, net.height * scale);
    if (pending) return;
    pending = true;
    requestAnimationFrame(apply);
  };
  const zoom: View['zoom'] = (factor, aboutX = size.width / 2, aboutY = size.height / 2) => {
    const next = limit(scale * factor, smallest(), 3);
    x = aboutX - ((aboutX - x) * next) / scale;
    y = aboutY - ((aboutY - y) * next) / scale;
    scale = next;
    update();
  };
  const resize = (): void => {
    const { width, height } = svg.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    size = { width, height };
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    update();
  };

  svg.addEventListener(
    'wheel',
    (event) => {
      const box = svg.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        zoom(Math.exp(-event.deltaY / 180), event.clientX - box.left, event.clientY - box.top);
        return;
      }
      const before = [x, y];
      x -= event.deltaX;
      y -= event.deltaY;
      update();
      // At its end the page scrolls on, as with any box that scrolls.
      if (before[0] !== x || before[1] !== y) event.preventDefault();
    },
    { passive: false },
  );

  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved = 0;
  });
  svg.addEventListener('pointermove', (event) => {
    const last = pointers.get(event.pointerId);
    if (last === undefined) return;
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    const other = others[0];
    moved += Math.hypot(event.clientX - last.x, event.clientY - last.y);
    if (moved > 4 && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    if (other !== undefined) {
      const box = svg.getBoundingClientRect();
      const distance = Math.hypot(last.x - other.x, last.y - other.y);
      const now = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      if (distance > 0) zoom(now / distance, other.x - box.left, other.y - box.top);
    } else {
      x += event.clientX - last.x;
      y += event.clientY - last.y;
      update();
    }
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  for (const type of ['pointerup', 'pointercancel'] as const) svg.addEventListener(type, (event) => pointers.delete(event.pointerId));
  // A drag is no click on what lies under its end.
  svg.addEventListener(
    'click',
    (event) => {
      if (moved > 4) event.stopPropagation();
    },
    true,
  );

  return {
    viewport: () => ({ left: -x / scale, top: -y / scale, width: size.width / scale, height: size.height / scale }),
    zoom,
    fit: () => {
      scale = smallest();
      update();
    },
    reset: () => {
      scale = 1;
      // Where it begins, which may be far from the middle of a wide net.
      x = size.width / 2 - (net.nodes[0]?.x ?? net.width / 2) * scale;
      y = 40;
      update();
    },
    center: (toX, toY) => {
      scale = Math.max(scale, 0.6);
      x = size.width / 2 - toX * scale;
      y = size.height / 2 - toY * scale;
      update();
    },
    resize,
  };
}
