/** What the wheel and pointers do to a graph. */
export interface GestureTarget {
  /** Moves the graph by a distance in pixels; returns whether it moved. */
  readonly move: (x: number, y: number) => boolean;
  /** Scales the graph around a point of the window. */
  readonly zoom: (factor: number, x: number, y: number) => void;
}

/** Moves and scales by wheel, drag and pinch. Its source is copied into the page, so it must be self-contained. */
export function listenForGestures(svg: SVGSVGElement, { move, zoom }: GestureTarget): void {
  const zoomAbout = (factor: number, clientX: number, clientY: number): void => {
    const box = svg.getBoundingClientRect();
    zoom(factor, clientX - box.left, clientY - box.top);
  };
  const onWheel = (event: WheelEvent): void => {
    const isZoom = event.ctrlKey || event.metaKey;
    if (isZoom) zoomAbout(Math.exp(-event.deltaY / 180), event.clientX, event.clientY);
    // At the end of the graph the page scrolls on, as with any scrollable box.
    if (isZoom || move(-event.deltaX, -event.deltaY)) event.preventDefault();
  };
  svg.addEventListener('wheel', onWheel, { passive: false });

  const pointers = new Map<number, { readonly x: number; readonly y: number }>();
  /** How many pixels a pointer may move during a click. */
  const clickDistance = 4;
  let distance = 0;
  svg.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    distance = 0;
  });
  svg.addEventListener('pointermove', (event) => {
    const last = pointers.get(event.pointerId);
    if (last === undefined) return;
    const [deltaX, deltaY] = [event.clientX - last.x, event.clientY - last.y];
    distance += Math.hypot(deltaX, deltaY);
    if (distance > clickDistance && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    const [, other] = [...pointers].find(([id]) => id !== event.pointerId) ?? [];
    if (other === undefined) move(deltaX, deltaY);
    else {
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
      if (before > 0) zoomAbout(after / before, other.x, other.y);
    }
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  for (const type of ['pointerup', 'pointercancel'] as const) svg.addEventListener(type, (event) => pointers.delete(event.pointerId));
  // A drag is not a click on the node where it ends.
  const dropDrag = (event: Event): void => {
    if (distance > clickDistance) event.stopPropagation();
  };
  svg.addEventListener('click', dropDrag, true);
}
