import { readFile } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/**
 * Reads a file of the built window by the path of its URL (still percent-encoded).
 * Null for whatever is not there, has a type the window does not use, or lies outside the folder.
 */
export async function readPageFile(
  folder: string,
  urlPath: string,
): Promise<{ bytes: Uint8Array; contentType: string } | null> {
  const relative = decode(urlPath === '/' ? '/index.html' : urlPath)
  const contentType = CONTENT_TYPES[extname(relative ?? '')]
  if (relative === null || contentType === undefined) return null
  // The folder is our own, with no links in it: `..` is the only way out.
  const file = join(folder, relative)
  if (!file.startsWith(resolve(folder) + sep)) return null
  try {
    return { bytes: await readFile(file), contentType }
  } catch {
    return null
  }
}

function decode(urlPath: string): string | null {
  try {
    const text = decodeURIComponent(urlPath)
    return text.includes('\0') || text.includes('\\') ? null : text
  } catch {
    return null
  }
}
