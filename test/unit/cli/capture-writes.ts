import { onTestFinished, vi } from 'vitest';

/** What is written to a stream of this process until the test ends. */
export function captureWrites(stream: NodeJS.WriteStream): string[] {
  const texts: string[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((text) => {
    texts.push(String(text));
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  return texts;
}
