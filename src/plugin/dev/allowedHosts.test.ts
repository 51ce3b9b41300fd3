import { expect, it } from 'vitest';
import { isAllowedHost } from './allowedHosts.ts';

it.each([
  'localhost',
  'localhost:5173',
  'LOCALHOST:1',
  'app.localhost',
  '127.0.0.1:5173',
  '192.168.1.7',
  '[::1]:5173',
  'dev.test',
  'dev.test:80',
  'a.corp.example',
  'corp.example',
])('accepts %s', (host) => expect(isAllowedHost(host, ['dev.test', '.corp.example'])).toBe(true));

it.each([
  undefined,
  '',
  'evil.example',
  'localhost.evil.example',
  'xcorp.example',
  '127.0.0.1.evil.example',
  'user@localhost',
  'localhost/',
  '[::1',
  'dev.test:80:80',
  'a b',
])('rejects %s', (host) => expect(isAllowedHost(host, ['dev.test', '.corp.example'])).toBe(false));

it('accepts all hosts when configured', () => {
  expect(isAllowedHost('evil.example', true)).toBe(true);
});
