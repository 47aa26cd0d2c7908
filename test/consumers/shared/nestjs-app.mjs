// Moves the app that the consumers of NestJS share to where a generated app has it. In CommonJS its imports get
// no `.js`, as the generator of Nest 11 writes them: its Jest does not find such files.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const shared = path.join(import.meta.dirname, 'nestjs');
const { type } = JSON.parse(await readFile('package.json', 'utf8'));

for (const entry of await readdir(shared, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const from = path.join(entry.parentPath, entry.name);
  const to = path.relative(shared, from);
  const source = await readFile(from, 'utf8');
  await mkdir(path.dirname(to), { recursive: true });
  await writeFile(
    to,
    type === 'module' ? source : source.replaceAll(/(from '\.[^']*)\.js'/g, "$1'"),
  );
}

// Vitest would run the tests in both places.
await rm(shared, { recursive: true });
