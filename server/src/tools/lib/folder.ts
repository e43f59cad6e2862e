/** A folder as a settings file names it, without `./` before it and slashes behind it. */
export function plainFolder(written: string): string {
  return written.replace(/^\.\//, '').replace(/\/+$/, '');
}

/** The same from the workspace folder on; `base`: where the settings file is. */
export function folderFrom(base: string, written: string): string {
  const folder = plainFolder(written);
  return base ? `${base}/${folder}` : folder;
}
