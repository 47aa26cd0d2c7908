import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  type CanActivate,
  type ExecutionContext,
  type Provider,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import {
  Args,
  Field,
  Float,
  GqlExecutionContext,
  GraphQLModule,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from '@nestjs/graphql';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import type { Transaction, VerifiedInfo } from '../../../lib/index.js';
import {
  ApprovedTransaction,
  createRedirectFilter,
  createTwoFactorGuard,
  LogOutFirstGuard,
  RequireSecondFactor,
  VerifiedFactor,
} from '../../../lib/nestjs/index.js';
import { newestCode, wrongCodeFor } from '../../fixtures/emulator.js';
import { startWithModule } from './module-app.js';

const requestOf = (context: ExecutionContext): Request =>
  GqlExecutionContext.create(context).getContext().req;

/** The HTTP request, with the arguments of the mutation as its body, as in Nest's documentation. */
function requestWithArguments(context: ExecutionContext): Request {
  const request = requestOf(context);
  request.body = GqlExecutionContext.create(context).getArgs();
  return request;
}

class PasswordGuard extends AuthGuard('local') {
  override getRequest = requestWithArguments;
}

class CodeGuard extends createTwoFactorGuard() {
  override getRequest = requestWithArguments;
}

class TransferGuard extends createTwoFactorGuard({
  purpose: 'step-up',
  transaction: ({ body: { to, amount } }) => ({ to, amount }),
}) {
  override getRequest = requestWithArguments;
}

/** Stands for the app's guard of tokens. */
class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    requestOf(context).user = Object({ id: 1, mobile: '+64211111111' });
    return true;
  }
}

@ObjectType()
class Transfer {
  @Field(() => String)
  to!: string;

  @Field(() => Float)
  amount!: number;
}

/** An optional argument: each mutation is called without a code first. */
const Text = (name: string) => Args(name, { type: () => String, nullable: true });

@Resolver()
class AccountResolver {
  @Query(() => String)
  @RequireSecondFactor({
    maxAge: 300,
    getRequest: requestOf,
    verifiedAt: ({ headers }) => headers['x-verified-at']?.toString(),
  })
  @UseGuards(TokenGuard)
  secret() {
    return 'secret';
  }

  @Mutation(() => String)
  @UseGuards(PasswordGuard, CodeGuard)
  login(@Text('username') _username: string, @Text('password') _password: string) {
    return '';
  }

  @Mutation(() => String)
  @UseGuards(CodeGuard)
  code(
    @Text('challenge') _challenge: string,
    @Text('code') _code: string,
    @VerifiedFactor(requestOf) { verifiedAt }: VerifiedInfo,
  ) {
    return verifiedAt.toISOString();
  }

  @Mutation(() => Transfer)
  @UseGuards(TokenGuard, TransferGuard)
  transfer(
    @Text('to') _to: string,
    @Args('amount', { type: () => Float }) _amount: number,
    @Text('challenge') _challenge: string,
    @Text('code') _code: string,
    @ApprovedTransaction(requestOf) approved: Transaction,
  ) {
    return approved;
  }
}

async function start(resolver: Type = AccountResolver, providers: Provider[] = []) {
  const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    // The context of each request, in every mode.
    includeStacktraceInErrorResponses: true,
  });
  const app = await startWithModule({ imports: [graphql], providers: [resolver, ...providers] });
  const send = (query: string, headers = {}) => app.post('/graphql', { query }).set(headers);
  return {
    ...app,
    send,
    /** What a refused mutation tells the client. */
    refused: async (query: string) => {
      const { body } = await send(query);
      return body.errors[0].extensions.originalError;
    },
  };
}

describe('F31: GraphQL', () => {
  it('has a login of two mutations, and a token that opens a guarded query', async () => {
    const { send, refused, emulator } = await start();
    const login = 'mutation { login(username: "alice", password: "right") }';
    const { code, challenge } = await refused(login);
    expect(code).toBe('challenge_sent');
    const enter = (entered: unknown) =>
      `mutation { code(challenge: "${challenge.id}", code: "${entered}") }`;
    expect((await refused(enter(wrongCodeFor(emulator)))).code).toBe('code_incorrect');
    const { body } = await send(enter(newestCode(emulator)));
    const headers = { 'x-verified-at': body.data.code };
    const opened = await send('{ secret }', headers);
    expect(opened.body.data).toEqual({ secret: 'secret' });
  });

  it('refuses a query without a fresh second factor', async () => {
    const { refused } = await start();
    expect((await refused('{ secret }')).code).toBe('second_factor_required');
  });

  it('gets its refusals past createRedirectFilter for the whole app', async () => {
    const useClass = createRedirectFilter(() => expect.unreachable());
    const { refused } = await start(AccountResolver, [{ provide: APP_FILTER, useClass }]);
    expect((await refused('{ secret }')).code).toBe('second_factor_required');
  });

  it('has no transaction for a resolver without a guard beside one that was approved', async () => {
    @Resolver()
    class Unguarded {
      @Mutation(() => Transfer)
      unguarded(@ApprovedTransaction(requestOf) approved: Transaction) {
        return approved;
      }
    }
    const { send, refused, emulator } = await start(AccountResolver, [Unguarded]);
    const transfer = (answer = '') => `transfer(to: "Bakery", amount: 5 ${answer}) { to }`;
    const { challenge } = await refused(`mutation { ${transfer()} }`);
    const answer = `challenge: "${challenge.id}", code: "${newestCode(emulator)}"`;
    const { body } = await send(`mutation { ${transfer(answer)} unguarded { to } }`);
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].path).toEqual(['unguarded']);
    expect(body.errors[0].extensions.originalError.code).toBe('info_unknown');
  });

  it('approves one transfer, and injects it', async () => {
    const { send, refused, emulator } = await start();
    const transfer = (to: string, answer = '') =>
      `mutation { transfer(to: "${to}", amount: 5 ${answer}) { to amount } }`;
    const { challenge } = await refused(transfer('Bakery'));
    const answer = `challenge: "${challenge.id}", code: "${newestCode(emulator)}"`;
    const { body } = await send(transfer('Bakery', answer));
    expect(body.data.transfer).toEqual({ to: 'Bakery', amount: 5 });
    const { challenge: other } = await refused(transfer('Bakery'));
    const forged = `challenge: "${other.id}", code: "${newestCode(emulator)}"`;
    expect((await refused(transfer('Eve', forged))).code).toBe('transaction_mismatch');
  });

  it('A46: refuses a guard without getRequest with an error that shows the line to write', async () => {
    @Resolver()
    class Unprepared {
      @Query(() => String)
      nothing() {
        return '';
      }

      @Mutation(() => String)
      @UseGuards(createTwoFactorGuard())
      code() {
        return '';
      }

      @Mutation(() => String)
      @UseGuards(LogOutFirstGuard)
      logOut() {
        return '';
      }
    }
    const { send, refused, logged } = await start(Unprepared);
    for (const mutation of ['mutation { code }', 'mutation { logOut }']) {
      expect((await refused(mutation)).code).toBe('option_invalid');
      const { text } = await send(mutation);
      expect(text).not.toContain('getRequest');
    }
    expect(String(logged[0])).toContain('GqlExecutionContext.create(context).getContext().req');
  });

  it('shows a client the code of a fault, and neither its message nor its cause', async () => {
    const { send, emulator, logged } = await start();
    await emulator.stop();
    const { text } = await send('mutation { login(username: "alice", password: "right") }');
    expect(text).toContain('provider_unavailable');
    expect(text).not.toContain(String(Reflect.get(Object(logged[0]), 'hint')));
    expect(text).not.toContain('ECONNREFUSED');
    expect(logged).toHaveLength(1);
  });
});
