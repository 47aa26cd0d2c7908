export const password = 'right';

/** A user for each scenario, so that no limit of one affects another. */
const users = Array.from({ length: 8 }, (_, index) => ({
  id: `user-${index}`,
  mobile: `+1212555010${index}`,
  password,
}));

export const userOf = (index) => users[index];
export const findUser = (id) => users.find((user) => user.id === id);
