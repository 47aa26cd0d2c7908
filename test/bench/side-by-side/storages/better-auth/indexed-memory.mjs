import { createAdapterFactory } from 'better-auth/adapters';

/**
 * A database in memory for better-auth, with indexes. Its own one scans all rows for each query, and copies all
 * tables in each transaction.
 */
export function indexedMemory() {
  const tables = new Map();
  const tableOf = (model) => {
    if (!tables.has(model)) tables.set(model, new Table());
    return tables.get(model);
  };
  const first = ({ model, where }) => tableOf(model).matching(where)[0] ?? null;
  const change = (model, row, fields) => row && tableOf(model).change(row, fields);
  return createAdapterFactory({
    config: { adapterId: 'indexed-memory', adapterName: 'Indexed memory', transaction: false },
    adapter: () => ({
      create: async ({ model, data }) => tableOf(model).add(data),
      findOne: async (asked) => joined(first(asked), asked.join, tableOf),
      findMany: async ({ model, where = [], sortBy, offset = 0, limit, join }) => {
        const rows = sorted(tableOf(model).matching(where), sortBy).slice(offset, offset + limit);
        return rows.map((row) => joined(row, join, tableOf));
      },
      count: async ({ model, where = [] }) => tableOf(model).matching(where).length,
      update: async ({ model, where, update }) => change(model, first({ model, where }), update),
      updateMany: async ({ model, where, update }) => {
        const rows = tableOf(model).matching(where);
        for (const row of rows) change(model, row, update);
        return rows.length;
      },
      delete: async ({ model, where }) => {
        for (const row of tableOf(model).matching(where)) tableOf(model).remove(row);
      },
      deleteMany: async ({ model, where }) => {
        const rows = tableOf(model).matching(where);
        for (const row of rows) tableOf(model).remove(row);
        return rows.length;
      },
      consumeOne: async ({ model, where }) => {
        const row = first({ model, where });
        if (row) tableOf(model).remove(row);
        return row;
      },
      incrementOne: async ({ model, where, increment, set = {} }) => {
        const row = first({ model, where });
        if (!row) return null;
        const sums = Object.entries(increment).map(([field, by]) => [
          field,
          (row[field] ?? 0) + by,
        ]);
        return change(model, row, { ...Object.fromEntries(sums), ...set });
      },
    }),
  });
}

/** Rows, with an index on each field that was queried. */
class Table {
  #rows = new Set();
  #indexes = new Map();

  add(row) {
    this.#rows.add(row);
    for (const [field, index] of this.#indexes) put(index, row[field], row);
    return row;
  }

  remove(row) {
    this.#rows.delete(row);
    for (const [field, index] of this.#indexes) take(index, row[field], row);
  }

  change(row, fields) {
    this.remove(row);
    return this.add(Object.assign(row, fields));
  }

  matching(where) {
    const equal = where.find(({ operator, connector }) => operator === 'eq' && connector === 'AND');
    const candidates = equal ? this.#rowsWith(equal) : this.#rows;
    return [...candidates].filter((row) => where.every((clause) => holds(row, clause)));
  }

  #rowsWith({ field, value }) {
    if (!this.#indexes.has(field)) {
      const index = new Map();
      for (const row of this.#rows) put(index, row[field], row);
      this.#indexes.set(field, index);
    }
    return this.#indexes.get(field).get(value) ?? [];
  }
}

function put(index, value, row) {
  const rows = index.get(value);
  if (rows) rows.add(row);
  else index.set(value, new Set([row]));
}

function take(index, value, row) {
  const rows = index.get(value);
  rows?.delete(row);
  if (rows?.size === 0) index.delete(value);
}

const operators = {
  eq: (one, other) => one === other,
  ne: (one, other) => one !== other,
  lt: (one, other) => one < other,
  lte: (one, other) => one <= other,
  gt: (one, other) => one > other,
  gte: (one, other) => one >= other,
  in: (one, others) => others.includes(one),
};

const holds = (row, { field, operator, value }) => operators[operator](row[field], value);

function sorted(rows, sortBy) {
  if (!sortBy) return rows;
  const sign = sortBy.direction === 'asc' ? 1 : -1;
  return rows.toSorted(
    ({ [sortBy.field]: one }, { [sortBy.field]: other }) => sign * (one - other),
  );
}

function joined(row, join, tableOf) {
  if (!row || !join) return row;
  const parts = Object.entries(join).map(([model, { on, relation }]) => {
    const rows = tableOf(model).matching([
      { field: on.to, operator: 'eq', connector: 'AND', value: row[on.from] },
    ]);
    return [model, relation === 'one-to-one' ? (rows[0] ?? null) : rows];
  });
  return { ...row, ...Object.fromEntries(parts) };
}
