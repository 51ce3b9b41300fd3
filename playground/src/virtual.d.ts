declare module 'virtual:details' {
  import type { Details } from '../details.ts';

  const details: Readonly<Record<'detector' | 'direction' | 'embedding' | 'alexa' | 'edges', Details>>;
  export default details;
}
