import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { AuthModule } from '../auth/auth.module.js';
import { secondFactor } from '../auth/second-factor.module.js';
import { Transfers } from '../auth/transfers.js';
import { AccountResolver } from './account.resolver.js';

@Module({
  imports: [
    AuthModule,
    secondFactor('client'),
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
  ],
  providers: [AccountResolver, Transfers],
})
export class GraphqlAppModule {}
