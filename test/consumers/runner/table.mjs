const row = (cells) => `| ${cells.join(' | ')} |`;

const signOf = (passed) => (passed === undefined ? '' : passed ? '✓' : '✗');

/** Runtime × consumer, as a table of Markdown. */
export function table(results) {
  const names = [...new Set(results.map(({ name }) => name))].sort();
  const runtimes = new Map();
  for (const { node, wanted = '', got = wanted, name, passed } of results) {
    const runtime = `${node} ${got}`;
    runtimes.set(runtime, { ...runtimes.get(runtime), node, got, [name]: passed });
  }
  const rows = [...runtimes.values()]
    .sort((one, other) => one.node.localeCompare(other.node, 'en', { numeric: true }))
    .map((marks) => [marks.node, marks.got, ...names.map((name) => signOf(marks[name]))]);
  const header = ['Node', 'got', ...names];
  return [header, header.map(() => '---'), ...rows].map(row).join('\n');
}
