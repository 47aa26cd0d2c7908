const row = (cells) => `| ${cells.join(' | ')} |`;

/** Runtime × consumer, as a table of Markdown. */
export function table(results) {
  const names = [...new Set(results.map(({ name }) => name))].sort();
  const runtimes = new Map();
  for (const { node, wanted, got, name, passed } of results) {
    const runtime = `${node} ${wanted}`;
    const others = runtimes.get(runtime);
    runtimes.set(runtime, { ...others, node, got: got ?? others?.got ?? wanted, [name]: passed });
  }
  const rows = [...runtimes.values()]
    .sort((one, other) => one.node.localeCompare(other.node, 'en', { numeric: true }))
    .map((marks) => [marks.node, marks.got, ...names.map((name) => (marks[name] ? '✓' : '✗'))]);
  const header = ['Node', 'got', ...names];
  return [header, header.map(() => '---'), ...rows].map(row).join('\n');
}
