import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';

const file = 'dist/browser.mjs';
const code = readFileSync(file, 'utf8');

it('The module for browsers has at most 3000 bytes, uncompressed', () => {
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(3000);
});

it('The module for browsers is one file', () => {
  expect(code).not.toMatch(/\b(import|require)\b/);
  expect(code).toMatch(/export\{\w+ as enhanceCodeForm,\w+ as submitOnce\}/);
});

it('The module for browsers writes no HTML, no style and no script, as a strict policy demands', () => {
  expect(code).not.toMatch(
    /HTML\b(?!\w)(?=\s*[=(])|insertAdjacent|\.write\(|eval|Function\(|style/,
  );
});

it('The source map of the module for browsers leads to its sources', () => {
  const map = z
    .object({ sources: z.array(z.string()) })
    .parse(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  expect(map.sources).toContain('../lib/browser/enhance-code-form.ts');
});
