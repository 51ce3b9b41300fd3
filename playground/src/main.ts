import 'virtual:report.css';
import './style/page.css';
import './style/forms.css';
import './style/net.css';
import './style/run.css';
import './style/download.css';
import { App } from './app/app.ts';
import { examples } from './files/examples.ts';
import { readLink } from './options/link.ts';

const root = document.querySelector<HTMLElement>('#app');
const [example] = examples;
if (root !== null && example !== undefined) {
  const app = new App(root);
  const open = (): void => app.openLink(readLink(location.hash) ?? { example: example.key, options: example.options });
  addEventListener('hashchange', open);
  open();
}

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('./offline.js').catch(() => {
    // Without a secure origin there is no service worker, and the page needs its server.
  });
}
