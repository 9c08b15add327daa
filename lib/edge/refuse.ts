/**
 * What this library says to bytes and numbers that it cannot use.
 *
 * @module
 */

/** What to do where a file asks for what this version does not have. */
export const NEWER = "load it with the version that wrote it";

/** Characters of a fault that are told. */
const LONGEST = 300;

/**
 * Refuses a file.
 *
 * @param fault What is wrong with it, as in "its checksum is wrong".
 * @param advice What to do about it.
 */
export function refuseFile(
  fault: string,
  advice = "fetch or export it again",
): never {
  // Names come from the file, which may make them as long as it likes.
  const brief = fault.slice(0, LONGEST);
  throw new RangeError(`Cannot load the policy as ${brief}: ${advice}`);
}

/** Refuses to act; `fault` says what was found and what is allowed. */
export function refuseAct(fault: string): never {
  throw new RangeError(`Cannot act as ${fault}`);
}
