import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const survivors = z
  .array(z.object({ file: z.string(), line: z.string(), part: z.string() }))
  .parse(JSON.parse(readFileSync('test/mutation/survivors.json', 'utf8')));

const onOneLine = (text: string) => text.trim().replace(/\s+/g, ' ');

describe('A mutant that is explained in survivors.json', () => {
  it.each(survivors)(
    'is of a line that stands in its file: $file, $line',
    ({ file, line, part }) => {
      expect(existsSync(file)).toBe(true);
      const source = readFileSync(file, 'utf8');
      expect(source.split('\n').map(onOneLine)).toContain(line);
      expect(onOneLine(source)).toContain(part);
    },
  );
});
