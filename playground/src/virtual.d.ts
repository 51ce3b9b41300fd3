declare module 'virtual:details' {
  import type { Details } from '../details.ts';

  const details: Readonly<Record<'detector' | 'direction' | 'embedding' | 'alexa' | 'edges' | 'face', Details>>;
  export default details;
}
