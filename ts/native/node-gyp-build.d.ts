declare module 'node-gyp-build' {
  /** Requires the addon of the package in `packageRoot`: build/Release, else prebuilds/<platform>-<arch>. */
  export default function load(packageRoot: string): unknown;
}
