/** The user of this number. All have the same password, whose hash is left out. */
export function userOf(number) {
  const id = `user-${number}`;
  const mobile = `+1212${String(number).padStart(7, '0')}`;
  return { id, email: `${id}@bench.example`, mobile, password: 'right' };
}

/** So many, the first of them with this number. */
export const usersFrom = (from, count) =>
  Array.from({ length: count }, (_, index) => userOf(from + index));

/** Users of an app that keeps them in its memory. */
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
