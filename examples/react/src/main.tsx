import { createRoot } from 'react-dom/client';
import { Direction } from './Direction';

const root = document.querySelector('#root');
if (root !== null) createRoot(root).render(<Direction />);
