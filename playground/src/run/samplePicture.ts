/** A picture with text, drawn by the page: a shop sign. */
export function samplePicture(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 640];
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const sky = context.createLinearGradient(0, 0, 0, 640);
  sky.addColorStop(0, '#dbe7ec');
  sky.addColorStop(1, '#f3e9d8');
  context.fillStyle = sky;
  context.fillRect(0, 0, 640, 640);
  drawBoard(context);
  drawTicket(context);
  return canvas;
}

interface Line {
  readonly text: string;
  readonly font: string;
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

function write(context: CanvasRenderingContext2D, { text, font, x, y, color }: Line): void {
  context.font = font;
  context.fillStyle = color;
  context.fillText(text, x, y);
}

function drawBoard(context: CanvasRenderingContext2D): void {
  context.fillStyle = '#5b4636';
  context.fillRect(60, 50, 520, 310);
  context.fillStyle = '#24403a';
  context.fillRect(76, 66, 488, 278);
  const serif = 'Georgia, "DejaVu Serif", serif';
  write(context, { text: 'CORNER CAFE', font: `bold 48px ${serif}`, x: 118, y: 142, color: '#f7f1e3' });
  write(context, { text: 'Coffee  2.50', font: `38px ${serif}`, x: 120, y: 212, color: '#f2d8a7' });
  write(context, { text: 'Tea  1.90', font: `38px ${serif}`, x: 120, y: 266, color: '#f2d8a7' });
  write(context, { text: 'open 7 to 19', font: `italic 30px ${serif}`, x: 320, y: 322, color: '#cfe3d8' });
}

function drawTicket(context: CanvasRenderingContext2D): void {
  context.save();
  context.translate(330, 500);
  context.rotate(-0.09);
  context.fillStyle = '#fffdf8';
  context.shadowColor = '#00000040';
  context.shadowBlur = 14;
  context.fillRect(-220, -80, 440, 160);
  context.shadowBlur = 0;
  const plain = 'Arial, "DejaVu Sans", sans-serif';
  write(context, { text: 'TICKET No. 4711', font: `bold 40px ${plain}`, x: -185, y: -10, color: '#8c2f23' });
  write(context, { text: 'Platform 9, seat 32', font: `30px ${plain}`, x: -185, y: 46, color: '#333333' });
  context.restore();
}
