import { Long } from '@mtcute/core'
import { __tlReaderMap, __tlWriterMap, TlBinaryReader, TlBinaryWriter } from '@mtcute/core/utils.js'

/** Constructors that the client library's own maps leave to its reader, or do not know. */
export const CONSTRUCTORS = {
  vector: 0x1cb5c415,
  true: 0x997275b5,
  false: 0xbc799737,
  container: 0x73f1f8dc,
  gzipPacked: 0x3072cfa1,
  rpcResult: 0xf35c6d01,
  futureSalts: 0xae500895,
} as const

/** What a method answers: an object with its constructor's name, a flag, or a list. Bytes are serialised already. */
export type TlValue = TlObject | boolean | Uint8Array | readonly TlValue[]

export interface TlObject {
  readonly _: string
}

/** @throws when the library knows no such constructor */
export function serialize(value: TlValue): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (typeof value === 'boolean') return u32(value ? CONSTRUCTORS.true : CONSTRUCTORS.false)
  if (isList(value)) return Buffer.concat([u32(CONSTRUCTORS.vector), u32(value.length), ...value.map(serialize)])
  return Buffer.from(TlBinaryWriter.serializeObject(__tlWriterMap, value))
}

function isList(value: TlObject | readonly TlValue[]): value is readonly TlValue[] {
  return Array.isArray(value)
}

export function readerOf(bytes: Uint8Array): TlBinaryReader {
  return new TlBinaryReader(__tlReaderMap, bytes)
}

/** TL `bytes`: a length, the bytes, and zeros up to a multiple of four. */
export function tlBytes(bytes: Uint8Array): Buffer {
  const writer = TlBinaryWriter.manual(bytes.length + 8)
  writer.bytes(bytes)
  return Buffer.from(writer.result())
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value))
  return bytes
}

/** The library's 64-bit numbers; ours are `bigint`, signed. */
export function longOf(value: bigint): Long {
  return Long.fromBytesLE([...u64(value)])
}

export function bigOf(value: Long): bigint {
  return Buffer.from(value.toBytesLE()).readBigInt64LE()
}
