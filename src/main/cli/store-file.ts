import { parseStoreAddress, type StoreAddress } from '../sources/store-location.ts'
import { readPrivateFile } from './private-file.ts'

/**
 * The connection string in a file that nobody else can read.
 * @throws UsageError when others can read it, AppError source.not-found, source.denied, request.invalid
 */
export async function readStoreFile(path: string): Promise<StoreAddress> {
  return parseStoreAddress(await readPrivateFile(path, '--store', 'a connection string'))
}
