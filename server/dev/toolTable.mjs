/** The tables of tools that are generated: in README.md and docs/layouts.md, between two markers. */

const row = (...cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head, rows) => [row(...head), row(...head.map(() => '---')), ...rows].join('\n');

function files({ example, paths }) {
  const stem = example.slice(0, -paths('').up.length);
  return [...new Set(Object.values(paths(stem)))].map((path) => `\`${path}\``).join(', ');
}

/** For README.md: which files are read, and where their state is kept. */
export function toolTable(tools) {
  return table(
    ['tool', 'files', 'tracking table'],
    tools.flatMap(({ title, layouts, about }) => layouts.map((layout) => row(title, files(layout), about.ledger))),
  );
}

/** For docs/layouts.md: the layouts by their ids, and what each tool decides. */
export function layoutTables(tools) {
  const every = new Map(tools.flatMap((tool) => tool.layouts.map((layout) => [layout.id, layout])));
  const of = (layout) => tools.filter((tool) => tool.layouts.some(({ id }) => id === layout.id));
  const layouts = [...every.values()].map((layout) =>
    row(
      `\`${layout.id}\``,
      files(layout),
      of(layout)
        .map(({ id }) => `\`${id}\``)
        .join(', '),
    ),
  );
  const facts = tools.map(({ id, about }) =>
    row(`\`${id}\``, about.order, about.ledger, about.transaction, about.edited),
  );
  return [
    table(['layout', 'files', 'tool'], layouts),
    '',
    table(['tool', 'order', 'tracking table', 'transaction', 'an edited file is noticed'], facts),
  ].join('\n');
}
