import { UseGuards } from '@nestjs/common';
import {
  Args,
  Context,
  Field,
  Float,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from '@nestjs/graphql';
import type { SuccessInfo } from 'passport-modica-2fa';
import {
  ApprovedTransaction,
  RequireSecondFactor,
  VerifiedFactor,
} from 'passport-modica-2fa/nestjs';
import { Tokens } from '../auth/tokens.js';
import type { AppUser } from '../users.js';
import {
  AccessGuard,
  CodeGuard,
  PasswordGuard,
  requestOf,
  StepUpGuard,
  TransferGuard,
} from './graphql.guards.js';

@ObjectType()
class Transfer {
  @Field(() => String)
  to!: string;

  @Field(() => Float)
  amount!: number;
}

/** The guards read what the strategy needs; the first request of a mutation has no code. */
const Optional = (name: string) => Args(name, { type: () => String, nullable: true });

@Resolver()
export class AccountResolver {
  constructor(private readonly tokens: Tokens) {}

  @Mutation(() => String)
  @UseGuards(PasswordGuard, CodeGuard)
  login(
    @Args('username') _username: string,
    @Args('password') _password: string,
    @Context('req') { user }: { user: AppUser },
    @VerifiedFactor(requestOf) info: SuccessInfo,
  ) {
    return this.tokens.access(user, info).token;
  }

  @Mutation(() => String)
  @UseGuards(CodeGuard)
  code(
    @Args('challenge') _challenge: string,
    @Args('code') _code: string,
    @Context('req') { user }: { user: AppUser },
    @VerifiedFactor(requestOf) info: SuccessInfo,
  ) {
    return this.tokens.access(user, info).token;
  }

  @Mutation(() => String)
  @UseGuards(AccessGuard, StepUpGuard)
  stepUp(
    @Optional('challenge') _challenge: string | null,
    @Optional('code') _code: string | null,
    @Context('req') { account }: { account: AppUser },
    @VerifiedFactor(requestOf) info: SuccessInfo,
  ) {
    return this.tokens.access(account, info).token;
  }

  @Query(() => String)
  @RequireSecondFactor({ maxAge: 300, getRequest: requestOf })
  @UseGuards(AccessGuard)
  account(@Context('req') { user }: { user: AppUser }) {
    return user.name;
  }

  @Mutation(() => Transfer)
  @UseGuards(AccessGuard, TransferGuard)
  transfer(
    @Args('to') _to: string,
    @Args('amount', { type: () => Float }) _amount: number,
    @Optional('challenge') _challenge: string | null,
    @Optional('code') _code: string | null,
    @ApprovedTransaction(requestOf) approved: Transfer,
  ) {
    return approved;
  }
}
