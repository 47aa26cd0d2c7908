import { hasMariadb } from '../fixtures/mariadb-server.mjs';
import { hasPostgres } from '../fixtures/postgres-server.mjs';
import { hasRedis } from '../fixtures/redis-server.mjs';

/** Goes into the title of what is skipped because this machine has no such program. */
export const lacking = (program: string): string => ` (left out: no ${program} on this machine)`;

/** Empty where there is a Redis to start. */
export const withoutRedis = hasRedis ? '' : lacking('redis-server');

/** Empty where there is a PostgreSQL to start. */
export const withoutPostgres = hasPostgres ? '' : lacking('initdb');

/** Empty where there is a MariaDB to start. */
export const withoutMariadb = hasMariadb ? '' : lacking('mariadbd');
