import { AppError } from '../domain/errors.ts'
import { type ByteReader, byteReader } from './reader.ts'

/** What a pickle can hold here. Integers are bigint, floats number. Lists and dicts can be shared, or hold themselves. */
export type PickleValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>
  | PickleClass
  | PickleObject

/** The name of a Python class: never looked up, never called. */
class PickleClass {
  /** "module Name" */
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** What Python would make of a class and its arguments; here it only keeps its attributes. */
export class PickleObject {
  readonly name: string
  attributes: ReadonlyMap<PickleValue, PickleValue> = new Map()
  constructor(name: string) {
    this.name = name
  }

  /** An attribute, null when there is none. */
  get(attribute: string): PickleValue {
    return this.attributes.get(attribute) ?? null
  }
}

export interface Pickle {
  readonly protocol: number
  readonly root: PickleValue
  /** Bytes behind its end, which Python does not look at. */
  readonly trailingByteLength: number
}

/** Above this nothing is a session; every list, dict and memo is bounded by the number of bytes. */
const MAX_BYTE_LENGTH = 1_000_000

const MARK = Symbol('mark')
type StackItem = PickleValue | typeof MARK

interface Machine {
  readonly reader: ByteReader
  readonly stack: StackItem[]
  readonly memo: Map<number, PickleValue>
  readonly allows: (name: string) => boolean
}

/**
 * Reads a pickle as data. It is a program for a machine that can call anything: this one has no instruction that runs
 * something, and refuses a program that names a class `allows` does not know ("module Name").
 * @throws AppError format.malformed
 */
export function readPickle(bytes: Uint8Array, allows: (name: string) => boolean): Pickle {
  if (bytes.byteLength > MAX_BYTE_LENGTH) throw malformed('it is too long for a pickled session')
  const reader = byteReader(bytes)
  if (bytes[0] !== PROTO) throw malformed('it is not a pickle of protocol 2 or later')
  reader.u8()
  const protocol = reader.u8()
  if (protocol < 2 || protocol > 5) throw malformed(`it is a pickle of protocol ${protocol}; 2 to 5 are known`)
  const machine: Machine = { reader, stack: [], memo: new Map(), allows }
  for (;;) {
    const code = reader.u8()
    if (code === STOP) {
      const root = pop(machine)
      if (machine.stack.length > 0) throw malformed('something is left over at its end')
      return { protocol, root, trailingByteLength: reader.remaining }
    }
    const instruction = INSTRUCTIONS.get(code)
    if (instruction === undefined) {
      throw malformed(`it holds the pickle instruction 0x${code.toString(16).padStart(2, '0')}, which no session needs`)
    }
    instruction(machine)
  }
}

const PROTO = 0x80
const STOP = 0x2e

/** Python's letters, as `pickletools` lists them. */
const INSTRUCTIONS: ReadonlyMap<number, (machine: Machine) => void> = new Map<number, (machine: Machine) => void>([
  // FRAME: a hint for reading ahead.
  [0x95, ({ reader }) => void fittingLength(reader, reader.u64le())],
  [0x28, ({ stack }) => void stack.push(MARK)],
  [0x4e, push(() => null)],
  [0x88, push(() => true)],
  [0x89, push(() => false)],
  [0x4b, push((reader) => BigInt(reader.u8()))],
  [0x4d, push((reader) => BigInt(reader.u16le()))],
  [0x4a, push((reader) => BigInt(reader.i32le()))],
  [0x8a, push((reader) => signed(reader.bytes(reader.u8())))],
  [0x47, push((reader) => float(reader.bytes(8)))],
  [0x58, push((reader) => text(reader.bytes(reader.u32le())))],
  [0x8c, push((reader) => text(reader.bytes(reader.u8())))],
  [0x42, push((reader) => reader.bytes(reader.u32le()))],
  [0x43, push((reader) => reader.bytes(reader.u8()))],
  [0x29, push(() => [])],
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [0x74, (machine) => void machine.stack.push(popToMark(machine))],
  [0x5d, push(() => [])],
  [0x61, (machine) => append(machine, [pop(machine)])],
  [0x65, (machine) => append(machine, popToMark(machine))],
  [0x7d, push(() => new Map())],
  [0x73, (machine) => setItems(machine, [pop(machine), pop(machine)].toReversed())],
  [0x75, (machine) => setItems(machine, popToMark(machine))],
  [0x71, (machine) => void machine.memo.set(machine.reader.u8(), top(machine))],
  [0x72, (machine) => void machine.memo.set(machine.reader.u32le(), top(machine))],
  [0x94, (machine) => void machine.memo.set(machine.memo.size, top(machine))],
  [0x68, (machine) => recall(machine, machine.reader.u8())],
  [0x6a, (machine) => recall(machine, machine.reader.u32le())],
  [0x63, (machine) => nameClass(machine, line(machine.reader), line(machine.reader))],
  [0x93, stackGlobal],
  [0x81, makeObject],
  // REDUCE would call the class; the result is kept shut.
  [0x52, makeObject],
  [0x62, build],
])

function push(read: (reader: ByteReader) => PickleValue): (machine: Machine) => void {
  return ({ reader, stack }) => void stack.push(read(reader))
}

function tuple(length: number): (machine: Machine) => void {
  return (machine) => {
    const items = Array.from({ length }, () => pop(machine))
    machine.stack.push(items.toReversed())
  }
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = top(machine)
  if (!Array.isArray(list)) throw malformed('it adds to a list where there is none')
  for (const item of items) list.push(item)
}

/** @param cells key, value, key, value … */
function setItems(machine: Machine, cells: readonly PickleValue[]): void {
  const dict = top(machine)
  if (!(dict instanceof Map) || cells.length % 2 !== 0) throw malformed('it fills a dictionary where there is none')
  for (let index = 0; index < cells.length; index += 2) dict.set(cells[index] ?? null, cells[index + 1] ?? null)
}

function recall(machine: Machine, place: number): void {
  const value = machine.memo.get(place)
  if (value === undefined) throw malformed('it remembers what it never kept')
  machine.stack.push(value)
}

function stackGlobal(machine: Machine): void {
  const [name, module] = [pop(machine), pop(machine)]
  if (typeof name !== 'string' || typeof module !== 'string') throw malformed('it names a class by no name')
  nameClass(machine, module, name)
}

function nameClass(machine: Machine, module: string, name: string): void {
  const full = `${module} ${name}`
  if (!machine.allows(full)) {
    const shown = /^[A-Za-z_][\w.]{0,40} [A-Za-z_][\w.]{0,40}$/.test(full) ? ` (“${full.replace(' ', '.')}”)` : ''
    throw malformed(`it names a Python class that no session has${shown}, and a pickle can run code: it is refused`)
  }
  machine.stack.push(new PickleClass(full))
}

/** Arguments are looked at by nobody. */
function makeObject(machine: Machine): void {
  const [given, type] = [pop(machine), pop(machine)]
  if (!(type instanceof PickleClass) || !Array.isArray(given)) throw malformed('it makes an object of no class')
  machine.stack.push(new PickleObject(type.name))
}

function build(machine: Machine): void {
  const attributes = pop(machine)
  const object = top(machine)
  if (!(object instanceof PickleObject) || !(attributes instanceof Map)) {
    throw malformed('it gives attributes to what is no object')
  }
  object.attributes = attributes
}

function pop({ stack }: Machine): PickleValue {
  const item = stack.pop()
  if (item === undefined || item === MARK) throw malformed('it takes what it never put down')
  return item
}

function top({ stack }: Machine): PickleValue {
  const item = stack.at(-1)
  if (item === undefined || item === MARK) throw malformed('it looks at what it never put down')
  return item
}

function popToMark({ stack }: Machine): PickleValue[] {
  const at = stack.lastIndexOf(MARK)
  if (at === -1) throw malformed('it ends a group it never began')
  const items = stack.splice(at)
  return items.slice(1) as PickleValue[]
}

function fittingLength(reader: ByteReader, length: bigint): number {
  if (length > BigInt(reader.remaining)) throw malformed('it ends too early')
  return Number(length)
}

/** Two's complement, the lowest byte first; no byte at all is 0. */
function signed(bytes: Uint8Array): bigint {
  if (bytes.byteLength === 0) return 0n
  const digits = bytes.toReversed().reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '0x')
  return BigInt.asIntN(bytes.byteLength * 8, BigInt(digits))
}

function float(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0)
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

const MAX_LINE_LENGTH = 256

function line(reader: ByteReader): string {
  const bytes: number[] = []
  for (let byte = reader.u8(); byte !== 0x0a; byte = reader.u8()) {
    if (bytes.push(byte) > MAX_LINE_LENGTH) throw malformed('it names a class by no name')
  }
  return text(Uint8Array.from(bytes))
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { reason })
}
