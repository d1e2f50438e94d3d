import { permissionWords } from "#client/features/roles/permission-words.ts";
import { parsePermissions, permissionBits, permissionNames } from "#shared/permissions.ts";

/** The names of the permissions in a decimal string of bits, in the order of their bits. */
export const namePermissions = (bits: string): readonly string[] => {
  const permissions = parsePermissions(bits) ?? 0n;
  return permissionNames
    .filter((name) => (permissions & permissionBits(name)) !== 0n)
    .map((name) => permissionWords[name].label);
};
