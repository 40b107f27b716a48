import { describe, expect, test } from '@jest/globals';
import { collisions, holdingsOf } from '../../../src/compose/holdings.js';
import { type ComposeModel, unescapeModel } from '../../../src/compose/model.js';

const model = (name: string, port: string, folder: string): ComposeModel => ({
  name,
  services: {
    web: {
      ports: [{ target: 80, published: port }],
      volumes: [
        { type: 'bind', source: `${folder}/web`, target: '/app' },
        { type: 'bind', source: '/proc', target: '/host/proc' },
        { type: 'bind', source: '/etc/config', target: '/etc/config', read_only: true },
      ],
    },
  },
  networks: { inside: { name: `${name}_inside` }, database: { name: `${name}_database`, external: true } },
  volumes: { data: { name: `${name}_data`, external: true } },
});
const staging = holdingsOf(model('staging', '8001', '/env/staging'));

describe('what two projects hold of one host', () => {
  test('two separate projects collide nowhere', () => {
    const production = holdingsOf(model('prod', '8000', '/env/prod'));
    for (const kind of ['ports', 'names', 'volumes', 'networks', 'state'] as const)
      expect(collisions(staging, production, kind)).toEqual([]);
  });

  test('each kind of collision is seen', () => {
    const same = holdingsOf(model('staging', '8001', '/env/staging'));
    expect(collisions(staging, same, 'ports')).toEqual(['8001/tcp']);
    expect(collisions(staging, same, 'names')).toEqual(['staging-web-1']);
    expect(collisions(staging, same, 'volumes')).toEqual(['staging_data']);
    expect(collisions(staging, same, 'networks')).toEqual(['staging_inside', 'staging_database']);
    expect(collisions(staging, same, 'state')).toEqual(['/env/staging/web']);
  });

  test('a network that one owns and the other joins is shared', () => {
    const joining = { ...holdingsOf(model('prod', '8000', '/env/prod')), joined: ['staging_inside'] };
    expect(collisions(staging, joining, 'networks')).toEqual(['staging_inside']);
  });

  test('a writable folder inside a writable folder is shared; one with a longer name is not', () => {
    const outer = { ...staging, binds: ['/env/staging'] };
    expect(collisions(staging, outer, 'state')).toEqual(['/env/staging/web']);
    expect(collisions(staging, { ...staging, binds: ['/env/staging/web2'] }, 'state')).toEqual([]);
  });

  test("Compose's doubled dollars are single again", () => {
    expect(unescapeModel({ name: 'x', services: { a: { environment: { P: 'a$$b$$$$c' } } } }).services['a']?.environment).toEqual({
      P: 'a$b$$c',
    });
  });
});
