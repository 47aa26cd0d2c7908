import { onTestFinished, vi } from 'vitest';

/** Collects what is written to a stream of this process until the test ends. */
export function captureWrites(stream: NodeJS.WriteStream): string[] {
  const written: string[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  return written;
}
