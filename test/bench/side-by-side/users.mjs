/** The user with this number. All have the same password, which is not hashed. */
export function userOf(number) {
  const id = `user-${number}`;
  const mobile = `+1212${String(number).padStart(7, '0')}`;
  return { id, email: `${id}@bench.example`, mobile, password: 'right' };
}

/** So many users, numbered from `from` on. */
export const usersFrom = (from, count) =>
  Array.from({ length: count }, (_, index) => userOf(from + index));

/** Keeps users in memory. */
export function usersInMemory() {
  const users = new Map();
  return {
    async add(added) {
      for (const user of added) users.set(user.id, user);
    },
    find: (id) => users.get(id),
    async change(id, fields) {
      users.set(id, { ...users.get(id), ...fields });
    },
  };
}
