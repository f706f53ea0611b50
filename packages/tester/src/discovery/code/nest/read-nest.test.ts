import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notesIn, readProject, routesIn } from '../testing/project.ts'

const bootstrap = `
  import { NestFactory } from '@nestjs/core'
  import { VersioningType } from '@nestjs/common'
  import { AppModule } from './app.module'
  async function bootstrap() {
    const app = await NestFactory.create(AppModule)
    app.setGlobalPrefix('api', { exclude: ['health'] })
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' })
    await app.listen(3000)
  }
  bootstrap()
`

describe('NestJS', () => {
  test('controllers with prefix, versions and several paths', () => {
    const files = {
      'main.ts': bootstrap,
      'app.module.ts': 'export class AppModule {}',
      'health.controller.ts': `
        import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common'
        @Controller({ path: 'health', version: VERSION_NEUTRAL })
        export class Health { @Get() check() {} }
      `,
      'pets.controller.ts': `
        import { Controller, Delete, Get, Post, Version } from '@nestjs/common'
        const pets = 'pets'
        @Controller(pets)
        export class Pets {
          @Get() list() {}
          @Get([':id', 'by-id/:id']) show() {}
          @Version('2') @Post('/') add() {}
          @Delete(':id') async remove() {}
          helper() {}
        }
      `,
    }
    assert.deepEqual(routesIn(files), [
      'GET /health: none',
      'GET /api/v1/pets: none',
      'GET /api/v1/pets/{id}: none',
      'GET /api/v1/pets/by-id/{id}: none',
      'POST /api/v2/pets: none',
      'DELETE /api/v1/pets/{id}: none',
    ])
    assert.deepEqual(notesIn(files), [])
  })

  test('guards of the app, of controllers and of methods; public ones are let pass', () => {
    const files = {
      'app.module.ts': `
        import { Module } from '@nestjs/common'
        import { APP_GUARD } from '@nestjs/core'
        import { JwtGuard } from './guards'
        @Module({ providers: [{ provide: APP_GUARD, useClass: JwtGuard }, { provide: APP_GUARD, useClass: ThrottlerGuard }] })
        export class AppModule {}
      `,
      'guards.ts': `
        import { Injectable, SetMetadata, applyDecorators, UseGuards } from '@nestjs/common'
        import { AuthGuard } from '@nestjs/passport'
        @Injectable() export class JwtGuard extends AuthGuard('jwt') { canActivate(context) { return super.canActivate(context) } }
        @Injectable() export class OwnerGuard { canActivate() { return true } }
        export const Open = () => SetMetadata('isPublic', true)
        export const Owned = () => applyDecorators(SetMetadata('x', 1), UseGuards(OwnerGuard))
      `,
      'pets.controller.ts': `
        import { Controller, Get, Post, UseGuards } from '@nestjs/common'
        import { Open, Owned, OwnerGuard } from './guards'
        @Controller('pets')
        export class Pets {
          @Get() list() {}
          @Open() @Get('open') open() {}
          @Post() @UseGuards(OwnerGuard) add() {}
          @Owned() @Post('owned') owned() {}
          @Scopes('write:pets', 'read:pets') @Post('scoped') scoped() {}
        }
      `,
    }
    const options = { guards: { Scopes: { scopeArgument: 0 } } }
    assert.deepEqual(routesIn(files, options), [
      'GET /pets: token',
      'GET /pets/open: none',
      'POST /pets: ?OwnerGuard',
      'POST /pets/owned: ?OwnerGuard',
      'POST /pets/scoped: write:pets+read:pets',
    ])
    const known = readProject(files, { guards: { OwnerGuard: {} } }).routes
    assert.equal(known.find(({ path }) => path === '/pets/owned')?.guard.kind, 'token')
  })

  test('modules below a path', () => {
    const files = {
      'app.module.ts': `
        import { Controller, Get, Module } from '@nestjs/common'
        import { RouterModule } from '@nestjs/core'
        @Controller('pets') class Pets { @Get() list() {} }
        @Module({ controllers: [Pets] }) class PetsModule {}
        @Module({ imports: [PetsModule, RouterModule.register([{ path: 'shop', children: [{ path: 'inner', module: PetsModule }] }])] })
        export class AppModule {}
      `,
    }
    assert.deepEqual(routesIn(files), ['GET /shop/inner/pets: none'])
  })

  test('what cannot be known is noted', () => {
    const files = {
      'pets.ts': `
        import { Controller, Get } from '@nestjs/common'
        @Controller(pathOf('pets')) class Pets {
          @Get(pathOf('list')) list() {}
        }
      `,
    }
    assert.deepEqual(notesIn(files), [
      'pets.ts:3 the path of this controller is known only when it runs !',
      'pets.ts:4 the path of this route is known only when it runs !',
    ])
  })
})
