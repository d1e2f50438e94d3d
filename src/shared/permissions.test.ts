import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALL_PERMISSIONS,
  CHANNEL_PERMISSIONS,
  type ChannelOverrides,
  DEFAULT_EVERYONE_PERMISSIONS,
  findLacking,
  formatPermissions,
  hasPermission,
  NO_PERMISSIONS,
  parsePermissions,
  type PermissionName,
  type PermissionOverride,
  type Permissions,
  permissionBits,
  permissionNames,
  resolveChannelPermissions,
  resolveServerPermissions,
  type ServerStanding,
} from "./permissions.ts";

const bits = fc.bigInt({ min: 0n, max: ALL_PERMISSIONS });
const override = fc.record({ allow: bits, deny: bits });
const overrides: fc.Arbitrary<ChannelOverrides> = fc.record({
  everyone: fc.option(override, { nil: undefined }),
  roles: fc.array(override, { maxLength: 4 }),
  member: fc.option(override, { nil: undefined }),
});
const standing: fc.Arbitrary<ServerStanding> = fc.record({
  isOwner: fc.boolean(),
  everyone: bits,
  roles: fc.array(bits, { maxLength: 4 }),
});
const plain = bits.map((value) => value & ~permissionBits("ADMINISTRATOR"));

const namesIn = (permissions: Permissions): Set<PermissionName> =>
  new Set(permissionNames.filter((name) => hasPermission(permissions, name)));

/** The contract's sentence, with sets of names in the place of bits. */
const inServerSlowly = ({ isOwner, everyone, roles }: ServerStanding): Set<PermissionName> => {
  const held = new Set([everyone, ...roles].flatMap((role) => [...namesIn(role)]));
  return isOwner || held.has("ADMINISTRATOR") ? new Set(permissionNames) : held;
};

const inChannelSlowly = (server: Set<PermissionName>, { everyone, roles, member }: ChannelOverrides) => {
  if (server.has("ADMINISTRATOR")) return new Set(permissionNames);
  const held = new Set(server);
  const changeable = namesIn(CHANNEL_PERMISSIONS);
  for (const layer of [everyone ? [everyone] : [], roles, member ? [member] : []]) {
    for (const name of layer.flatMap(({ deny }) => [...namesIn(deny)]))
      if (changeable.has(name)) held.delete(name);
    for (const name of layer.flatMap(({ allow }) => [...namesIn(allow)]))
      if (changeable.has(name)) held.add(name);
  }
  return held.has("VIEW_CHANNEL") ? held : new Set<PermissionName>();
};

describe("against the slow and obvious reference", () => {
  test("the rights in a server", () => {
    fc.assert(
      fc.property(standing, (given) => {
        expect(namesIn(resolveServerPermissions(given))).toEqual(inServerSlowly(given));
      }),
    );
  });

  test("the rights in a channel", () => {
    fc.assert(
      fc.property(bits, overrides, (server, given) => {
        expect(namesIn(resolveChannelPermissions(server, given))).toEqual(
          inChannelSlowly(namesIn(server), given),
        );
      }),
    );
  });
});

describe("rights in a server", () => {
  test("the owner and administrators have all", () => {
    fc.assert(
      fc.property(standing, (given) => {
        expect(resolveServerPermissions({ ...given, isOwner: true })).toBe(ALL_PERMISSIONS);
        const roles = [...given.roles, permissionBits("ADMINISTRATOR")];
        expect(resolveServerPermissions({ ...given, roles })).toBe(ALL_PERMISSIONS);
      }),
    );
  });

  test("one more role never takes a permission away", () => {
    fc.assert(
      fc.property(standing, bits, (given, role) => {
        const before = resolveServerPermissions(given);
        const after = resolveServerPermissions({ ...given, roles: [...given.roles, role] });
        expect(before & ~after).toBe(0n);
      }),
    );
  });

  test("the order of the roles is all one", () => {
    fc.assert(
      fc.property(standing, (given) => {
        expect(resolveServerPermissions({ ...given, roles: given.roles.toReversed() })).toBe(
          resolveServerPermissions(given),
        );
      }),
    );
  });
});

describe("rights in a channel", () => {
  test("administrators cannot be shut out", () => {
    fc.assert(
      fc.property(bits, overrides, (server, given) => {
        expect(resolveChannelPermissions(server | permissionBits("ADMINISTRATOR"), given)).toBe(
          ALL_PERMISSIONS,
        );
      }),
    );
  });

  test("a channel that cannot be seen leaves nothing at all", () => {
    fc.assert(
      fc.property(plain, overrides, (server, given) => {
        const member = {
          allow: ALL_PERMISSIONS & ~permissionBits("VIEW_CHANNEL"),
          deny: permissionBits("VIEW_CHANNEL"),
        };
        expect(resolveChannelPermissions(server, { ...given, member })).toBe(0n);
      }),
    );
  });

  test("overrides give and take the permissions of channels alone", () => {
    fc.assert(
      fc.property(plain, overrides, (server, given) => {
        const resolved = resolveChannelPermissions(server, given);
        if (resolved !== 0n) expect(resolved & ~CHANNEL_PERMISSIONS).toBe(server & ~CHANNEL_PERMISSIONS);
      }),
    );
  });

  test("allowing more in any layer never takes a permission away", () => {
    const more = (one: PermissionOverride | undefined, allow: Permissions): PermissionOverride => ({
      allow: (one?.allow ?? 0n) | allow,
      deny: one?.deny ?? 0n,
    });
    fc.assert(
      fc.property(plain, overrides, bits, (server, given, allow) => {
        const before = resolveChannelPermissions(server, given);
        const { everyone, roles, member } = given;
        for (const widened of [
          { ...given, everyone: more(everyone, allow) },
          { ...given, roles: [...roles, { allow, deny: 0n }] },
          { ...given, member: more(member, allow) },
        ]) {
          expect(before & ~resolveChannelPermissions(server, widened)).toBe(0n);
        }
      }),
    );
  });

  test("denying more in any layer never gives a permission", () => {
    fc.assert(
      fc.property(plain, overrides, bits, (server, given, deny) => {
        const before = resolveChannelPermissions(server, given);
        const { everyone, member } = given;
        for (const narrowed of [
          { ...given, everyone: { allow: everyone?.allow ?? 0n, deny: (everyone?.deny ?? 0n) | deny } },
          { ...given, roles: [...given.roles, { allow: 0n, deny }] },
          { ...given, member: { allow: member?.allow ?? 0n, deny: (member?.deny ?? 0n) | deny } },
        ]) {
          expect(resolveChannelPermissions(server, narrowed) & ~before).toBe(0n);
        }
      }),
    );
  });

  test("the member's own override has the last word", () => {
    fc.assert(
      fc.property(
        plain,
        overrides,
        fc.constantFrom(...namesIn(CHANNEL_PERMISSIONS)),
        (server, given, name) => {
          const bit = permissionBits(name);
          const seeing = permissionBits("VIEW_CHANNEL");
          const allowed = resolveChannelPermissions(server, {
            ...given,
            member: { allow: bit | seeing, deny: 0n },
          });
          expect(hasPermission(allowed, name)).toBe(true);
          const denied = resolveChannelPermissions(server, { ...given, member: { allow: 0n, deny: bit } });
          expect(hasPermission(denied, name)).toBe(false);
        },
      ),
    );
  });
});

describe("on the wire", () => {
  test("bits survive the way there and back", () => {
    fc.assert(
      fc.property(bits, (value) => {
        expect(parsePermissions(formatPermissions(value))).toBe(value);
      }),
    );
  });

  test("bits of a newer version are dropped, and what is no number is refused", () => {
    expect(parsePermissions(formatPermissions(ALL_PERMISSIONS + 1n))).toBe(0n);
    for (const text of ["", "-1", "1.5", "0x1", " 1", "1".repeat(21), "one"]) {
      expect(parsePermissions(text)).toBeUndefined();
    }
  });

  test("the positions of the bits are the contract's", () => {
    const positions = permissionNames.map((name) => [name, permissionBits(name)] as const);
    expect(positions).toEqual(permissionNames.map((name, index) => [name, 1n << BigInt(index)]));
    expect(permissionBits("VIEW_CHANNEL")).toBe(1n);
    expect(permissionBits("ADMINISTRATOR")).toBe(1n << 12n);
    expect(permissionBits("CREATE_INVITE")).toBe(1n << 13n);
    expect(permissionBits("CREATE_THREADS")).toBe(1n << 24n);
  });

  test("a new server's @everyone takes part and governs nothing", () => {
    expect([...namesIn(DEFAULT_EVERYONE_PERMISSIONS)]).toEqual([
      "VIEW_CHANNEL",
      "SEND_MESSAGES",
      "ATTACH_FILES",
      "ADD_REACTIONS",
      "CONNECT_VOICE",
      "SPEAK",
      "CREATE_INVITE",
      "STREAM",
      "CREATE_THREADS",
    ]);
  });
});

test("the first of the wanted bits that is not held, in the order of the bits", () => {
  const held = permissionBits("VIEW_CHANNEL", "SPEAK");
  expect(findLacking(held, permissionBits("SPEAK"))).toBeUndefined();
  expect(findLacking(held, NO_PERMISSIONS)).toBeUndefined();
  expect(findLacking(held, permissionBits("SPEAK", "MANAGE_ROLES", "BAN_MEMBERS"))).toBe("BAN_MEMBERS");
});
